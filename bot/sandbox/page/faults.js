// Switches in, faults between the bot and its Telegram out; and what is in force at the moment.

import { el, iconButton } from "./dom.js";

const SENDING = ["sendMessage", "sendPhoto", "sendDocument", "sendMediaGroup", "copyMessage", "editMessageText"];
const KINDS = [
  { kind: "flood", name: "Flood limit", about: "Telegram refuses messages for 5 seconds at a time (429).", rule: { retry_after: 5 } },
  { kind: "html", name: "Telegram is down", about: "Every call meets a gateway's page (502). The bot looks again within half a minute.", every: true },
  { kind: "lost", name: "Answers get lost", about: "A message arrives, but the bot never hears that it did." },
  { kind: "slow", name: "Telegram is slow", about: "Each message takes 3 seconds.", rule: { seconds: 3 } },
  { kind: "reset", name: "Connections break", about: "Before a message gets through." },
];
const SHARES = [["1", "every time"], ["0.5", "every other time"], ["0.1", "one time in ten"]];
const LOOK_AGAIN = 2500;

export class Faults extends EventTarget {
  constructor(room, node, toast) {
    super();
    this.room = room;
    this.node = node;
    this.toast = toast;
    this.rules = [];
    this.enforced = false;
    this.share = "1";
    this.chat = "";
    setInterval(() => { if (room.online && (this.rules.length || !node.hidden)) this.look().catch(() => {}); }, LOOK_AGAIN);
  }

  /** Asks the server what is in force. */
  async look() {
    const before = this.state();
    this.rules = (await this.room.api.get("/seats/faults")).faults;
    this.enforced = (await this.room.api.get("/seats/rates")).mode === "enforce";
    if (this.state() !== before) this.show();
    this.dispatchEvent(new Event("change"));
  }

  tell() {
    this.show();
    this.dispatchEvent(new Event("change"));
  }

  /** What the panel shows; how often a fault was met is not among it. */
  state() {
    return JSON.stringify([this.rules.map(({ kind, chat, share }) => [kind, chat, share]), this.enforced]);
  }

  /** What is in force now, in words. */
  active() {
    const found = KINDS.filter(({ kind }) => this.on(kind)).map(({ kind, name }) => {
      const rules = this.rules.filter((rule) => rule.kind === kind);
      const whom = rules[0].chat ? this.room.conversations.get(rules[0].chat)?.title ?? rules[0].chat : "";
      const met = rules.reduce((sum, rule) => sum + rule.met, 0);
      return `${name}${whom ? ` (${whom})` : ""}${met ? `, met ${met} ×` : ""}`;
    });
    if (this.enforced) found.push("Rate limits enforced");
    for (const one of this.room.conversations.values()) {
      if (one.blocked) found.push(`${one.title} has blocked the bot`);
    }
    return found;
  }

  on(kind) {
    return this.rules.some((rule) => rule.kind === kind);
  }

  async set(kind, on) {
    const { api } = this.room;
    for (const rule of this.rules.filter((one) => one.kind === kind)) {
      await api.request("DELETE", `/seats/faults?number=${rule.number}`);
    }
    if (on) {
      const known = KINDS.find((one) => one.kind === kind);
      const chat = this.chat ? Number(this.chat) : null;
      for (const method of known.every && chat === null ? [null] : SENDING) {
        await api.post("/seats/faults", { kind, method, chat, share: Number(this.share), ...known.rule });
      }
    }
    await this.look();
  }

  async enforce(on) {
    await this.room.api.post("/seats/rates", { mode: on ? "enforce" : "observe" });
    await this.look();
  }

  async liftAll() {
    const { api, conversations } = this.room;
    await api.request("DELETE", "/seats/faults");
    await api.post("/seats/rates", { mode: "observe" });
    for (const one of conversations.values()) if (one.blocked) await api.act(one.as, "unblock");
    await this.look();
  }

  /** What is in force, anew with another share or for somebody else. */
  async again() {
    for (const { kind } of KINDS) if (this.on(kind)) await this.set(kind, true);
  }

  guard(work) {
    return work.catch((error) => { this.toast(error.message); this.show(); });
  }

  // The panel

  toggle(open = this.node.hidden) {
    this.node.hidden = !open;
    if (open) {
      this.show();
      this.guard(this.look());
      this.node.querySelector("button").focus();
    }
    this.dispatchEvent(new Event("toggle"));
  }

  show() {
    if (this.node.hidden) return;
    const focused = document.activeElement?.dataset?.fault;
    const { conversations } = this.room;
    const privates = [...conversations.values()].filter((one) => !one.group);
    const groups = [...conversations.values()].filter((one) => one.group);
    this.node.replaceChildren(
      el("header", { className: "faults-head" }, el("h2", {}, "What may go wrong"), iconButton("close", "Close", () => this.toggle(false))),
      el("p", {}, "Turn something on, and watch what the bot and the people see."),
      el("h3", {}, "Telegram"),
      ...KINDS.map(({ kind, name, about }) => this.toggleRow(kind, name, about, this.on(kind), (on) => this.set(kind, on))),
      this.choice("How often", SHARES, this.share, (value) => { this.share = value; return this.again(); }),
      this.choice("For whom", [["", "everybody"], ...[...conversations.values()].map((one) => [String(one.id), one.title])], this.chat, (value) => { this.chat = value; return this.again(); }),
      this.toggleRow("rates", "Enforce the rate limits", "30 messages a second, 1 a second in a chat, 20 a minute in a group.", this.enforced, (on) => this.enforce(on)),
      el("h3", {}, "People"),
      ...privates.map((one) => this.toggleRow(`block-${one.id}`, `${one.title} blocks the bot`, "", one.blocked, (on) => this.room.api.act(one.as, on ? "block" : "unblock"))),
      ...(groups.length ? [el("h3", {}, "Groups")] : []),
      ...groups.flatMap((one) => this.groupRows(one)),
      el("button", { type: "button", className: "plain wide", "data-fault": "lift", onclick: () => this.guard(this.liftAll()) }, "Lift all"),
    );
    if (focused) this.node.querySelector(`[data-fault="${focused}"]`)?.focus();
  }

  toggleRow(key, name, about, on, act) {
    const box = el("input", { type: "checkbox", role: "switch", checked: on, "data-fault": key, onchange: () => this.guard(act(box.checked)) });
    return el("label", { className: `switch ${on ? "on" : ""}` }, el("span", {}, el("b", {}, name), about ? el("small", {}, about) : ""), box);
  }

  choice(name, options, value, act) {
    return el("label", { className: "choice" }, el("span", {}, name),
      el("select", { "data-fault": name, onchange: (event) => this.guard(act(event.target.value)) },
        options.map(([key, shown]) => el("option", { value: key, selected: key === value }, shown))));
  }

  groupRows(one) {
    const { api } = this.room;
    const button = (key, text, act) => el("button", { type: "button", className: "plain wide", "data-fault": `${key}${one.id}`, onclick: () => this.guard(act()) }, text);
    return [
      one.present
        ? button("kick", `Take the bot out of “${one.title}”`, () => api.act(one.as, "kick_bot", { chat: one.id }))
        : button("add", `Add the bot to “${one.title}”`, () => api.act(one.as, "add_bot", { chat: one.id })),
      one.kind === "group" ? button("migrate", `Make “${one.title}” a supergroup`, () => api.act(one.as, "migrate", { chat: one.id })) : "",
    ];
  }
}
