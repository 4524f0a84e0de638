// A message as it looks: its words, its file, its buttons.

import { answerAddress, fileAddress } from "./api.js";
import { button, copyText, element, find, icon } from "./elements.js";
import { drawTable } from "./table.js";
import { preview } from "./preview.js";
import { isUnfinished, plainText, quotedBehind, readMessage, runsOf } from "./text.js";
import { clock, fileSize, word } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code" };
const BARE_COMMAND = /^\/\w+$/;
const MANY = 8;
const VOTE = /^f:.*:(good|bad)$/;
const QUOTE = /^\[(\d+)\]$/;
const TURNING = /:(?:x|u|n:?\d*)$/;
const CLOSED_LINES = 3;
const CLOSING = /^[，。、；：！？）》”’]+/;
const PICTURED = /^\p{Extended_Pictographic}\uFE0F?\s*/u; // not every office has a font for them

// `doing` has what can be done with a message: source, command, tap, why, again, toast.
export function drawMessage(item, message, doing) {
  const known = item.message;
  item.message = message;
  item.className = message.mine ? "message mine" : "message theirs";
  item.dataset.id = message.id;
  const same = known && known.text === message.text && `${known.quotes}` === `${message.quotes}`;
  const words = (same && find(".words", item)) || element("div", { class: "words" }, ...wordsOf(message, doing));
  item.replaceChildren(...[
    element("span", { class: "unseen" }, `${word(message.mine ? "you" : "bot")}：`),
    message.document && fileOf(message.document, doing),
    message.text ? words : null,
    keyboard(message, doing),
    isUnfinished(message) ? null : actions(message, doing),
  ].filter(Boolean));
}

function wordsOf(message, doing) {
  if (message.mine) return [element("p", { class: "line" }, ...inline(message, 0, message.text.length, {}))];
  doing.quoted = quotedBehind(message);
  const { body, sources, count } = readMessage(message);
  const parts = body.map((block) => drawBlock(message, block, doing));
  return sources.length ? [...parts, folded(word("sources", { count }), sources.map((quote) => drawQuote(message, quote, doing, false)))] : parts;
}

function folded(label, inside) {
  return element("details", { class: "sources" }, element("summary", {}, label), element("div", {}, ...inside));
}

function drawBlock(message, block, doing) {
  const content = ({ start, end }) => inline(message, start, end, doing);
  if (block.kind === "gap") return element("div", { class: "gap" });
  if (block.kind === "quote") return drawQuote(message, block, doing, block.folded);
  if (block.kind === "table") {
    return drawTable(block, { content, text: ({ start, end }) => message.text.slice(start, end), toast: doing.toast });
  }
  if (block.kind === "item") {
    const { marker, start, end } = block;
    return element("p", { class: "item" }, element("span", {}, marker), element("span", {}, ...content({ start: start + marker.length, end })));
  }
  return element("p", { class: block.kind }, ...content(block));
}

function drawQuote(message, { head, lines }, doing, folds) {
  const shown = lines.map(({ start, end }) => element("p", { class: "line" }, ...inline(message, start, end, doing)));
  const inside = element("div", { class: "quoted" }, ...shown);
  const title = head && element("p", { class: "head" }, ...inline(message, head.start, head.end, doing));
  if (!folds || lines.length <= CLOSED_LINES) return element("div", { class: "quote" }, title, inside);
  return element("div", { class: "quote" }, title, folded(word("expand"), [inside]));
}

function inline(message, start, end, doing) {
  return keepClosing(runsOf(message, start, end).map(({ text, marks, n }) => {
    if (n && doing.source) return reference(n, message.id, doing);
    const command = marks.some(({ type }) => type === "bot_command");
    const address = marks.some(({ type }) => type === "url") ? text : "";
    let made = text;
    if (command && doing.command) made = button({ class: "command", onclick: () => doing.command(text) }, text);
    else if (/^https?:/i.test(address)) made = element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);
    for (const { type } of marks) if (PLAIN[type]) made = element(PLAIN[type], {}, made);
    return made;
  }));
}

// No line begins with what closes a sentence: it stays with the number before it.
function keepClosing(parts) {
  parts.forEach((part, n) => {
    const [closing] = (typeof part === "string" && parts[n - 1]?.className === "reference" && CLOSING.exec(part)) || [];
    if (!closing) return;
    parts[n - 1] = element("span", { class: "kept" }, parts[n - 1], closing);
    parts[n] = part.slice(closing.length);
  });
  return parts;
}

function reference(n, message, doing) {
  const label = word("source_n", { n });
  const made = button({ class: "reference", "data-n": n, "aria-label": label, onclick: () => doing.source(message, n) }, `${n}`);
  preview(made, doing.quoted?.get(n) ?? { place: label, quote: "" });
  return made;
}

function fileOf({ id, name, size, picture }, doing) {
  if (picture) return element("a", { class: "picture", href: fileAddress(id), download: name }, element("img", { src: fileAddress(id), alt: name, onload: doing.grown }));
  const told = element("span", {}, element("b", {}, name), element("small", {}, fileSize(size)));
  return element("a", { class: "document", href: fileAddress(id), download: name, "aria-label": word("download", { name }) }, icon("file"), told);
}

// The buttons of a message, but for those whose place is in the text or beside 复制.
function keyboard(message, doing) {
  const isShown = ({ text, data }) => !VOTE.test(data) && !(QUOTE.test(text) && message.quotes.includes(Number(QUOTE.exec(text)[1])));
  const rows = message.rows.map((row) => row.filter(isShown)).filter((row) => row.length);
  if (!rows.length) return null;
  const turning = rows.filter((row) => row.some(({ data }) => TURNING.test(data)));
  const choices = rows.filter((row) => !turning.includes(row)).flat();
  const chips = element("div", { class: "chips" }, ...choices.map((key) => keyOf(key, doing)));
  return element(
    "div", { class: "keys" },
    choices.length > MANY ? filterLine(chips) : null,
    choices.length ? chips : null,
    turning.length ? element("div", { class: "turning" }, ...turning.flat().map((key) => keyOf(key, doing))) : null,
  );
}

function keyOf({ text, data }, doing) {
  if (/^\d+\/\d+$/.test(text)) return element("span", { class: "at" }, text);
  return button({ class: "key", "data-tap": data, onclick: (event) => doing.tap(event.currentTarget, data) }, text.replace(PICTURED, ""));
}

function filterLine(chips) {
  const line = element("input", { type: "search", class: "filter", placeholder: word("filter_buttons"), "aria-label": word("filter_buttons"), autocomplete: "off" });
  line.addEventListener("input", () => {
    const typed = line.value.trim().toLowerCase();
    for (const chip of chips.children) chip.hidden = !chip.textContent.toLowerCase().includes(typed);
  });
  return line;
}

const quiet = (name, label, onclick, more = {}) => button({ class: "act", onclick, ...more }, icon(name), element("span", {}, label));

function voteOf({ text, data }, doing) {
  const attributes = { class: "act", "data-tap": data, onclick: (event) => doing.tap(event.currentTarget, data) };
  return button(attributes, icon(VOTE.exec(data)[1]), element("span", {}, text.replace(PICTURED, "")));
}

function actions(message, doing) {
  const time = element("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date));
  if (message.mine) {
    const again = message.text && !BARE_COMMAND.test(message.text) && !message.document && doing.again && quiet("again", word("edit_again"), () => doing.again(message.text), { class: "act again" });
    return element("div", { class: "acts" }, again || null, time);
  }
  const votes = message.rows.flat().filter(({ data }) => VOTE.test(data));
  const copy = message.text && quiet("copy", word("copy"), async () => {
    doing.toast(word(await copyText(plainText(message)) ? "copied" : "copy_failed"));
  });
  return element(
    "div", { class: "acts" },
    copy || null,
    message.is_answer ? element("a", { class: "act", href: answerAddress(message.id), download: "" }, icon("file"), element("span", {}, word("export_docx"))) : null,
    ...votes.map((key) => voteOf(key, doing)),
    message.is_answer && doing.why && (votes.length || message.quotes.length) ? quiet("why", word("why"), () => doing.why(message.id), { class: "act why" }) : null,
    time,
  );
}
