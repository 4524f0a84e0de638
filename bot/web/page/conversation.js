// One conversation: what was said in it, and what is being done.

import { button, element, find, icon } from "./elements.js";
import { drawMessage } from "./message.js";
import { isUnfinished, plainText } from "./text.js";
import { word } from "./words.js";

const TYPING_LASTS = 6000; // it is said anew every 4.5 seconds
const TOAST_LASTS = 3500;
const SETTLED_AFTER = 900;
const NEAR_THE_END = 90;

export class Conversation {
  constructor(main, doing) {
    this.log = find("#log", main);
    this.list = find(".messages", main);
    this.opening = find(".opening", main);
    this.strip = find(".strip", main);
    this.toastLine = find(".toast", main);
    this.typingLine = find(".typing", main);
    this.newer = find(".newer", main);
    this.doing = doing;
    this.items = new Map();
    find(".stop", main).addEventListener("click", () => doing.stop());
    this.newer.addEventListener("click", () => this.toEnd());
    this.log.addEventListener("scroll", () => {
      this.following = this.#atEnd();
      if (this.following) this.newer.hidden = true;
    });
    new ResizeObserver(() => { if (this.following) this.toEnd(); }).observe(this.log);
  }

  // Show a conversation from its beginning; `opening` stands where nothing was said yet.
  begin(messages, opening = []) {
    this.items.clear();
    this.list.replaceChildren();
    this.#settle();
    clearTimeout(this.settling);
    for (const message of messages) this.#draw(message);
    this.#markPast();
    this.opening.replaceChildren(...(messages.length ? [] : opening));
    this.opening.hidden = messages.length > 0;
    this.newer.hidden = true;
    const last = this.list.lastElementChild;
    if (last) this.#follow(last);
    else this.log.scrollTop = 0;
  }

  // What came before `first` is not kept any more: somebody had all forgotten.
  show(message, first) {
    for (const [id, item] of this.items) {
      if (id >= first) continue;
      this.items.delete(id);
      item.remove();
    }
    const stay = this.following || message.mine;
    const known = this.items.has(message.id);
    const item = this.#draw(message);
    this.opening.hidden = true;
    this.#markPast();
    const unfinished = isUnfinished(message);
    if (message.mine ? !known : unfinished) this.busy();
    else if (!message.mine) this.#settle();
    if (stay) this.#follow(item);
    else if (!known) this.newer.hidden = false;
    if (!message.mine && !unfinished) this.#speakOnceSettled(message);
  }

  busy() {
    clearTimeout(this.over);
    this.typingLine.hidden = false;
    this.over = setTimeout(() => this.#settle(), TYPING_LASTS);
  }

  toast(text) {
    clearTimeout(this.toasting);
    this.toastLine.textContent = text;
    this.toasting = setTimeout(() => { this.toastLine.textContent = ""; }, TOAST_LASTS);
  }

  reference(message, n) {
    return this.items.get(message)?.querySelector(`.reference[data-n="${n}"]`);
  }

  button(message, selector) {
    return this.items.get(message)?.querySelector(selector);
  }

  markOpen(message, n) {
    for (const open of this.list.querySelectorAll(".reference.open")) open.classList.remove("open");
    if (message == null) return;
    for (const one of this.items.get(message)?.querySelectorAll(`.reference[data-n="${n}"]`) ?? []) one.classList.add("open");
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.following = true;
    this.newer.hidden = true;
  }

  #draw(message) {
    let item = this.items.get(message.id);
    if (!item) {
      item = element("li");
      this.items.set(message.id, item);
      this.list.append(item);
    }
    const { tap } = document.activeElement.dataset ?? {};
    const focused = item.contains(document.activeElement);
    const grown = () => { if (this.following) this.toEnd(); };
    drawMessage(item, message, { ...this.doing, grown, tap: (pressed, data) => this.#tap(pressed, message, data) });
    // a press often brings other buttons: who came by keyboard stays at the message
    if (focused && !item.contains(document.activeElement)) {
      ((tap && item.querySelector(`[data-tap="${CSS.escape(tap)}"]`)) ?? item.querySelector(".key, .act"))?.focus();
    }
    return item;
  }

  // The buttons above the last question have had their time; the last question can be changed.
  #markPast() {
    const all = [...this.list.children];
    const last = all.findLast((item) => item.classList.contains("mine"));
    const question = all.findLast((item) => find(".again", item));
    all.forEach((item) => {
      item.classList.toggle("past", Boolean(last && item.compareDocumentPosition(last) & Node.DOCUMENT_POSITION_FOLLOWING));
      item.classList.toggle("last", item === question);
    });
  }

  async #tap(pressed, message, data) {
    if (pressed.getAttribute("aria-busy")) return;
    pressed.setAttribute("aria-busy", "true");
    await this.doing.press(message, data);
    pressed.removeAttribute("aria-busy");
  }

  #settle() {
    clearTimeout(this.over);
    this.typingLine.hidden = true;
  }

  // A message that is still being written would be read out again with every word.
  #speakOnceSettled(message) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      find("#spoken").textContent = `${word("bot")}：${plainText(message) || message.document?.name || ""}`;
    }, SETTLED_AFTER);
  }

  // To the end, but of what is longer than the window the beginning is read first.
  #follow(item) {
    this.toEnd();
    if (item.offsetHeight > this.log.clientHeight) this.log.scrollTop = item.offsetTop - this.log.offsetTop - 12;
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }
}

export const greeting = ({ name }) => [element("h2", {}, word("hello", { name })), element("p", {}, word("hello_note"))];

// What stands where nothing was said yet.
export function welcome({ name, mayUpload, examples, reports }, doing) {
  const card = (command, key) => button({ class: "card", onclick: () => doing.say(command) }, element("b", {}, word(`can_${key}`)), element("span", {}, word(`can_${key}_note`)));
  const cards = ["summary", "plan", "compare", "figures", "check", "reports"].map((key) => card(`/${key}`, key));
  if (!reports) {
    return [
      element("h2", {}, word("empty_library")),
      element("p", {}, word(mayUpload ? "empty_library_upload" : "empty_library_wait")),
      mayUpload ? button({ class: "main", onclick: () => doing.choose() }, word("choose_files")) : "",
    ];
  }
  return [
    ...greeting({ name }),
    element("h3", {}, word("try_asking")),
    element("div", { class: "examples" }, ...examples.map((question) => button({ class: "example", onclick: () => doing.say(question) }, icon("chat"), element("span", {}, question)))),
    element("h3", {}, word("can_do")),
    element("div", { class: "cards" }, ...cards),
  ];
}

// What somebody sees who may not ask yet.
export function waiting({ role, name }, doing) {
  const kind = ["asking", "refused"].includes(role) ? role : "stranger";
  return [
    element("h2", {}, word(`${kind}_title`)),
    element("p", {}, word(`${kind}_text`, { name })),
    kind === "stranger" ? button({ class: "main", onclick: (event) => doing.askIn(event.currentTarget) }, word("stranger_ask")) : "",
  ];
}
