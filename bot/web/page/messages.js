// A message as it looks: its entities, its file, its buttons.

import { word } from "./talk.js";

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

const isQuote = ({ type }) => type.endsWith("blockquote");

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "blockquote",
};

// Entities count in UTF-16 units, as JavaScript's own strings do; they lie inside one another or apart.
export function withEntities(text, entities, doing, opened) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const part = (start, end, inner) => {
    const nodes = [];
    let at = start;
    let afterQuote = false;
    // a quote stands on lines of its own without the breaks around it
    const between = (from, to, beforeQuote) => {
      const begin = afterQuote && text[from] === "\n" ? from + 1 : from;
      return text.slice(begin, beforeQuote && to > begin && text[to - 1] === "\n" ? to - 1 : to);
    };
    while (inner.length) {
      const entity = inner.shift();
      const stop = Math.min(entity.offset + entity.length, end);
      if (entity.offset < at) continue;
      const within = [];
      while (inner.length && inner[0].offset < stop) within.push(inner.shift());
      if (entity.offset > at) nodes.push(between(at, entity.offset, isQuote(entity)));
      nodes.push(marked(entity, text.slice(entity.offset, stop), part(entity.offset, stop, within), doing, opened));
      at = stop;
      afterQuote = isQuote(entity);
    }
    if (at < end) nodes.push(between(at, end, false));
    return nodes;
  };
  return part(0, text.length, sorted);
}

function marked(entity, covered, inside, doing, opened) {
  if (entity.type === "expandable_blockquote") return expandable(inside, opened);
  if (entity.type === "bot_command" && doing.command) {
    return element("button", { type: "button", class: "command", onclick: () => doing.command(covered) }, ...inside);
  }
  const address = entity.type === "text_link" ? entity.url : entity.type === "url" ? covered : "";
  if (/^https?:/i.test(address)) {
    return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...inside);
  }
  const tag = PLAIN[entity.type];
  return tag ? element(tag, {}, ...inside) : element("span", {}, ...inside);
}

function expandable(inside, opened) {
  const inner = element("span", { class: "inside" }, ...inside);
  const button = element("button", { type: "button", class: "expand" });
  const quote = element("blockquote", { class: "expandable" }, inner, button);
  const show = (open) => {
    quote.classList.toggle("closed", !open);
    button.textContent = word(open ? "collapse" : "expand");
    button.setAttribute("aria-expanded", open);
  };
  const turn = (open) => { opened.is = open; show(open); };
  button.addEventListener("click", () => turn(quote.classList.contains("closed")));
  inner.addEventListener("click", () => quote.classList.contains("closed") && turn(true));
  show(opened.is);
  return quote;
}

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

function drawn(path) {
  const template = document.createElement("template");
  template.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  return template.content.firstChild;
}

function fileOf({ id, name, size: bytes, picture }) {
  if (picture) return element("img", { class: "picture", src: `file/${encodeURIComponent(id)}`, alt: name });
  const told = element("span", {}, element("b", {}, name), element("small", {}, size(bytes)));
  const link = { class: "document", href: `file/${encodeURIComponent(id)}`, download: name, "aria-label": word("download", { name }) };
  return element("a", link, drawn("M12 4v11m-5-5 5 5 5-5M5 20h14"), told);
}

function keyboard(rows, doing) {
  const key = (button) => button.data
    ? element("button", { type: "button", "data-tap": button.data, onclick: (event) => doing.tap(event.currentTarget, button.data) }, button.text)
    : element("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
  return element("div", { class: "keys" }, ...rows.map((row) => element("div", {}, ...row.map(key))));
}

const clock = (date) => new Date(date * 1000).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });

// `opened.is` tells whether the message's quotes were opened, which an edit leaves as it was.
export function drawMessage(item, message, doing, opened) {
  const why = message.asked && element("button", { type: "button", class: "why", onclick: () => doing.why() }, word("why"));
  const time = element("time", { datetime: new Date(message.date * 1000).toISOString() }, clock(message.date));
  item.className = message.mine ? "message mine" : "message";
  item.replaceChildren(
    element(
      "div", { class: "bubble" },
      message.document && fileOf(message.document),
      message.text ? element("div", { class: "words" }, ...withEntities(message.text, message.entities, doing, opened)) : null,
      element("div", { class: "meta" }, why || null, time),
    ),
    ...(message.rows.length ? [keyboard(message.rows, doing)] : []),
  );
  for (const quote of item.querySelectorAll(".expandable")) fold(quote);
}

// A quote that is short enough needs no button.
function fold(quote) {
  requestAnimationFrame(() => {
    const inner = quote.querySelector(".inside");
    if (!quote.classList.contains("closed") || !inner.clientHeight) return;
    if (inner.scrollHeight > inner.clientHeight + 2) return;
    quote.classList.remove("closed");
    quote.querySelector(".expand").hidden = true;
  });
}
