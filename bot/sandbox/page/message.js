// A message in, what is seen of it out: bubble, pictures, files, buttons, and what can be done with it.

import { el, icon, iconButton, languageOf } from "./dom.js";
import { deepLink, renderText } from "./text.js";
import { sizeOf, timeOf } from "./words.js";

/**
 * One message as an <article>. `doing` offers what it can lead to: command, openBot, isBot, press, copy, insert,
 * reply, edit, remove, jump, picture, fileAddress, name, words, language, own, showSender.
 */
export function renderMessage(message, doing) {
  const service = serviceText(message, doing);
  if (service) {
    return el("div", { className: "service", "data-id": message.message_id }, el("span", {}, service));
  }
  const text = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities;
  const time = timeOf(message.date, doing.language);
  const bubble = el("div", { className: "bubble" },
    doing.showSender && !doing.own ? el("div", { className: `sender sender-${doing.colour % 6}`, lang: languageOf(doing.name) }, doing.name) : null,
    message.forward_origin ? el("div", { className: "forwarded" }, "↪") : null,
    replied(message, doing),
    picture(message, doing),
    file(message, doing),
    text ? el("div", { className: "text", lang: languageOf(text) }, renderText(text, entities, doing)) : null,
    el("div", { className: "stamp" },
      reactions(message),
      message.edit_date ? `${doing.words.edited} ` : null,
      el("time", { dateTime: new Date(message.date * 1000).toISOString() }, time)),
  );
  return el("article", {
    className: `message ${doing.own ? "own" : "other"}`, "data-id": message.message_id, tabIndex: -1,
    "aria-label": `${doing.name}, ${time}`,
  }, el("div", { className: "line" }, bubble, tools(message, doing)), keyboard(message, doing));
}

/** What a service message says; "" for every other message. */
function serviceText(message, doing) {
  const names = (users) => users.map((user) => user.first_name).join(", ");
  if (message.new_chat_members) return `+ ${names(message.new_chat_members)}`;
  if (message.left_chat_member) return `− ${names([message.left_chat_member])}`;
  if (message.pinned_message) return `📌 ${message.pinned_message.text ?? doing.words.file}`;
  if (message.migrate_to_chat_id) return `→ ${message.migrate_to_chat_id}`;
  if (message.migrate_from_chat_id) return `← ${message.migrate_from_chat_id}`;
  return "";
}

function replied(message, doing) {
  const other = message.reply_to_message;
  if (!other) return null;
  const shown = message.quote?.text ?? other.text ?? other.caption ?? (other.photo ? doing.words.photo : other.document?.file_name ?? "");
  const name = [other.from?.first_name, other.from?.last_name].filter(Boolean).join(" ");
  return el("button", { type: "button", className: "replied", "aria-label": `${doing.words.replyTo} ${name}: ${shown.slice(0, 80)}`, onclick: () => doing.jump(other.message_id) },
    el("b", {}, name), el("span", { lang: languageOf(shown) }, shown.slice(0, 160)));
}

function picture(message, doing) {
  const photo = message.photo?.at(-1);
  if (!photo) return null;
  const alt = message.caption ?? doing.words.photo;
  const image = el("img", { src: doing.fileAddress(photo.file_id), alt, width: photo.width, height: photo.height });
  return el("button", { type: "button", className: "picture", "aria-label": alt, onclick: () => doing.picture(image.src, alt) }, image);
}

function file(message, doing) {
  const given = message.document;
  if (!given) return null;
  return el("a", { className: "file", href: doing.fileAddress(given.file_id), download: given.file_name ?? "", title: doing.words.download },
    el("span", { className: "file-mark" }, icon("file")),
    el("span", { className: "file-name", lang: languageOf(given.file_name ?? "") }, given.file_name ?? doing.words.file),
    el("span", { className: "file-size" }, sizeOf(given.file_size ?? 0)));
}

function reactions(message) {
  const given = (message.reactions ?? []).flatMap((one) => one.reaction.map((reaction) => reaction.emoji));
  return given.length ? el("span", { className: "reactions" }, given.join("")) : null;
}

function tools(message, doing) {
  const w = doing.words;
  return el("div", { className: "tools" },
    iconButton("reply", w.reply, () => doing.reply(message)),
    doing.own && message.text ? iconButton("edit", w.edit, () => doing.edit(message)) : null,
    doing.own ? iconButton("trash", w.remove, () => doing.remove(message)) : null);
}

function keyboard(message, doing) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div", { className: "keyboard" }, rows.map((row) => el("div", { className: "keys" }, row.map((key) => button(message, key, doing)))));
}

function button(message, key, doing) {
  const lang = languageOf(key.text);
  if (key.url) {
    const payload = deepLink(new URL(key.url), doing);
    if (payload !== null) return el("button", { type: "button", className: "key", lang, onclick: () => doing.openBot(payload) }, key.text);
    return el("a", { className: "key", lang, href: key.url, target: "_blank", rel: "noopener noreferrer" }, key.text, icon("away"));
  }
  if (key.copy_text) return el("button", { type: "button", className: "key", lang, onclick: () => doing.copy(key.copy_text.text) }, key.text, icon("copy"));
  if (key.callback_data === undefined) {
    const query = key.switch_inline_query_current_chat ?? key.switch_inline_query ?? "";
    return el("button", { type: "button", className: "key", lang, onclick: () => doing.insert(query) }, key.text);
  }
  return el("button", { type: "button", className: "key", lang, onclick: async (event) => {
    const pressed = event.currentTarget;
    if (pressed.getAttribute("aria-busy") === "true") return;
    pressed.setAttribute("aria-busy", "true");
    try {
      await doing.press(message, key.callback_data);
    } finally {
      pressed.removeAttribute("aria-busy");
    }
  } }, key.text);
}
