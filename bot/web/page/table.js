// A table that sorts by its heads and filters by typing.

import { button, copyText, element } from "./elements.js";
import { numberIn } from "./tables.js";
import { word } from "./words.js";

const WORTH_FILTERING = 6;
const SHORT = 9;
const LONG = 40;

// `content` draws a range of the message's text, `text` gives it.
export function drawTable({ title, head, rows }, { content, text, toast }) {
  const cellText = (cell) => cell.map(text).join("；").replace(/\s*(?:\[\d+\])+/g, "").trim();
  const headText = (column) => {
    if (Array.isArray(column)) return cellText(column);
    if (column.text) return column.text;
    return column === "value" && title ? title.text : word(column);
  };
  const heads = head.map(headText);
  const drawn = rows.map((row) => ({
    texts: row.map(cellText),
    line: element("tr", {}, ...row.map((cell, n) => element(n ? "td" : "th", n ? {} : { scope: "row" }, ...cell.flatMap((part, at) => [at ? "；" : "", ...content(part)])))),
  }));
  markShort(drawn);
  const body = element("tbody", {}, ...drawn.map(({ line }) => line));
  const none = element("p", { class: "none", role: "status" });
  const sorting = { column: -1, down: false };
  const sort = (column, cell) => {
    Object.assign(sorting, { column, down: sorting.column === column ? !sorting.down : false });
    for (const other of cell.parentElement.children) other.removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", sorting.down ? "descending" : "ascending");
    body.append(...inOrder(drawn, sorting).map(({ line }) => line));
  };
  const headCell = (name, n) => element("th", { scope: "col" }, button({
    title: word("sort_by", { column: name }), onclick: (event) => sort(n, event.currentTarget.closest("th")),
  }, name));
  const filter = (typed) => {
    let shown = 0;
    for (const { texts, line } of drawn) {
      line.hidden = !texts.some((one) => one.toLowerCase().includes(typed));
      shown += line.hidden ? 0 : 1;
    }
    none.textContent = shown ? (typed ? word("table_rows", { shown, all: drawn.length }) : "") : word("none_left");
  };
  const line = drawn.length >= WORTH_FILTERING && element("input", {
    type: "search", class: "filter", placeholder: word("filter_table"), "aria-label": word("filter_table"), autocomplete: "off",
    oninput: (event) => filter(event.currentTarget.value.trim().toLowerCase()),
  });
  const copy = button({ class: "act", onclick: async () => {
    const shown = inOrder(drawn, sorting).filter((row) => !row.line.hidden).map(({ texts }) => texts);
    toast(word(await copyText([heads, ...shown].map((row) => row.join("\t")).join("\n")) ? "copied" : "copy_failed"));
  } }, word("copy_table"));
  const name = title ? title.text : heads.join("、");
  return element(
    "figure", { class: "table" },
    title ? element("figcaption", {}, ...content(title)) : null,
    element("div", { class: "tools" }, line || null, none, copy),
    element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": name }, element("table", { class: drawn.some(({ texts }) => texts.at(-1).length > LONG) && "prose" }, element("thead", {}, element("tr", {}, ...heads.map(headCell))), body)),
  );
}

// Numbers, periods and the like are not broken into lines.
function markShort(drawn) {
  for (const { line, texts } of drawn) {
    texts.forEach((text, column) => { if (column && text.length <= SHORT) line.children[column].classList.add("short"); });
  }
}

// What has no number, a masked one above all, comes last either way.
function inOrder(rows, { column, down }) {
  if (column < 0) return rows;
  const isPeriod = rows.some(({ texts }) => /^\d{4}年/.test(texts[column]));
  const numbers = rows.map(({ texts }) => numberIn(texts[column]));
  const byNumber = !isPeriod && numbers.filter((n) => !Number.isNaN(n)).length * 2 >= rows.length;
  const by = down ? -1 : 1;
  return rows.map((row, n) => ({ row, number: numbers[n] })).sort((a, b) => {
    if (!byNumber) return by * a.row.texts[column].localeCompare(b.row.texts[column], "zh-CN");
    if (Number.isNaN(a.number) || Number.isNaN(b.number)) return Number.isNaN(a.number) - Number.isNaN(b.number);
    return by * (a.number - b.number);
  }).map(({ row }) => row);
}
