// Names and values in, DOM nodes out. Text always goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  back: "M15 5l-7 7 7 7",
  send: "M5 12h13M12 5l7 7-7 7",
  attach: "M8 12.5l6-6a3 3 0 0 1 4.3 4.3l-8 8a5 5 0 0 1-7-7L11 4",
  close: "M6 6l12 12M18 6L6 18",
  reply: "M10 6L4 12l6 6M4 12h9a7 7 0 0 1 7 7",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
  fault: "M13 2L5 14h6l-1 8 9-13h-6z",
  beside: "M4 5h16v14H4zM12 5v14",
  all: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  down: "M6 9l6 6 6-6",
  away: "M8 16L17 7M9 7h8v8",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  more: "M12 5h.01M12 12h.01M12 19h.01",
};

/** An element with properties, attributes (`aria-…`, `data-…`, `role`) and listeners (`onclick`). */
export function el(name, given = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key in node && !key.includes("-") && key !== "list") node[key] = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** A line drawing of 24 by 24; it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and is called `label`. */
export function iconButton(name, label, onclick, given = {}) {
  return el("button", { type: "button", className: "icon-button", title: label, "aria-label": label, onclick, ...given }, icon(name));
}

/** The language that a text is mostly written in, as a tag for fonts and for voices. */
export function languageOf(text) {
  const han = (text.match(/[\u3400-\u9fff\uf900-\ufaff]/g) ?? []).length;
  const latin = (text.match(/[A-Za-z]/g) ?? []).length;
  return han * 4 > latin ? (han ? "zh-Hans" : "en") : "en";
}

/** One or two letters that stand for a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  if (languageOf(name) === "zh-Hans") return [...name.trim()][0] ?? "?";
  return words.map((word) => [...word][0] ?? "").slice(0, 2).join("").toUpperCase() || "?";
}

/** A round mark with initials; `colour` is a number that chooses among a few. */
export function avatar(name, colour, kind = "") {
  return el("span", { className: `avatar avatar-${colour % 6} ${kind}`, "aria-hidden": "true", lang: languageOf(name) }, initials(name));
}
