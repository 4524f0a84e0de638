// How an answer came about: whatever keys come are shown, known ones with a name and a form.

import { element } from "./elements.js";
import { traceName, traceValue, word } from "./words.js";

const told = (value) => {
  if (value === true || value === false) return word(value ? "yes" : "no");
  if (value == null || value === "") return word("trace_nothing");
  return typeof value === "string" ? traceValue(value) : String(value);
};

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

const isEmpty = (value) => value == null || value === "" || (Array.isArray(value) && !value.length);

// A report's lines, without what marks a heading in Markdown.
const linesOf = (text) => text.split("\n").map((line) => line.replace(/^\s*#{1,6}\s+/, "").trim()).filter(Boolean);

function passage(found, most) {
  const { n, bureau, period, section, score, text, ...rest } = found;
  const meter = typeof score === "number"
    ? element("progress", { class: "meter", max: most || 1, value: Math.max(score, 0), "aria-label": traceName("score") })
    : null;
  const lines = linesOf(text ?? "");
  return element(
    "details", { class: "card" },
    element(
      "summary", {},
      element("b", {}, `${n}. ${[bureau, period].filter(Boolean).join(" ")}`), meter,
      section?.length ? element("span", { class: "path" }, [].concat(section).join(" › ")) : null,
    ),
    ...lines.map((line) => element("p", {}, line)),
    Object.keys(rest).length ? table(rest) : null,
  );
}

function list(values) {
  if (!values.length) return [word("trace_nothing")];
  if (!values.some(isObject)) return values.map((value) => element("span", { class: "chip" }, told(value)));
  if (values.every((value) => "text" in value && "n" in value)) {
    const most = Math.max(...values.map((value) => value.score ?? 0));
    return values.map((value) => passage(value, most));
  }
  if (values.every((value) => "name" in value && "ms" in value)) {
    const steps = values.map(({ name, ms }) => [element("dt", {}, traceValue(name)), element("dd", {}, `${ms} ${traceName("ms")}`)]);
    return [element("dl", {}, ...steps.flat())];
  }
  return values.map((value) => element("div", { class: "card" }, isObject(value) ? table(value) : told(value)));
}

function shown(value) {
  if (Array.isArray(value)) return list(value);
  return isObject(value) ? [table(value)] : [told(value)];
}

// What is empty is left out: the list is long enough.
function table(values) {
  const rows = Object.entries(values).filter(([, value]) => !isEmpty(value)).map(([name, value]) => [
    element("dt", {}, traceName(name)), element("dd", {}, ...shown(value)),
  ]);
  return element("dl", {}, ...rows.flat());
}

export function drawTrace(record) {
  return Object.entries(record).filter(([, value]) => !isEmpty(value)).flatMap(([name, value]) => [
    element("h3", {}, traceName(name)), element("div", {}, ...shown(value)),
  ]);
}
