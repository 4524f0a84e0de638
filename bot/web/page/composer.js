// What is written and the files that go along, until it is sent.

import { completing } from "./commands.js";
import { button, element, find, icon, keep } from "./elements.js";
import { fileSize, megabytes, word } from "./words.js";

export class Composer {
  // `send(text, files)` tells whether it went; `commands()` are those on offer, `may()` whether reports may be sent.
  constructor(form, { send, commands, limits, mayUpload, toast }) {
    this.form = form;
    this.line = find("textarea", form);
    this.files = [];
    this.limits = limits;
    this.mayUpload = mayUpload;
    this.toast = toast;
    this.sendOut = send;
    this.line.maxLength = limits().text;
    const files = find("input[type=file]", form);
    const submit = () => this.#submit();
    this.closeCommands = completing(find(".commands", form), this.line, commands, submit);
    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    this.line.addEventListener("input", () => this.#changed());
    this.line.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); this.add(event.clipboardData.files); } });
    find(".attach", form).addEventListener("click", () => files.click());
    files.addEventListener("change", () => { this.add(files.files); files.value = ""; });
    this.#drawFiles();
  }

  choose() {
    find("input[type=file]", this.form).click();
  }

  // Each conversation has a draft of its own.
  place(name) {
    this.draft = `draft-${name}`;
    this.files = [];
    this.#drawFiles();
    this.write(keep(sessionStorage, this.draft));
  }

  write(text) {
    this.line.value = text;
    this.closeCommands();
    this.#changed();
  }

  add(files) {
    const most = this.limits().file;
    for (const file of files) {
      if (!file.size) this.toast(word("empty_file"));
      else if (file.size > most) this.toast(word("too_large", { name: file.name, size: megabytes(most) }));
      else this.files.push(file);
    }
    this.#drawFiles();
    this.line.focus();
  }

  async #submit() {
    const text = this.line.value.trim();
    const { files, draft } = this;
    if (this.sending || (!text && !files.length)) return;
    this.sending = true;
    this.files = [];
    this.write("");
    this.#drawFiles();
    const left = await this.sendOut(text, files);
    this.sending = false;
    if (!left) return;
    if (this.draft !== draft && this.draft !== `draft-${left.chat}`) return;
    this.files = [...left.files, ...this.files];
    this.#drawFiles();
    if (!this.line.value) this.write(left.text);
  }

  #changed() {
    keep(sessionStorage, this.draft, this.line.value);
    this.line.style.height = "auto";
    this.line.style.height = `${this.line.scrollHeight + 2}px`;
  }

  #drawFiles() {
    const list = find(".files", this.form);
    const drop = (file) => { this.files = this.files.filter((other) => other !== file); this.#drawFiles(); this.line.focus(); };
    const chip = (file) => element(
      "li", {}, icon("file"), element("span", {}, file.name), element("small", {}, fileSize(file.size)),
      button({ class: "icon", "aria-label": word("remove_file", { name: file.name }), title: word("remove_file", { name: file.name }), onclick: () => drop(file) }, icon("close")),
    );
    list.replaceChildren(...this.files.map(chip));
    const note = find(".caption", this.form);
    note.hidden = !this.files.length;
    note.textContent = word(this.mayUpload() ? "caption_note" : "may_not_upload");
    this.line.placeholder = word(this.files.length ? "placeholder_caption" : "placeholder");
  }
}

// Files dropped anywhere on the page go into the line.
export function listenToDrops(area, isOpen, take) {
  let depth = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const over = (by) => { depth = Math.max(0, depth + by); area.hidden = !depth; };
  document.addEventListener("dragenter", (event) => { if (carriesFiles(event) && isOpen()) over(1); });
  document.addEventListener("dragleave", (event) => { if (carriesFiles(event)) over(-1); });
  // a file that is not taken must not take the page's place
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(-depth);
    if (carriesFiles(event) && isOpen()) take(event.dataTransfer.files);
  });
}
