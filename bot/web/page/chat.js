// One person's chat: what was said, and the line to write in.

import { completing } from "./commands.js";
import { drawMessage, element } from "./messages.js";
import { limits, say, tap, upload, word } from "./talk.js";
import { showTrace } from "./trace.js";

const TYPING_LASTS = 5500; // Telegram shows it for five seconds
const TOAST_LASTS = 3500;
const NEAR_THE_END = 90;

export class Chat {
  constructor(person, notify) {
    this.user = person.user;
    this.name = person.name;
    this.notify = notify;
    this.messages = new Map();
    this.commands = [];
    const made = document.querySelector("#chat").content.cloneNode(true);
    this.section = made.querySelector(".chat");
    this.part = (selector) => this.section.querySelector(selector);
    this.log = this.part(".log");
    this.input = this.part("textarea");
    this.#introduce(person);
    this.#listen();
  }

  #introduce(person) {
    this.section.id = `chat-${person.user}`;
    this.part("h2").textContent = person.name;
    this.part(".face").textContent = person.name[0];
    this.part(".empty p").textContent = word("empty", { name: person.name });
    this.section.setAttribute("aria-label", word("chat_of", { name: person.name }));
    this.log.setAttribute("aria-label", word("chat_of", { name: person.name }));
    this.input.setAttribute("aria-label", word("input_of", { name: person.name }));
    this.input.placeholder = word("placeholder");
    this.input.maxLength = limits().text;
  }

  #listen() {
    const send = () => this.#send();
    this.closeCommands = completing(this.part(".commands"), this.input, () => this.commands, send);
    this.part(".composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
    this.part(".begin").addEventListener("click", () => this.#do(say(this.user, "/start")));
    this.part(".newer").addEventListener("click", () => this.toEnd());
    this.log.addEventListener("scroll", () => { if (this.#atEnd()) this.part(".newer").hidden = true; });
    const files = this.part("input[type=file]");
    this.part(".attach").addEventListener("click", () => files.click());
    files.addEventListener("change", () => { this.#upload([...files.files]); files.value = ""; });
    this.#listenToDrops();
  }

  #listenToDrops() {
    let depth = 0;
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const over = (change) => { depth += change; this.section.classList.toggle("dragging", depth > 0); };
    this.section.addEventListener("dragenter", (event) => { if (carriesFiles(event)) { event.preventDefault(); over(1); } });
    this.section.addEventListener("dragleave", (event) => { if (carriesFiles(event)) over(-1); });
    this.section.addEventListener("dragover", (event) => { if (carriesFiles(event)) event.preventDefault(); });
    this.section.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over(-depth);
      this.#upload([...event.dataTransfer.files]);
    });
  }

  #toast(text) {
    clearTimeout(this.toasting);
    this.part(".toast").textContent = text;
    this.part(".toast").classList.add("shown");
    this.toasting = setTimeout(() => this.part(".toast").classList.remove("shown"), TOAST_LASTS);
  }

  async #do(deed) {
    try {
      return await deed;
    } catch {
      this.#toast(word("failed"));
      return null;
    }
  }

  async #send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.closeCommands();
    this.toEnd();
    if (!(await this.#do(say(this.user, text))) && !this.input.value) this.input.value = text;
  }

  // What stands in the line goes along as the file's caption.
  async #upload(files) {
    const caption = this.input.value.trim();
    for (const file of files) {
      if (!file.size) this.#toast(word("empty_file"));
      else if (file.size > limits().file) this.#toast(word("too_large", { size: Math.floor(limits().file / 1048576) }));
      else if (await this.#do(upload(this.user, file, caption))) this.input.value = "";
    }
  }

  async #tap(button, message, data) {
    if (button.getAttribute("aria-busy")) return;
    button.setAttribute("aria-busy", "true");
    const answer = await this.#do(tap(this.user, message, data));
    button.removeAttribute("aria-busy");
    if (answer && !answer.answered) this.#toast(word("unanswered"));
    if (answer?.text) answer.alert ? this.notify.alert(answer.text) : this.#toast(answer.text);
  }

  person({ role_told: role, note, commands }) {
    this.part(".role").textContent = role;
    this.tab.querySelector("small").textContent = role;
    this.part(".note").textContent = note;
    this.part(".note").title = note;
    this.commands = commands;
  }

  typing() {
    clearTimeout(this.over);
    const stay = this.#atEnd();
    this.part(".typing").hidden = false;
    this.over = setTimeout(() => this.#stopTyping(), TYPING_LASTS);
    if (stay) this.toEnd();
  }

  #stopTyping() {
    clearTimeout(this.over);
    this.part(".typing").hidden = true;
  }

  show(message) {
    const stay = this.#atEnd() || message.mine;
    let held = this.messages.get(message.id);
    const known = Boolean(held);
    if (!held) {
      held = { item: element("li", { "data-id": message.id }), opened: { is: false } };
      this.messages.set(message.id, held);
      this.part(".messages").append(held.item);
    }
    const focused = held.item.contains(document.activeElement) && document.activeElement.dataset.tap;
    drawMessage(held.item, message, {
      tap: (button, data) => this.#tap(button, message.id, data),
      command: (text) => this.#do(say(this.user, text)),
      why: () => showTrace(this.user, message.id),
    }, held.opened);
    // a tap often brings another keyboard: who came by keyboard stays at the message
    if (focused) (held.item.querySelector(`[data-tap="${CSS.escape(focused)}"]`) ?? held.item.querySelector("[data-tap]"))?.focus();
    if (!message.mine && message.edits) this.#stopTyping();
    this.part(".empty").hidden = true;
    if (stay) this.#follow(held.item);
    else if (!known) this.part(".newer").hidden = false;
    if (!message.mine) this.#speakOnceSettled(message);
  }

  // A message that is still being written would be read out again with every word.
  #speakOnceSettled(message) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.notify.speak(this, message), 900);
  }

  // To the end, but of what is longer than the window the beginning is read first.
  #follow(item) {
    this.toEnd();
    if (item.offsetHeight > this.log.clientHeight) this.log.scrollTop = item.offsetTop - this.log.offsetTop - 8;
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    this.part(".newer").hidden = true;
  }
}
