// A message's text and entities in, DOM nodes out. Offsets count UTF-16 code units, as JavaScript does.

import { el, icon } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  hashtag: "span", cashtag: "span", phone_number: "span", custom_emoji: "span",
};
const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const SHOWN_LINES = 3;

/** What `doing` has to offer: command(text), openBot(payload), isBot(name), words. */
export function renderText(text, entities, doing) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return render(text, 0, text.length, sorted, doing);
}

function render(text, start, end, entities, doing) {
  const nodes = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    index += 1;
    if (to <= from) continue;
    const inside = [];
    while (index < entities.length && entities[index].offset < to) {
      inside.push(entities[index]);
      index += 1;
    }
    const block = BLOCKS.has(entity.type);
    // a block begins and ends its own lines: the line break beside it would show as an empty line
    const before = text.slice(at, from);
    nodes.push(block && before.endsWith("\n") ? before.slice(0, -1) : before);
    nodes.push(wrap(entity, text.slice(from, to), render(text, from, to, inside, doing), doing));
    at = to;
    if (block && text[at] === "\n" && at < end) at += 1;
    // an entity that reaches beyond its parent goes on behind it
    for (const one of inside) {
      if (one.offset + one.length > to) entities.splice(index, 0, { ...one, offset: to, length: one.offset + one.length - to });
    }
  }
  nodes.push(text.slice(at, end));
  return nodes.filter((node) => node !== "");
}

function wrap(entity, shown, children, doing) {
  switch (entity.type) {
    case "text_link": return link(entity.url, children, doing);
    case "url": return link(/^[a-z][a-z0-9+.-]*:/i.test(shown) ? shown : `http://${shown}`, children, doing);
    case "email": return link(`mailto:${shown}`, children, doing);
    case "mention":
    case "text_mention": return el("span", { className: "mention" }, children);
    case "bot_command": return el("button", { type: "button", className: "link", onclick: () => doing.command(shown) }, children);
    case "spoiler": return spoiler(children, doing);
    case "blockquote": return el("blockquote", {}, children);
    case "expandable_blockquote": return expandable(children, doing);
    case "pre": return el("pre", { tabIndex: -1 }, el("code", entity.language ? { "data-language": entity.language } : {}, children));
    default: return TAGS[entity.type] ? el(TAGS[entity.type], {}, children) : el("span", {}, children);
  }
}

/** A link; one to the bot opens here, one of another kind than the web's stays text. */
function link(address, children, doing) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return el("span", {}, children);
  }
  const payload = deepLink(url, doing);
  if (payload !== null) {
    return el("a", { href: url.href, onclick: (event) => { event.preventDefault(); doing.openBot(payload); } }, children);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return el("span", {}, children);
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, children);
}

/** The parameter of a link that opens the bot, "" where it has none; null for every other link. */
export function deepLink(url, doing) {
  if (!/^(www\.)?(t\.me|telegram\.me)$/i.test(url.hostname)) return null;
  const name = url.pathname.split("/")[1] ?? "";
  if (!doing.isBot(name)) return null;
  return url.searchParams.get("start") ?? "";
}

function spoiler(children, doing) {
  const node = el("span", { className: "spoiler", role: "button", tabIndex: 0, "aria-label": doing.words.reveal }, el("span", {}, children));
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
    node.removeAttribute("tabindex");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); reveal(); }
  });
  return node;
}

/** A quote that begins folded to a few lines, with a button that opens it; short ones need no button. */
function expandable(children, doing) {
  const body = el("div", { className: "quoted" }, children);
  const label = el("span", {}, doing.words.showAll);
  const toggle = el("button", { type: "button", className: "expand", "aria-expanded": "false" }, icon("down"), label);
  const quote = el("blockquote", { className: "expandable folded" }, body, toggle);
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    label.textContent = folded ? doing.words.showAll : doing.words.showLess;
  });
  if (typeof ResizeObserver !== "undefined") {
    new ResizeObserver(() => {
      if (!quote.classList.contains("folded") || !body.clientHeight) return;
      const line = parseFloat(getComputedStyle(body).lineHeight);
      const short = body.scrollHeight <= line * SHOWN_LINES + 4;
      quote.classList.toggle("short", short);
      toggle.hidden = short;
    }).observe(body);
  }
  return quote;
}
