// The words of the page, which the server keeps.

let tables = { page: {}, trace: {}, trace_value: {} };

export function useWords(found) {
  tables = found;
}

export function word(name, fields = {}) {
  return (tables.page[name] ?? name).replace(/\{(\w+)\}/g, (whole, field) => fields[field] ?? whole);
}

export const traceName = (name) => tables.trace[name] ?? name;
export const traceValue = (value) => tables.trace_value[value] ?? value;

export function fillWords(root) {
  for (const part of root.querySelectorAll("[data-word]")) part.textContent = word(part.dataset.word);
  for (const part of root.querySelectorAll("[data-label]")) {
    part.setAttribute("aria-label", word(part.dataset.label));
    if (part.tagName === "BUTTON") part.title = word(part.dataset.label);
  }
  for (const part of root.querySelectorAll("[data-placeholder]")) part.placeholder = word(part.dataset.placeholder);
}

const DAY = 86400000;
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export function dayName(seconds, now = new Date()) {
  const days = Math.round((midnight(now) - midnight(new Date(seconds * 1000))) / DAY);
  if (days <= 0) return word("today");
  if (days === 1) return word("yesterday");
  return word(days < 7 ? "week" : "earlier");
}

export function clock(seconds) {
  const date = new Date(seconds * 1000);
  const time = date.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  if (midnight(date) === midnight(new Date())) return time;
  return `${date.toLocaleDateString("zh-CN", { month: "long", day: "numeric" })} ${time}`;
}

export const megabytes = (bytes) => Math.floor(bytes / 1048576);

export const fileSize = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} KB` : `${(bytes / 1e6).toFixed(1)} MB`);
