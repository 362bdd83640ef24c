// What a person types, chooses or drops in; messages, files, edits and commands to the server out.

import { el, icon, iconButton, languageOf } from "./dom.js";
import { sizeOf } from "./words.js";

const PICTURES = /^image\/(png|jpeg|gif|webp)$/;
const TALLEST = 168;
let numbers = 0;

export class Composer {
  /** `send` has text(text, replyTo), edit(message, text), file(file, kind, caption, replyTo), menu(), fail(error). */
  constructor(words, send) {
    this.words = words;
    this.send = send;
    this.id = `composer-${(numbers += 1)}`;
    this.files = [];
    this.reply = null;
    this.editing = null;
    this.options = [];
    this.chosen = 0;
    this.busy = false;
    this.build();
  }

  build() {
    const w = this.words;
    this.field = el("textarea", {
      rows: 1, placeholder: w.write, "aria-label": w.write, "aria-autocomplete": "list", "aria-controls": `${this.id}-menu`,
      autocomplete: "off", maxLength: 4096, enterKeyHint: "send",
    });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabIndex: -1 });
    this.about = el("div", { className: "strip", hidden: true });
    this.chosenFiles = el("div", { className: "strip files", hidden: true });
    this.keys = el("div", { className: "reply-keyboard", hidden: true });
    this.menu = el("div", { className: "menu", id: `${this.id}-menu`, role: "listbox", "aria-label": w.commands, hidden: true });
    this.slash = el("button", { type: "button", className: "icon-button slash", title: w.commands, "aria-label": w.commands, "aria-haspopup": "listbox", onclick: () => this.toggleMenu() }, "/");
    const send = el("button", { type: "submit", className: "icon-button send", title: w.send, "aria-label": w.send }, icon("send"));
    this.form = el("form", { className: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      this.menu, this.about, this.chosenFiles,
      el("div", { className: "entry" }, iconButton("attach", w.attach, () => this.picker.click()), this.slash, this.field, send),
      this.keys, this.picker);
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) { event.preventDefault(); this.add(event.clipboardData.files); }
    });
    this.field.addEventListener("blur", () => setTimeout(() => { if (!this.form.contains(document.activeElement)) this.closeMenu(); }, 120));
    this.picker.addEventListener("change", () => { this.add(this.picker.files); this.picker.value = ""; });
  }

  focus() {
    this.field.focus();
  }

  /** What is half written stays under this name in the browser, also when the page is loaded again. */
  keepAs(name) {
    this.kept = name;
    this.field.value = this.stored();
    if (this.field.value) this.changed();
    this.closeMenu();
  }

  stored() {
    return (this.kept && localStorage.getItem(this.kept)) || "";
  }

  keep() {
    if (!this.kept || this.editing) return; // what is edited was sent before
    if (this.field.value) localStorage.setItem(this.kept, this.field.value);
    else localStorage.removeItem(this.kept);
  }

  write(text) {
    this.field.value = text;
    this.changed();
    this.field.focus();
  }

  changed() {
    this.keep();
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.field.lang = languageOf(this.field.value);
    if (/^\/\w*$/.test(this.field.value) && !this.editing) this.openMenu();
    else this.closeMenu();
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work
    if (!this.menu.hidden && this.menuKey(event)) { event.preventDefault(); return; }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.reply || this.editing || this.files.length)) {
      event.preventDefault();
      event.stopPropagation();
      this.forget();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault();
      this.send.up();
    }
  }

  async submit() {
    const text = this.field.value.trim();
    if (this.busy || (!text && !this.files.length)) return;
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    const { reply, editing } = this;
    try {
      if (editing) {
        await this.send.edit(editing, text);
      } else if (this.files.length) {
        let caption = text;
        while (this.files.length) {
          const { file, asPhoto } = this.files[0];
          await this.send.file(file, asPhoto ? "photo" : "document", caption, reply?.message_id ?? 0);
          this.files.shift();
          caption = "";
        }
      } else {
        await this.send.text(text, reply?.message_id ?? 0);
      }
      this.forget();
      this.write(editing ? this.stored() : "");
    } catch (error) {
      this.showFiles();
      this.send.fail(error); // what was written stays, to be sent again
    } finally {
      this.busy = false;
      this.form.removeAttribute("aria-busy");
    }
  }

  // Reply, edit, files

  forget() {
    if (this.editing) this.field.value = this.stored();
    this.reply = this.editing = null;
    this.files = [];
    this.about.hidden = true;
    this.showFiles();
    this.changed();
  }

  replyTo(message, name) {
    this.forget();
    this.reply = message;
    this.showAbout(`${this.words.replyTo} ${name}`, message.text ?? message.caption ?? message.document?.file_name ?? this.words.photo);
  }

  edit(message) {
    this.forget();
    this.editing = message;
    this.showAbout(this.words.editing, message.text);
    this.write(message.text);
    this.closeMenu();
  }

  showAbout(title, text) {
    this.about.replaceChildren(
      el("div", { className: "about" }, el("b", {}, title), el("span", { lang: languageOf(text) }, text.slice(0, 140))),
      iconButton("close", this.words.close, () => { this.forget(); this.focus(); }));
    this.about.hidden = false;
    this.focus();
  }

  add(files) {
    for (const file of files) this.files.push({ file, asPhoto: PICTURES.test(file.type) });
    this.showFiles();
    this.focus();
  }

  showFiles() {
    this.chosenFiles.hidden = !this.files.length;
    this.field.placeholder = this.files.length ? this.words.caption : this.words.write;
    this.chosenFiles.replaceChildren(...this.files.map((one) => el("div", { className: "chosen" }, icon("file"),
      el("span", { className: "file-name", lang: languageOf(one.file.name) }, one.file.name),
      el("span", { className: "file-size" }, sizeOf(one.file.size)),
      PICTURES.test(one.file.type)
        ? el("label", {}, el("input", { type: "checkbox", checked: one.asPhoto, onchange: (event) => { one.asPhoto = event.target.checked; } }), this.words.asPhoto)
        : null,
      iconButton("close", this.words.close, () => {
        this.files = this.files.filter((other) => other !== one);
        this.showFiles();
        this.focus();
      }))));
  }

  // The keyboard that a bot may put below the field

  offer(markup) {
    const rows = markup?.keyboard ?? [];
    this.keys.hidden = !rows.length;
    this.keys.replaceChildren(...rows.map((row) => el("div", { className: "keys" }, row.map((key) => {
      const text = key.text ?? key;
      return el("button", { type: "button", className: "key", lang: languageOf(text), onclick: () => this.send.text(text, 0).catch((error) => this.send.fail(error)) }, text);
    }))));
  }

  // The menu of commands

  toggleMenu() {
    if (!this.menu.hidden) {
      this.write("");
      return;
    }
    if (!this.field.value) this.write("/");
    else this.focus();
  }

  async openMenu() {
    const typed = this.field.value;
    let commands = [];
    try {
      commands = await this.send.menu();
    } catch (error) {
      this.send.fail(error);
    }
    if (this.field.value !== typed) return;
    const word = typed.slice(1).toLowerCase();
    const first = commands.filter((one) => one.command.startsWith(word));
    const also = commands.filter((one) => !first.includes(one) && ` ${one.description.toLowerCase()}`.includes(` ${word}`));
    this.options = [...first, ...also];
    // A command that the menu does not list is sent as typed; what is found by its description waits to be chosen.
    this.chosen = first.length ? 0 : -1;
    this.menu.hidden = false;
    this.showMenu();
  }

  showMenu() {
    const w = this.words;
    const options = this.options.map((one, place) => el("div", {
      className: "option", role: "option", id: `${this.id}-${place}`, "aria-selected": String(place === this.chosen),
      onmousedown: (event) => event.preventDefault(), onclick: () => this.run(one),
    }, el("b", {}, `/${one.command}`), el("span", { lang: languageOf(one.description) }, one.description)));
    const foot = el("div", { className: "menu-foot", role: "presentation" }, options.length ? w.menuHelp : w.none);
    this.menu.replaceChildren(...options, foot);
    const current = options[this.chosen];
    if (current) {
      this.field.setAttribute("aria-activedescendant", current.id);
      current.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  menuKey(event) {
    const count = this.options.length;
    const { key } = event;
    if (key === "Escape") this.closeMenu();
    else if (!count) return false;
    else if (key === "ArrowDown") this.chosen = (this.chosen + 1) % count;
    else if (key === "ArrowUp") this.chosen = (Math.max(this.chosen, 0) + count - 1) % count;
    else if (this.chosen < 0) return false;
    else if (key === "Tab" && !event.shiftKey) this.write(`/${this.options[this.chosen].command} `);
    else if (key === "Enter" && !event.shiftKey) this.run(this.options[this.chosen]);
    else return false;
    if (key.startsWith("Arrow")) this.showMenu();
    if (key === "Escape") event.stopPropagation();
    return true;
  }

  run(option) {
    this.write(`/${option.command}`);
    this.closeMenu();
    this.submit();
  }

  closeMenu() {
    this.menu.hidden = true;
    this.options = [];
    this.field.removeAttribute("aria-activedescendant");
  }
}
