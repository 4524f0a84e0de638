// A message's text as blocks: headings, lines, lists, tables, quotes; its sources apart. Nothing here touches the page.
//
// Entities count in UTF-16 units, as JavaScript's own strings do.

import { readTables } from "./tables.js";

const REFERENCE = /\[(\d{1,4})\]/g;
const OF_SOURCE = /(?:^|\n)(?:\[\d{1,4}\])+/;
const ITEM = /^\s*(?:[•·▪-]\s+|\d{1,2}[.、．]\s*|[①-⑳]\s*)(?=\S)/;

const UNFINISHED = /(?:…|▍|\d\/\d+)\s*$/;

// Whether an answer is still being looked for, or written.
export const isUnfinished = ({ mine, rows, text }) => !mine && !rows.length && UNFINISHED.test(text);

const isQuote = ({ type }) => type.endsWith("blockquote");

// Whether bold covers all of a line.
function isBold(message, line) {
  return message.entities.some(({ type, offset, length }) => type === "bold" && offset <= line.start && offset + length >= line.end);
}

function linesBetween(message, start, end) {
  const lines = [];
  for (let at = start; at <= end;) {
    const found = message.text.indexOf("\n", at);
    const stop = found < 0 || found > end ? end : found;
    const line = { start: at, end: stop, text: message.text.slice(at, stop) };
    lines.push({ ...line, bold: stop > at && isBold(message, line) });
    at = stop + 1;
  }
  return lines;
}

// Text and quotes in turn; a quote's head is the bold line just above it.
function pieces(message) {
  const found = [];
  let at = 0;
  const textUntil = (end) => {
    if (end > at) found.push({ kind: "text", lines: linesBetween(message, at, message.text[end - 1] === "\n" ? end - 1 : end) });
  };
  for (const { type, offset, length } of message.entities.filter(isQuote).sort((a, b) => a.offset - b.offset)) {
    if (offset < at) continue;
    textUntil(offset);
    const before = found.at(-1);
    const head = before?.kind === "text" && before.lines.at(-1)?.bold ? before.lines.pop() : null;
    const end = offset + length;
    found.push({ kind: "quote", folded: type !== "blockquote", head, lines: linesBetween(message, offset, end), start: offset, end });
    at = message.text[end] === "\n" ? end + 1 : end;
  }
  textUntil(message.text.length);
  return found;
}

function blocksOf(lines) {
  const blocks = [];
  for (const part of readTables(lines)) {
    if (part.kind === "table") blocks.push(part);
    else if (!part.text.trim()) blocks.push({ kind: "gap" });
    else {
      const [marker] = ITEM.exec(part.text) ?? [""];
      blocks.push({ ...part, kind: part.bold ? "head" : marker ? "item" : "line", marker });
    }
  }
  return blocks;
}

const trimmed = (blocks) => {
  const isGap = (block) => block?.kind === "gap";
  const kept = blocks.filter((block, n) => !isGap(block) || !isGap(blocks[n - 1]));
  while (isGap(kept[0])) kept.shift();
  while (isGap(kept.at(-1))) kept.pop();
  return kept;
};

// `body` is what is read, `sources` the quotes under it, `count` how many numbers they have.
export function readMessage(message) {
  const body = [];
  const sources = [];
  for (const piece of pieces(message)) {
    if (piece.kind === "text") body.push(...blocksOf(piece.lines));
    else {
      const told = `${piece.head?.text ?? ""}\n${message.text.slice(piece.start, piece.end)}`;
      (OF_SOURCE.test(told) ? sources : body).push(piece);
    }
  }
  const numbers = new Set(sources.flatMap(({ head, lines }) => [head, ...lines].flatMap((line) => numbersOf(line))));
  return { body: trimmed(body), sources, count: numbers.size };
}

function numbersOf(line) {
  const start = line && /^(?:\[\d{1,4}\])+/.exec(line.text);
  return start ? [...start[0].matchAll(REFERENCE)].map(([, n]) => n) : [];
}

// What stands behind each number, as far as the message itself tells it: {place, quote}.
export function quotedBehind(message) {
  const found = new Map();
  for (const { kind, head, lines } of pieces(message)) {
    let waiting = [];
    if (kind !== "quote") continue;
    for (const { text } of [head, ...lines].filter(Boolean)) {
      const numbers = /^(?:\[\d{1,4}\])+/.exec(text)?.[0];
      if (numbers) {
        const place = text.slice(numbers.length).trim();
        waiting = [...numbers.matchAll(REFERENCE)].map(([, n]) => Number(n));
        for (const n of waiting) found.set(n, { place, quote: "" });
      } else if (waiting.length) found.get(waiting.length > 1 ? waiting.shift() : waiting[0]).quote += text;
    }
  }
  return found;
}

// A range of the text cut where its marks and its references begin and end.
export function runsOf(message, start, end) {
  const marks = message.entities.filter((e) => !isQuote(e) && e.offset < end && e.offset + e.length > start);
  const references = [...message.text.slice(start, end).matchAll(REFERENCE)]
    .filter(([, n]) => message.quotes.includes(Number(n)))
    .map(({ 0: whole, 1: n, index }) => ({ n: Number(n), offset: start + index, length: whole.length }));
  const cuts = new Set([start, end]);
  for (const { offset, length } of [...marks, ...references]) {
    for (const at of [offset, offset + length]) if (at > start && at < end) cuts.add(at);
  }
  const places = [...cuts].sort((a, b) => a - b);
  return places.slice(0, -1).map((from, n) => ({
    text: message.text.slice(from, places[n + 1]),
    marks: marks.filter((e) => e.offset <= from && e.offset + e.length >= places[n + 1]),
    n: references.find((e) => e.offset <= from && e.offset + e.length >= places[n + 1])?.n,
  }));
}

// What is pasted elsewhere: without the sources and the numbers that lead to them.
export function plainText(message) {
  const lines = [];
  for (const piece of pieces(message)) {
    const told = [piece.head, ...piece.lines].filter(Boolean).map(({ text }) => text);
    if (piece.kind === "text" || !OF_SOURCE.test(told.join("\n"))) lines.push(...told);
  }
  return lines.join("\n")
    .replace(REFERENCE, (whole, n) => (message.quotes.includes(Number(n)) ? "" : whole))
    .replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim();
}
