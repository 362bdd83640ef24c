// The page: seats on the left, conversations side by side, and what is wrong on purpose above them.

import { Api } from "./api.js";
import { avatar, el, icon, iconButton, languageOf } from "./dom.js";
import { Faults } from "./faults.js";
import { Pane } from "./pane.js";
import { Room } from "./room.js";
import { momentOf, words } from "./words.js";

const NARROW = matchMedia("(max-width: 719px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const TOAST_FOR = 6000;
const $ = (id) => document.getElementById(id);

class Page {
  constructor() {
    const base = location.pathname.replace(/[^/]*$/, "");
    this.api = new Api(decodeURIComponent(base.split("/").at(-2)));
    this.room = new Room(this.api, base);
    this.faults = new Faults(this.room, $("faults"), (text) => this.toast(text));
    this.panes = [];
    this.rows = new Map();
    this.room.isVisible = (conversation) => document.visibilityState === "visible" && this.panes.some((pane) => pane.conversation === conversation);
    const chosen = localStorage.getItem("citedesk theme");
    if (chosen) document.documentElement.dataset.theme = chosen;
    this.theme = chosen ?? (DARK.matches ? "dark" : "light");
    this.head();
    this.listen();
  }

  head() {
    this.allButton = iconButton("all", "Open all seats side by side", () => this.openAll());
    this.faultButton = iconButton("fault", "What may go wrong", () => this.faults.toggle(), { "aria-expanded": "false", "aria-controls": "faults" });
    this.themeButton = iconButton("moon", "Dark colours", () => this.changeTheme());
    document.querySelector(".rail-head").append(this.allButton, this.faultButton, this.themeButton);
    this.showTheme();
  }

  listen() {
    const { room } = this;
    const pane = (conversation) => this.panes.find((one) => one.conversation === conversation);
    room.addEventListener("loaded", () => this.loaded());
    room.addEventListener("online", ({ detail }) => this.connection(detail));
    room.addEventListener("chats", () => { this.follow(); this.showRail(); this.faults.tell(); for (const one of this.panes) one.refresh(); });
    room.addEventListener("commands", () => { for (const one of this.panes) one.menus.clear(); });
    room.addEventListener("message", ({ detail }) => { pane(detail.conversation)?.arrived(detail.message); this.showRow(detail.conversation); });
    room.addEventListener("edited", ({ detail }) => { pane(detail.conversation)?.changed(detail.message); this.showRow(detail.conversation); });
    room.addEventListener("deleted", ({ detail }) => { pane(detail.conversation)?.removed(detail.number); this.showRow(detail.conversation); });
    room.addEventListener("typing", ({ detail }) => { pane(detail.conversation)?.refresh(); this.showRow(detail.conversation); });
    room.addEventListener("unread", ({ detail }) => { this.showRow(detail.conversation); this.showTitle(); });
    room.addEventListener("speaker", ({ detail }) => { this.replace(pane(detail.conversation)); this.showRow(detail.conversation); });
    this.faults.addEventListener("change", () => this.showNotice());
    this.faults.addEventListener("toggle", () => {
      const open = !$("faults").hidden;
      this.faultButton.setAttribute("aria-expanded", String(open));
      document.body.classList.toggle("with-faults", open);
      if (!open) this.faultButton.focus();
    });
    addEventListener("hashchange", () => this.route());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.room.wakeUp();
      for (const one of this.panes) room.read(one.conversation);
    });
    $("faults").addEventListener("keydown", (event) => { if (event.key === "Escape") this.faults.toggle(false); });
    $("seats").addEventListener("keydown", (event) => this.railKey(event));
    NARROW.addEventListener("change", () => this.route());
    DARK.addEventListener("change", () => {
      if (document.documentElement.dataset.theme) return;
      this.theme = DARK.matches ? "dark" : "light";
      this.showTheme();
    });
    $("dialog").addEventListener("click", (event) => { if (event.target === $("dialog")) $("dialog").close(); });
  }

  async start() {
    await this.room.run();
  }

  // The address names what is open: #700000001+700000002

  get open() {
    return location.hash.slice(1).split("+").map(Number).filter((id) => this.room.conversations.has(id));
  }

  go(ids, replace = false) {
    const hash = `#${[...new Set(ids)].join("+")}`;
    if (hash === location.hash) return;
    if (replace) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    this.route();
  }

  loaded() {
    this.showRail();
    for (const one of this.panes) if (this.room.conversations.get(one.conversation.id) === one.conversation) one.showAll();
    if (!location.hash && !NARROW.matches) history.replaceState(null, "", `#${[...this.room.conversations.keys()][0] ?? ""}`);
    this.route();
    this.faults.look().then(() => this.faults.tell()).catch(() => {});
    this.showTitle();
  }

  route() {
    let ids = this.open;
    if (NARROW.matches) ids = ids.slice(-1);
    const kept = new Map(this.panes.map((pane) => [pane.conversation.id, pane]));
    this.panes = ids.map((id) => kept.get(id) ?? new Pane(this.room, this.room.conversations.get(id), this));
    for (const [id, pane] of kept) if (!ids.includes(id)) pane.node.remove();
    for (const [place, pane] of this.panes.entries()) {
      if ($("panes").children[place] !== pane.node) $("panes").insertBefore(pane.node, $("panes").children[place] ?? null);
      if (!kept.has(pane.conversation.id)) pane.toEnd();
      if (document.visibilityState === "visible") this.room.read(pane.conversation);
    }
    $("panes").dataset.count = this.panes.length;
    document.body.classList.toggle("talking", this.panes.length > 0);
    for (const one of this.room.conversations.values()) this.showRow(one);
  }

  /** A group that became a supergroup goes on under its new number; what is gone closes. */
  follow() {
    const old = location.hash.slice(1).split("+").map(Number);
    const born = [...this.room.conversations.values()].filter((one) => one.group && !this.rows.has(one.id));
    const ids = old.flatMap((id) => (this.room.conversations.has(id) ? [id] : born.map((one) => one.id)));
    if (ids.join() !== old.join()) this.go(ids, true);
  }

  choose(id, beside = false) {
    const { open } = this;
    if (open.includes(id)) this.panes.find((pane) => pane.conversation.id === id)?.composer.focus();
    else if (beside && !NARROW.matches) this.go([...open, id]);
    else this.go([id]);
    if (!NARROW.matches || !matchMedia("(pointer: coarse)").matches) this.panes.find((pane) => pane.conversation.id === id)?.composer.focus();
  }

  close(pane) {
    const { id } = pane.conversation;
    this.go(this.open.filter((one) => one !== id && !NARROW.matches));
    this.rows.get(id)?.querySelector("button").focus();
  }

  openPrivate(user) {
    this.choose(user, true);
  }

  openAll() {
    const all = [...this.room.conversations.values()].map((one) => one.id);
    this.go(this.panes.length === all.length ? all.slice(0, 1) : all);
  }

  replace(pane) {
    if (!pane) return;
    const fresh = new Pane(this.room, pane.conversation, this);
    pane.node.replaceWith(fresh.node);
    this.panes[this.panes.indexOf(pane)] = fresh;
    fresh.toEnd();
    fresh.composer.focus();
  }

  // The rail

  showRail() {
    this.rows = new Map([...this.room.conversations.values()].map((one) => [one.id, this.row(one)]));
    $("seats").replaceChildren(...this.rows.values());
    for (const one of this.room.conversations.values()) this.showRow(one);
  }

  row(conversation) {
    const seat = this.room.seats.get(conversation.as);
    const colour = conversation.group ? 5 : seat.colour;
    return el("li", { className: "seat", "data-chat": conversation.id },
      el("button", { type: "button", className: "seat-open", onclick: (event) => this.choose(conversation.id, event.ctrlKey || event.metaKey || event.shiftKey) },
        avatar(conversation.title, colour, conversation.group ? "group" : ""),
        el("span", { className: "seat-lines" },
          el("span", { className: "seat-name" }, el("b", { lang: languageOf(conversation.title) }, conversation.title), el("time", {})),
          el("span", { className: "seat-about" }, el("span", { className: "seat-last" }), el("span", { className: "unread", hidden: true })))),
      iconButton("beside", `Open beside: ${conversation.title}`, () => this.choose(conversation.id, true), { className: "icon-button beside" }));
  }

  showRow(conversation) {
    const row = this.rows.get(conversation.id);
    if (!row) return;
    const { last } = conversation;
    const seat = this.room.seats.get(conversation.as);
    const card = this.room.cast.seats.find((one) => one.user === (conversation.group ? 0 : conversation.as));
    const role = [conversation.group ? "group" : seat.role, card?.about].filter(Boolean).join(": ");
    const text = conversation.typing ? `${this.room.bot.first_name} ${words(this.room.language(conversation)).typing} …` : (last && (last.text ?? last.caption ?? last.document?.file_name)) || role;
    const line = row.querySelector(".seat-last");
    line.textContent = text.slice(0, 160).replace(/\s+/g, " ");
    line.lang = languageOf(text);
    row.querySelector("time").textContent = last ? momentOf(last.date, "en") : "";
    const unread = row.querySelector(".unread");
    unread.hidden = !conversation.unread;
    unread.textContent = conversation.unread > 99 ? "99+" : String(conversation.unread);
    row.querySelector(".seat-open").setAttribute("aria-label", `${conversation.title}${conversation.unread ? `, ${conversation.unread} unread` : ""}`);
    row.classList.toggle("blocked", conversation.blocked);
    const open = this.panes.some((pane) => pane.conversation === conversation);
    row.classList.toggle("open", open);
    if (open) row.querySelector(".seat-open").setAttribute("aria-current", "true");
    else row.querySelector(".seat-open").removeAttribute("aria-current");
  }

  railKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...$("seats").querySelectorAll(".seat-open")];
    const place = buttons.indexOf(event.target);
    if (!step || place < 0) return;
    event.preventDefault();
    buttons[(place + step + buttons.length) % buttons.length].focus();
  }

  // What stands around

  connection({ online, reason }) {
    const text = online ? "Connected" : reason === "key"
      ? "This address is no longer valid: the terminal shows the new one"
      : "Offline: the demo does not answer, trying again …";
    $("connection").textContent = text;
    $("connection").classList.toggle("offline", !online);
    document.body.classList.toggle("offline", !online);
    this.offline = online ? "" : text;
    this.showNotice();
  }

  showNotice() {
    const active = this.faults.active();
    const notice = $("notice");
    notice.hidden = !this.offline && !active.length;
    notice.classList.toggle("offline", Boolean(this.offline));
    this.faultButton.classList.toggle("on", active.length > 0);
    if (notice.hidden) notice.replaceChildren();
    else if (this.offline) notice.replaceChildren(el("span", {}, this.offline));
    else notice.replaceChildren(icon("fault"), el("span", {}, `Wrong on purpose: ${active.join(" · ")}`), el("button", { type: "button", className: "plain", onclick: () => this.faults.guard(this.faults.liftAll()) }, "Lift all"));
  }

  showTitle() {
    const unread = [...this.room.conversations.values()].reduce((sum, one) => sum + one.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}citedesk: the rehearsal room`;
  }

  changeTheme() {
    this.theme = this.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = this.theme;
    localStorage.setItem("citedesk theme", this.theme);
    this.showTheme();
  }

  showTheme() {
    const label = this.theme === "dark" ? "Light colours" : "Dark colours";
    this.themeButton.replaceChildren(icon(this.theme === "dark" ? "sun" : "moon"));
    this.themeButton.title = label;
    this.themeButton.setAttribute("aria-label", label);
  }

  toast(text) {
    if (!text) return;
    const node = el("div", { className: "toast", lang: languageOf(text) }, text);
    $("toasts").append(node);
    setTimeout(() => node.remove(), TOAST_FOR);
  }

  alert(text) {
    this.showDialog("alert", el("p", { lang: languageOf(text) }, text), el("button", { type: "button", className: "plain", onclick: () => $("dialog").close() }, "OK"));
  }

  picture(address, alt) {
    this.showDialog("lightbox", el("img", { src: address, alt }), iconButton("close", "Close", () => $("dialog").close()));
  }

  showDialog(kind, ...parts) {
    $("dialog").className = `dialog ${kind}`;
    $("dialog").replaceChildren(...parts);
    if (!$("dialog").open) $("dialog").showModal();
  }
}

new Page().start();
