// The page as a whole: who is here, which conversation stands open, and what the server tells.

import { drawAccount, openAccountMenu } from "./account.js";
import * as api from "./api.js";
import { ChatList } from "./chats.js";
import { Composer, listenToDrops } from "./composer.js";
import { Conversation, greeting, waiting, welcome } from "./conversation.js";
import { tell } from "./dialog.js";
import { find } from "./elements.js";
import { Panel } from "./panel.js";
import { fillWords, megabytes, useWords, word } from "./words.js";

const RETRIES = [500, 1000, 2000, 4000];
const TOLD_OFFLINE_AFTER = 1200;
const LISTED_AFTER = 500;
const SIGN_IN = "/sign-in";

const state = { me: null, chat: 0, isNotices: false, since: 0, failed: null };
const connection = { tries: 0, telling: 0, listing: 0 };
const parts = {};

// What a deed gives; null where it failed, which is told.
async function attempt(deed, failure = "failed_deed") {
  try {
    return (await deed) ?? {};
  } catch (error) {
    if (error.status === 401) location.assign(SIGN_IN);
    else if (error instanceof api.Refused || error instanceof TypeError) parts.talk.toast(error.words || word(failure));
    else throw error;
    return null;
  }
}

// -- conversations

async function openRoute() {
  const chat = Number(location.hash.slice(1)) || 0;
  closeSide();
  parts.panel.close();
  if (!chat) return openNew();
  const found = await attempt(api.getChat(chat), "gone");
  if (Number(location.hash.slice(1)) !== chat) return null;
  if (!found) {
    history.replaceState(null, "", location.pathname);
    return openNew();
  }
  return place(chat, found.kind === "notices", found.messages);
}

async function openNew() {
  const { me } = state;
  if (!me.may_ask) return place(0, false, [], waiting(me, { askIn }));
  place(0, false, [], greeting(me));
  const { questions, reports } = (await attempt(api.getExamples())) ?? { questions: [], reports: 1 };
  if (state.chat || parts.talk.items.size) return null;
  return parts.talk.begin([], welcome(
    { name: me.name, mayUpload: me.may_upload, examples: questions, reports },
    { say: (text) => send(text, []), choose: () => parts.composer.choose() },
  ));
}

function place(chat, isNotices, messages, opening) {
  state.chat = chat;
  state.isNotices = isNotices;
  parts.chats.draw(chat);
  drawBar();
  parts.talk.begin(messages, opening);
  parts.composer.place(chat || "new");
  if (matchMedia("(min-width: 821px)").matches && state.me.may_ask) parts.composer.line.focus();
}

function drawBar() {
  const { me, chat, isNotices } = state;
  const title = chat ? parts.chats.titleOf(chat) : word(me.may_ask ? "new_chat" : "heading");
  find("#title").textContent = title;
  document.title = chat ? `${title} · ${word("title")}` : word("title");
  find("#chat-menu").hidden = !chat || isNotices;
  find("#composer").hidden = !me.may_ask || isNotices;
  find("#notices-note").hidden = !isNotices;
  find("#new").hidden = find(".find").hidden = !me.may_ask;
}

async function chatToWriteIn() {
  if (state.chat) return state.chat;
  const begun = await api.beginChat();
  state.chat = begun.id;
  history.replaceState(null, "", `#${begun.id}`);
  parts.composer.draft = `draft-${begun.id}`;
  parts.chats.current = begun.id;
  return begun.id;
}

// What could not be sent comes back; the same text sent again goes under the same key, so that it is taken once.
async function send(text, files) {
  const left = { chat: state.chat, text, files: [...files] };
  const went = await attempt((async () => {
    left.chat = await chatToWriteIn();
    drawBar();
    for (const file of files) {
      parts.talk.toast(word("uploading", { name: file.name }));
      await api.upload(left.chat, api.newKey(), file, text);
      left.files.shift();
    }
    if (!files.length) await say(left.chat, text);
    return true;
  })(), "failed");
  if (!went) return left;
  parts.talk.toast("");
  return null;
}

async function say(chat, text) {
  const key = state.failed?.text === text && state.failed.chat === chat ? state.failed.key : api.newKey();
  state.failed = { chat, text, key };
  await api.say(chat, key, text);
  state.failed = null;
  if (chat === state.chat) parts.talk.busy();
}

async function press(message, data) {
  const answer = await attempt(api.press(message.chat, message.id, data));
  if (!answer) return;
  if (!answer.answered) parts.talk.toast(word("unanswered"));
  else if (answer.text && answer.alert) tell(answer.text);
  else if (answer.text) parts.talk.toast(answer.text);
}

async function askIn(pressed) {
  pressed.disabled = true;
  if (!(await attempt(api.askIn()))) pressed.disabled = false;
}

// -- what the server tells

function listen() {
  const events = new EventSource(`/api/events?since=${state.since}`);
  const on = (kind, take) => events.addEventListener(kind, (event) => take(JSON.parse(event.data)));
  on("message", (message) => {
    state.since = Math.max(state.since, message.change);
    if (message.chat === state.chat) parts.talk.show(message, message.first);
    else if (!message.mine) parts.chats.unread.add(message.chat);
    // what was answered may have changed the list too: others are up, or all are forgotten
    clearTimeout(connection.listing);
    connection.listing = setTimeout(() => parts.chats.load(), LISTED_AFTER);
  });
  on("chats", () => parts.chats.load());
  on("typing", ({ chat }) => { if (chat === state.chat) parts.talk.busy(); });
  on("person", (person) => become({ ...state.me, ...person }));
  on("over", () => location.assign(SIGN_IN));
  events.addEventListener("open", () => {
    clearTimeout(connection.telling);
    find("#offline").hidden = true;
    if (connection.tries) parts.chats.load();
    connection.tries = 0;
  });
  events.addEventListener("error", () => {
    events.close();
    // not all at once after the server was away
    const wait = RETRIES[Math.min(connection.tries, RETRIES.length - 1)] * (0.75 + Math.random() / 2);
    connection.tries += 1;
    clearTimeout(connection.telling);
    connection.telling = setTimeout(() => { find("#offline").hidden = false; }, connection.tries > 1 ? 0 : TOLD_OFFLINE_AFTER);
    setTimeout(reconnect, wait);
  });
}

// A session that has ended meanwhile leads to the way in; a server that is away is waited for.
async function reconnect() {
  try {
    const me = await api.getMe();
    api.useGuard(me.guard);
    become({ ...state.me, ...me });
  } catch (error) {
    if (error.status === 401) location.assign(SIGN_IN);
  }
  listen();
}

function become(me) {
  const might = state.me?.may_ask;
  const role = state.me?.role;
  state.me = me;
  drawAccount(me);
  if (me.may_ask !== might || (!me.may_ask && me.role !== role && !state.chat)) openRoute();
  parts.chats.load();
}

// -- the parts of the page

function openSide() {
  document.body.classList.add("side-open");
  find("#main").inert = true;
  find("#close-side").focus();
}

function closeSide(back = false) {
  if (!document.body.classList.contains("side-open")) return;
  document.body.classList.remove("side-open");
  find("#main").inert = false;
  if (back) find("#open-side").focus();
}

function listenToPage() {
  find(".skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address tells which conversation is open
    (find("#composer").hidden ? find("#log") : parts.composer.line).focus();
  });
  find("#open-side").addEventListener("click", openSide);
  find("#close-side").addEventListener("click", () => closeSide(true));
  find("#shade").addEventListener("click", () => { closeSide(true); parts.panel.close(); });
  find("#side").addEventListener("keydown", (event) => { if (event.key === "Escape") closeSide(true); });
  find("#me").addEventListener("click", (event) => openAccountMenu(event.currentTarget, state.me));
  find("#chat-menu").addEventListener("click", (event) => parts.chats.menu(event.currentTarget, state.chat));
  for (const opener of document.querySelectorAll("#new, #notices-note button")) opener.addEventListener("click", beginNew);
  window.addEventListener("hashchange", openRoute);
}

function beginNew() {
  if (location.hash) history.pushState(null, "", location.pathname);
  openRoute();
}

function build(me) {
  const doing = {
    source: (message, n) => parts.panel.showSource(message, n, () => parts.talk.reference(message, n)),
    why: (message) => parts.panel.showTrace(message, () => parts.talk.button(message, ".why")),
    command: (text) => send(text, []),
    again: (text) => { parts.composer.write(text); parts.composer.line.focus(); },
    stop: () => send("/stop", []),
    toast: (text) => parts.talk.toast(text),
    press,
  };
  if (!me.may_upload) delete doing.why;
  parts.talk = new Conversation(find("#main"), doing);
  parts.panel = new Panel(find("#panel"), (message, n) => parts.talk.markOpen(message, n));
  parts.chats = new ChatList(find("#side"), {
    attempt, changed: drawBar, commands: () => (state.me.may_ask ? state.me.commands : []),
    deleted: (id) => { if (id === state.chat) beginNew(); },
  });
  parts.composer = new Composer(find("#composer"), {
    send, commands: () => state.me.commands, limits: () => state.me.limits,
    mayUpload: () => state.me.may_upload, toast: doing.toast,
  });
  listenToDrops(find("#drop"), () => state.me.may_ask && !state.isNotices, (files) => parts.composer.add(files));
}

async function start() {
  const me = await api.getMe();
  useWords(me);
  api.useGuard(me.guard);
  state.me = me;
  state.since = me.since;
  fillWords(document);
  const size = megabytes(me.limits.file);
  find("#drop small").textContent = word("drop_note", { size });
  for (const name of ["aria-label", "title"]) find(".attach").setAttribute(name, word("attach", { size }));
  build(me);
  drawAccount(me);
  listenToPage();
  await Promise.all([parts.chats.load(), openRoute()]);
  listen();
}

start();
