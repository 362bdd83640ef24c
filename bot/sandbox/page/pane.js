// One conversation of the room in, a pane that shows it and speaks in it out.

import { Composer } from "./composer.js";
import { avatar, el, icon, iconButton, languageOf } from "./dom.js";
import { renderMessage } from "./message.js";
import { dayOf, words } from "./words.js";

const NEAR_THE_END = 90;

export class Pane {
  /** `page` has close(pane), toast(text), alert(text), picture(address, alt), openPrivate(user). */
  constructor(room, conversation, page) {
    this.room = room;
    this.conversation = conversation;
    this.page = page;
    this.shown = new Map();
    this.stick = true;
    this.below = 0;
    this.menus = new Map();
    this.build();
    this.showAll();
  }

  get words() {
    return words(this.room.language(this.conversation));
  }

  build() {
    const { conversation, room } = this;
    const w = this.words;
    const seat = room.seats.get(conversation.as);
    const title = conversation.group ? conversation.title : seat.name;
    this.state = el("p", { className: "pane-state" });
    this.options = el("div", { className: "pane-options", hidden: true });
    this.more = iconButton("more", w.more, () => this.toggleOptions(), { "aria-expanded": "false" });
    const head = el("header", { className: "pane-head" },
      iconButton("back", w.back, () => this.page.close(this), { className: "icon-button back" }),
      avatar(title, conversation.group ? 5 : seat.colour, conversation.group ? "group" : ""),
      el("div", { className: "pane-title" }, el("h2", { lang: languageOf(title) }, title), this.state),
      this.more, this.options,
      iconButton("close", w.close, () => this.page.close(this), { className: "icon-button shut" }));
    this.list = el("div", { className: "list" });
    this.log = el("div", { className: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": title, tabIndex: -1 }, this.list);
    this.end = el("button", { type: "button", className: "to-end", hidden: true, onclick: () => this.toEnd() }, icon("down"), el("span", {}));
    this.hints = el("section", { className: "hints", hidden: true });
    this.wall = el("div", { className: "wall", hidden: true });
    this.composer = new Composer(w, {
      text: (text, replyTo) => this.act("say", { text, reply_to: replyTo }),
      edit: (message, text) => this.act("edit", { number: message.message_id, text }),
      file: (file, kind, caption, replyTo) => room.api.sendFile(conversation.as, file, { kind, caption, chat: conversation.chat, reply_to: replyTo }),
      menu: () => this.menu(),
      up: () => this.focusMessage(this.log.querySelector("article:last-of-type")),
      fail: (error) => this.page.toast(error.message),
    });
    this.composer.keepAs(`${room.store}draft ${conversation.id} ${conversation.as}`);
    this.speaker = el("div", { className: "speaker", hidden: true });
    this.node = el("section", {
      className: "pane", "aria-label": title, "data-chat": conversation.id, lang: room.language(conversation),
    }, head, el("div", { className: "pane-body" }, this.log, this.end), this.hints, this.wall, this.speaker, this.composer.form,
    el("div", { className: "drop-here", "aria-hidden": "true" }, w.drop));
    this.log.addEventListener("scroll", () => this.scrolled());
    this.log.addEventListener("keydown", (event) => this.key(event));
    this.log.addEventListener("focusin", (event) => this.rove(event.target.closest("article")));
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (!this.options.hidden) this.toggleOptions();
      else if (this.log.contains(event.target)) this.composer.focus();
    });
    const sizes = new ResizeObserver(() => this.settle());
    sizes.observe(this.log);
    sizes.observe(this.list);
    this.dragging();
  }

  dragging() {
    let depth = 0;
    const mark = (change) => {
      depth = Math.max(0, depth + change);
      this.node.classList.toggle("dropping", depth > 0);
    };
    this.node.addEventListener("dragenter", (event) => { if (event.dataTransfer?.types.includes("Files")) mark(1); });
    this.node.addEventListener("dragleave", (event) => { if (event.dataTransfer?.types.includes("Files")) mark(-1); });
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      depth = 0;
      mark(0);
      if (event.dataTransfer.files.length) this.composer.add(event.dataTransfer.files);
    });
  }

  act(action, given) {
    return this.room.api.act(this.conversation.as, action, { chat: this.conversation.chat, ...given });
  }

  async menu() {
    const { as } = this.conversation;
    if (!this.menus.has(as)) this.menus.set(as, await this.act("menu", {}));
    return this.menus.get(as);
  }

  // What is shown

  showAll() {
    this.log.setAttribute("aria-busy", "true");
    this.shown.clear();
    const nodes = [];
    let day = "";
    for (const message of this.conversation.messages.values()) {
      const today = this.day(message);
      if (today !== day) nodes.push(this.dayNode(today));
      day = today;
      nodes.push(this.render(message));
    }
    this.list.replaceChildren(...nodes);
    this.join();
    this.rove(this.log.querySelector("article:last-of-type"));
    this.refresh();
    this.toEnd();
    requestAnimationFrame(() => this.log.removeAttribute("aria-busy"));
  }

  day(message) {
    return dayOf(message.date, this.room.language(this.conversation));
  }

  dayNode(day) {
    return el("div", { className: "day" }, el("span", {}, day));
  }

  render(message) {
    const { conversation, room } = this;
    const guard = (work) => async (...given) => {
      try {
        return await work(...given);
      } catch (error) {
        return this.page.toast(error.message);
      }
    };
    const node = renderMessage(message, {
      own: conversation.own(message),
      name: room.sender(message),
      colour: room.seats.get(message.from?.id)?.colour ?? 5,
      showSender: conversation.group,
      words: this.words,
      language: room.language(conversation),
      isBot: (name) => name.toLowerCase() === (room.bot.username ?? "").toLowerCase(),
      command: guard((text) => this.act("say", { text })),
      openBot: guard(async (payload) => {
        await room.api.act(conversation.as, "open", { payload });
        if (conversation.group) this.page.openPrivate(conversation.as);
      }),
      press: guard((pressed, data) => this.press(pressed, data)),
      copy: guard(async (text) => {
        await navigator.clipboard.writeText(text);
        this.page.toast(this.words.copied);
      }),
      insert: (text) => this.composer.write(`@${room.bot.username} ${text}`),
      reply: (to) => this.composer.replyTo(to, room.sender(to)),
      edit: (own) => this.composer.edit(own),
      remove: guard((own) => this.act("delete", { number: own.message_id })),
      jump: (number) => this.jump(number),
      picture: (address, alt) => this.page.picture(address, alt),
      fileAddress: (id) => room.api.fileAddress(id),
    });
    this.shown.set(message.message_id, node);
    return node;
  }

  async press(message, data) {
    const answer = await this.act("press", { number: message.message_id, button: data, timeout: 20 });
    if (!answer.answered) this.page.toast(this.words.silent);
    else if (answer.alert && answer.text) this.page.alert(answer.text);
    else if (answer.text) this.page.toast(answer.text);
  }

  arrived(message) {
    const before = [...this.conversation.messages.values()].at(-2);
    const nodes = [this.render(message)];
    if (!before || this.day(before) !== this.day(message)) nodes.unshift(this.dayNode(this.day(message)));
    const stuck = this.stick;
    nodes.at(-1).classList.add("new");
    this.list.append(...nodes);
    this.join();
    if (!this.log.contains(document.activeElement)) this.rove(nodes.at(-1));
    this.refresh();
    const own = this.conversation.own(message);
    if (own || stuck) this.toEnd(own ? null : nodes.at(-1));
    else this.below += 1;
    this.showEnd();
  }

  changed(message) {
    const old = this.shown.get(message.message_id);
    if (!old) return;
    const focused = old.contains(document.activeElement);
    const node = this.render(message);
    old.replaceWith(node);
    this.join();
    if (old.tabIndex === 0) this.rove(node);
    if (focused) node.focus();
    this.settle();
  }

  removed(number) {
    const node = this.shown.get(number);
    this.shown.delete(number);
    if (!node) return;
    const day = node.previousElementSibling;
    const next = node.nextElementSibling;
    if (day?.classList.contains("day") && (!next || next.classList.contains("day"))) day.remove();
    const focused = node.contains(document.activeElement);
    node.remove();
    this.join();
    this.rove(this.log.querySelector("article:last-of-type"));
    if (focused) this.composer.focus();
    this.refresh();
  }

  /** Messages that follow one another from the same side stand close together. */
  join() {
    let before = null;
    for (const node of this.list.children) {
      const side = node.classList.contains("own") ? "own" : node.classList.contains("other") ? "other" : "";
      node.classList.toggle("joined", Boolean(side) && side === before);
      before = side;
    }
  }

  // Beside the messages: who types, hints, a blocked bot, who speaks

  refresh() {
    const { conversation, room } = this;
    const w = this.words;
    const seat = room.seats.get(conversation.as);
    const doing = conversation.typing === "typing" ? w.typing : conversation.typing ? w.sending : "";
    const members = conversation.members.map((user) => room.seats.get(user)?.name).filter(Boolean);
    this.state.replaceChildren(...(doing
      ? [el("span", { className: "typing" }, `${room.bot.first_name} ${doing}`, el("span", { className: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")))]
      : [el("span", { lang: languageOf(members.join("")) }, conversation.group ? `${members.join(", ")}, ${room.bot.first_name}` : seat.role)]));
    const spoken = [...conversation.messages.values()].some((message) => message.from?.id !== room.bot.id && (message.text || message.document || message.photo));
    this.hints.hidden = spoken || conversation.blocked || !conversation.present;
    if (!this.hints.hidden) this.showHints();
    this.node.classList.toggle("fresh", !conversation.messages.size && !this.hints.hidden);
    this.showWall();
    this.showSpeaker();
    const keyboards = [...conversation.messages.values()].filter((message) => message.reply_markup && !message.reply_markup.inline_keyboard);
    this.composer.offer(keyboards.at(-1)?.reply_markup);
  }

  showHints() {
    const { conversation, room } = this;
    const w = this.words;
    const seat = room.seats.get(conversation.as);
    const card = conversation.group ? room.cast.group ?? { about: "", tries: [] } : seat;
    const chip = (text, act, kind = "") => el("button", { type: "button", className: `chip ${kind}`, lang: languageOf(text), onclick: () => act().catch((error) => this.page.toast(error.message)) }, text);
    const chips = card.tries.map((text) => chip(text, () => this.act("say", { text })));
    if (!conversation.group && !conversation.started) chips.unshift(chip(w.start, () => room.api.act(conversation.as, "open"), "first"));
    this.hints.replaceChildren(
      card.about ? el("p", { lang: languageOf(card.about) }, card.about) : "",
      el("div", { className: "chips", role: "group", "aria-label": w.tryThese }, chips));
  }

  showWall() {
    const { conversation } = this;
    const w = this.words;
    const wall = conversation.blocked ? w.blocked : conversation.present ? "" : w.out;
    this.wall.hidden = !wall;
    this.composer.form.hidden = conversation.blocked;
    if (!wall) return;
    this.wall.replaceChildren(el("span", {}, wall),
      conversation.blocked ? el("button", { type: "button", className: "plain", onclick: () => this.block() }, w.unblock) : "");
  }

  showSpeaker() {
    const { conversation, room } = this;
    this.speaker.hidden = !conversation.group;
    const key = `${conversation.members.join()} ${conversation.as}`;
    if (!conversation.group || this.speaker.dataset.key === key) return;
    this.speaker.dataset.key = key;
    const choose = el("select", { onchange: (event) => room.speakAs(conversation, Number(event.target.value)) },
      conversation.members.map((user) => el("option", { value: user, selected: user === conversation.as }, room.seats.get(user)?.name ?? String(user))));
    this.speaker.replaceChildren(el("label", {}, el("span", {}, this.words.as), choose));
  }

  toggleOptions() {
    const open = this.options.hidden;
    this.options.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.more.focus();
      return;
    }
    const { conversation } = this;
    const w = this.words;
    const option = (label, act) => el("button", { type: "button", onclick: () => { this.toggleOptions(); act(); } }, label);
    this.options.replaceChildren(
      conversation.group ? "" : option(conversation.blocked ? w.unblock : w.block, () => this.block()),
      option(w.close, () => this.page.close(this)));
    this.options.querySelector("button").focus();
  }

  async block() {
    const { conversation, room } = this;
    try {
      await room.api.act(conversation.as, conversation.blocked ? "unblock" : "block");
    } catch (error) {
      this.page.toast(error.message);
    }
  }

  // Moving about

  /** Somebody scrolled; when the pane or what is in it changed its size, that is no scrolling. */
  scrolled() {
    if (this.size !== this.measure()) return;
    this.stick = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
    if (this.stick) this.below = 0;
    this.showEnd();
  }

  measure() {
    return `${this.log.scrollHeight} ${this.log.clientHeight}`;
  }

  /** Stays at the end when it was there. */
  settle() {
    if (this.stick) this.log.scrollTop = this.log.scrollHeight;
    this.size = this.measure();
    this.showEnd();
  }

  showEnd() {
    this.end.hidden = this.stick;
    this.end.setAttribute("aria-label", this.words.newest);
    this.end.lastChild.textContent = this.below ? String(this.below) : "";
  }

  /** To the newest message; one that is taller than the pane is shown from its beginning. */
  toEnd(tall = null) {
    const beyond = tall !== null && tall.offsetHeight > this.log.clientHeight - 24;
    this.stick = !beyond;
    this.below = 0;
    if (beyond) this.log.scrollTop = tall.offsetTop - 12;
    this.settle();
  }

  jump(number) {
    const node = this.shown.get(number);
    if (!node) {
      this.page.toast(this.words.gone);
      return;
    }
    this.focusMessage(node);
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1600);
  }

  focusMessage(node) {
    if (!node) return;
    node.scrollIntoView({ block: "nearest" });
    node.focus({ preventScroll: true });
  }

  /** One message at a time is reached by Tab, and so are its buttons; arrow keys move to others. */
  rove(node) {
    if (!node || (node === this.roving && node.tabIndex === 0)) return;
    for (const article of this.log.querySelectorAll("article")) {
      const here = article === node;
      article.tabIndex = here ? 0 : -1;
      for (const part of article.querySelectorAll("button, a")) part.tabIndex = here ? 0 : -1;
    }
    this.roving = node;
  }

  key(event) {
    const article = event.target.closest("article");
    if (!article || event.target !== article) return;
    const all = [...this.log.querySelectorAll("article")];
    const place = all.indexOf(article);
    const goal = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: all.length - 1 }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    if (goal >= all.length) this.composer.focus();
    else this.focusMessage(all[Math.max(0, goal)]);
  }
}
