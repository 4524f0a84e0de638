// How an answer came about: whatever keys come are shown, known ones with a name and a form.

import { element } from "./messages.js";
import { trace, traceName, traceValue, word } from "./talk.js";

const told = (value) => {
  if (value === true || value === false) return word(value ? "yes" : "no");
  if (value == null || value === "") return word("trace_nothing");
  return typeof value === "string" ? traceValue(value) : String(value);
};

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function passage(found, most) {
  const { n, bureau, period, section, score, text, ...rest } = found;
  const meter = typeof score === "number"
    ? element("progress", { class: "bar", max: most || 1, value: Math.max(score, 0), "aria-label": traceName("score") })
    : null;
  return element(
    "article", { class: "card" },
    element(
      "div", { class: "place" }, `${n}. ${[bureau, period].filter(Boolean).join(" ")}`,
      score == null ? null : element("span", {}, `${traceName("score")} ${score}`),
    ),
    meter,
    section?.length ? element("p", { class: "path" }, [].concat(section).join(" › ")) : null,
    text ? element("p", { class: "quoted" }, text) : null,
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

function table(values) {
  const rows = Object.entries(values).map(([name, value]) => [
    element("dt", {}, traceName(name)), element("dd", {}, ...shown(value)),
  ]);
  return element("dl", {}, ...rows.flat());
}

export async function showTrace(user, message) {
  const dialog = document.querySelector("#trace");
  const body = dialog.querySelector(".trace-body");
  body.replaceChildren(element("p", { role: "status" }, word("trace_waiting")));
  dialog.showModal();
  try {
    const record = await trace(user, message);
    body.replaceChildren(
      ...Object.entries(record).flatMap(([name, value]) => [
        element("h3", {}, traceName(name)), element("div", {}, ...shown(value)),
      ]),
    );
  } catch {
    body.replaceChildren(element("p", {}, word("trace_failed")));
  }
  body.focus();
}
