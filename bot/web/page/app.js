// The page as a whole: the people's chats side by side or behind tabs, fed by the server's events.

import { Chat } from "./chat.js";
import { element } from "./messages.js";
import { readWords, word } from "./talk.js";

const find = (selector) => document.querySelector(selector);
const THEMES = ["auto", "light", "dark"];
const wide = matchMedia("(min-width: 1000px)");
const chats = new Map();

const notify = {
  alert(text) {
    find("#alert p").textContent = text;
    find("#alert").showModal();
  },
  speak(chat, message) {
    if (isShown(chat)) find("#spoken").textContent = `${word("bot")}：${message.text || message.document?.name || ""}`;
  },
};

const isShown = (chat) => wide.matches || chat.section.classList.contains("shown");

function fillWords(root) {
  for (const part of root.querySelectorAll("[data-word]")) part.textContent = word(part.dataset.word);
  for (const part of root.querySelectorAll("[data-label]")) {
    part.setAttribute("aria-label", word(part.dataset.label));
    part.title = word(part.dataset.label);
  }
}

function choose(user) {
  for (const chat of chats.values()) {
    const mine = chat.user === user;
    chat.section.classList.toggle("shown", mine);
    chat.tab.setAttribute("aria-selected", mine);
    chat.tab.tabIndex = mine ? 0 : -1;
    if (mine) chat.tab.classList.remove("unread");
  }
  chats.get(user).toEnd();
}

function addTab(chat) {
  chat.tab = element(
    "button",
    { type: "button", role: "tab", id: `tab-${chat.user}`, "aria-controls": chat.section.id, onclick: () => choose(chat.user) },
    element("span", {}, chat.name), element("small", {}),
  );
  find("#tabs").append(chat.tab);
}

// As in any row of tabs, the arrow keys go from one to the next.
function walkTabs(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const all = [...chats.values()];
  const at = all.findIndex((chat) => chat.tab === document.activeElement);
  const next = all[(at + by + all.length) % all.length];
  choose(next.user);
  next.tab.focus();
}

function remembered(theme) {
  try {
    if (theme) localStorage.setItem("theme", theme);
    return localStorage.getItem("theme") ?? "auto";
  } catch {
    return theme ?? "auto"; // a browser that keeps nothing
  }
}

function useTheme(theme) {
  document.documentElement.dataset.theme = theme;
  find("#theme").textContent = word(`theme_${theme}`);
  find("#theme").setAttribute("aria-label", word("theme", { theme: word(`theme_${theme}`) }));
}

function nextTheme() {
  const at = THEMES.indexOf(document.documentElement.dataset.theme);
  useTheme(remembered(THEMES[(at + 1) % THEMES.length]));
}

function listen() {
  const events = new EventSource("events");
  const on = (kind, take) => events.addEventListener(kind, (event) => {
    const told = JSON.parse(event.data);
    const chat = chats.get(told.user);
    if (chat) take(chat, told);
  });
  on("person", (chat, told) => chat.person(told));
  on("typing", (chat) => chat.typing());
  on("message", (chat, message) => {
    chat.show(message);
    if (!message.mine && !chat.section.classList.contains("shown")) chat.tab.classList.add("unread");
  });
  events.addEventListener("open", () => { find("#offline").hidden = true; });
  events.addEventListener("error", () => {
    find("#offline").textContent = word("offline");
    find("#offline").hidden = false;
  });
}

async function start() {
  const { people } = await readWords();
  document.title = word("title");
  for (const person of people) {
    const chat = new Chat(person, notify);
    chats.set(person.user, chat);
    addTab(chat);
    find("#chats").append(chat.section);
  }
  fillWords(document);
  find("#tabs").setAttribute("aria-label", word("people"));
  find("#tabs").addEventListener("keydown", walkTabs);
  find("#theme").addEventListener("click", nextTheme);
  useTheme(remembered());
  choose(people[0].user);
  // a file that misses its chat must not take the page's place
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
  listen();
  if (wide.matches) chats.get(people[0].user).input.focus();
}

start();
