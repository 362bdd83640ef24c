// The server's seats, messages and events in, one state that the page shows out; whoever listens hears what changed.

const TYPING_FOR = 5500; // Telegram shows an action for five seconds
const LONGEST_PAUSE = 4000;

/** One conversation: a person's with the bot (`group` false, `as` that person), or a group's. */
class Conversation {
  constructor(chat, as) {
    this.id = chat.id;
    this.group = chat.type !== "private";
    this.kind = chat.type;
    this.title = chat.title ?? [chat.first_name, chat.last_name].filter(Boolean).join(" ");
    this.as = as;
    this.members = [as];
    this.messages = new Map();
    this.unread = 0;
    this.typing = "";
    this.present = true;
    this.blocked = Boolean(chat.blocked);
    this.started = Boolean(chat.started);
  }

  get last() {
    return [...this.messages.values()].at(-1);
  }

  /** The chat as the seats' API names it: 0 is the private one. */
  get chat() {
    return this.group ? this.id : 0;
  }

  /** Whether the person in the seat wrote a message. */
  own(message) {
    return message.from?.id === this.as;
  }
}

export class Room extends EventTarget {
  constructor(api, base) {
    super();
    this.api = api;
    this.base = base;
    this.store = `citedesk ${api.key.slice(0, 12)} `;
    this.bot = { id: 0, first_name: "bot", username: "" };
    this.seats = new Map();
    this.conversations = new Map();
    this.online = false;
    this.last = 0;
    this.isVisible = () => false;
    this.timers = new Map();
    this.cast = null;
    this.wakeUp = () => {};
  }

  tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** Loads everything and follows what happens, for as long as the page lives. */
  async run() {
    let pause = 300;
    for (;;) {
      let reason = "";
      try {
        await this.load();
        this.connected(true);
        pause = 300;
        await this.api.stream([...this.seats.keys()], this.last, (event) => this.apply(event));
      } catch (error) {
        if (error.status === undefined) console.error(error);
        reason = error.status === 403 || error.status === 404 ? "key" : "";
      }
      this.connected(false, reason);
      await new Promise((resolve) => {
        this.wakeUp = resolve;
        setTimeout(resolve, pause);
      });
      pause = Math.min(pause * 1.7, LONGEST_PAUSE);
    }
  }

  connected(online, reason = "") {
    if (this.online !== online || reason) {
      this.online = online;
      this.tell("online", { online, reason });
    }
  }

  async load() {
    this.cast = await this.api.get(`${this.base}cast.json`);
    const { bot, seats, last } = await this.api.get("/seats");
    this.bot = bot;
    this.last = last;
    const order = new Map(this.cast.seats.map((card, place) => [card.user, place]));
    seats.sort((a, b) => (order.get(a.id) ?? 1e9) - (order.get(b.id) ?? 1e9) || a.id - b.id);
    this.seats = new Map(seats.map((user, place) => [user.id, this.seat(user, place)]));
    const found = new Map();
    await Promise.all([...this.seats.keys()].map((user) => this.loadSeat(user, found)));
    const old = this.conversations;
    this.conversations = new Map();
    const ids = [...this.seats.keys(), ...[...found.keys()].filter((id) => id < 0)];
    for (const id of ids) {
      const fresh = found.get(id);
      if (!fresh) continue;
      // whoever shows a conversation keeps it, with what is being written in it
      const known = old.get(id);
      if (known) Object.assign(known, fresh, { as: known.as });
      this.conversations.set(id, known ?? fresh);
    }
    await Promise.all([...this.conversations.values()].map((one) => this.loadMessages(one)));
    this.tell("loaded");
  }

  seat(user, place) {
    const card = this.cast.seats.find((one) => one.user === user.id) ?? {};
    return {
      id: user.id, name: [user.first_name, user.last_name].filter(Boolean).join(" "), language: user.language_code || "en",
      role: card.role ?? "", about: card.about ?? "", tries: card.tries ?? [], colour: place,
    };
  }

  async loadSeat(user, found) {
    for (const chat of await this.api.act(user, "chats")) {
      const known = found.get(chat.id);
      if (known) known.members.push(user);
      else found.set(chat.id, new Conversation(chat, user));
    }
  }

  async loadMessages(conversation) {
    conversation.members.sort((a, b) => this.seats.get(a).colour - this.seats.get(b).colour);
    if (!conversation.members.includes(conversation.as)) conversation.as = conversation.members[0];
    const listed = await this.api.act(conversation.as, "messages", { chat: conversation.chat });
    conversation.messages = new Map(listed.map((message) => [message.message_id, message]));
    conversation.present = present(conversation, this.bot.id);
    const read = Number(localStorage.getItem(this.store + conversation.id) ?? 0);
    conversation.unread = listed.filter((message) => message.message_id > read && !conversation.own(message)).length;
  }

  /** One event of the stream. A group's comes once for each member; the one of who looks is taken. */
  apply(event) {
    this.last = Math.max(this.last, event.number);
    if (event.kind === "commands") return this.tell("commands");
    if (event.kind === "membership") return this.membership();
    const conversation = this.conversations.get(event.chat);
    if (!conversation && event.kind === "message") return this.membership(); // somebody founded a group
    if (!conversation || (conversation.group && event.seat !== conversation.as)) return undefined;
    const { message } = event;
    if (event.kind === "message") this.arrived(conversation, message);
    else if (event.kind === "edited") this.changed(conversation, message);
    else if (event.kind === "deleted") this.removed(conversation, event.message_id);
    else if (event.kind === "action") this.acts(conversation, event.action);
    else if (event.kind === "reaction") this.reacted(conversation, event);
    return undefined;
  }

  arrived(conversation, message) {
    if (conversation.messages.has(message.message_id)) return this.changed(conversation, message);
    conversation.messages.set(message.message_id, message);
    conversation.started = true;
    if (message.from?.id === this.bot.id) this.acts(conversation, "");
    if (!conversation.own(message)) conversation.unread += 1;
    if (message.left_chat_member?.id === this.bot.id || message.new_chat_members) conversation.present = present(conversation, this.bot.id);
    if (message.migrate_to_chat_id) this.membership();
    this.tell("message", { conversation, message });
    if (this.isVisible(conversation)) this.read(conversation);
    else this.tell("unread", { conversation });
    return undefined;
  }

  changed(conversation, message) {
    if (!conversation.messages.has(message.message_id)) return;
    conversation.messages.set(message.message_id, message);
    this.tell("edited", { conversation, message });
  }

  removed(conversation, number) {
    if (conversation.messages.delete(number)) this.tell("deleted", { conversation, number });
  }

  reacted(conversation, { message_id: number, user, reaction }) {
    const message = conversation.messages.get(number);
    if (!message) return;
    const others = (message.reactions ?? []).filter((one) => one.user !== user);
    this.changed(conversation, { ...message, reactions: reaction.length ? [...others, { user, reaction }] : others });
  }

  /** "typing" and the like, for some seconds; "" ends it. */
  acts(conversation, action) {
    clearTimeout(this.timers.get(conversation.id));
    if (action) this.timers.set(conversation.id, setTimeout(() => this.acts(conversation, ""), TYPING_FOR));
    if (conversation.typing !== action) {
      conversation.typing = action;
      this.tell("typing", { conversation });
    }
  }

  /** Somebody blocked the bot, came, or went: chats are looked up anew, messages only where a chat is new. */
  membership() {
    clearTimeout(this.timers.get("membership"));
    this.timers.set("membership", setTimeout(() => this.reloadChats().catch(() => {}), 30));
  }

  async reloadChats() {
    const found = new Map();
    await Promise.all([...this.seats.keys()].map((user) => this.loadSeat(user, found)));
    for (const [id, fresh] of found) {
      const known = this.conversations.get(id);
      if (known) {
        Object.assign(known, { blocked: fresh.blocked, title: fresh.title, kind: fresh.kind, members: fresh.members });
        if (!known.members.includes(known.as)) known.as = known.members[0];
      } else {
        this.conversations.set(id, fresh);
        await this.loadMessages(fresh);
      }
    }
    for (const id of [...this.conversations.keys()]) if (!found.has(id)) this.conversations.delete(id);
    this.tell("chats");
  }

  read(conversation) {
    const { last } = conversation;
    if (last) localStorage.setItem(this.store + conversation.id, String(last.message_id));
    if (conversation.unread) conversation.unread = 0;
    this.tell("unread", { conversation });
  }

  speakAs(conversation, user) {
    conversation.as = user;
    this.tell("speaker", { conversation });
  }

  /** The name of whoever wrote a message. */
  sender(message) {
    const from = message.from ?? message.sender_chat ?? {};
    return from.title ?? [from.first_name, from.last_name].filter(Boolean).join(" ");
  }

  /** The tongue of a conversation's frame: that of the person who sits in it. */
  language(conversation) {
    return this.seats.get(conversation.as)?.language ?? "en";
  }
}

/** Whether the bot is in a conversation, as its service messages tell. */
function present(conversation, bot) {
  let there = true;
  for (const message of conversation.messages.values()) {
    if (message.left_chat_member?.id === bot) there = false;
    if (message.new_chat_members?.some((user) => user.id === bot)) there = true;
  }
  return there;
}
