// Making parts of the page. What the server says goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  plus: "M12 5v14M5 12h14",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  close: "M6 6l12 12M18 6 6 18",
  bell: "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4",
  chat: "M5 5h14v11H11l-4 4v-4H5z",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  down: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  done: "M5 12.5 10 17.5 19.5 7",
  good: "M7 11v9H4v-9zM7 11l4-8c2 0 3 1.3 2.6 3.4L13 10h6c1 0 1.7 1 1.4 2l-2 7c-.2.6-.7 1-1.4 1H7",
  bad: "M7 13V4H4v9zM7 13l4 8c2 0 3-1.3 2.6-3.4L13 14h6c1 0 1.7-1 1.4-2l-2-7c-.2-.6-.7-1-1.4-1H7",
  again: "M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4",
  why: "M12 17v-5M12 8.5h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18",
};

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== false));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const button = (attributes, ...children) => element("button", { type: "button", ...attributes }, ...children);

export const find = (selector, within = document) => within.querySelector(selector);

// An address without the secure context that the browser's own clipboard asks for is common on an intranet.
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const active = document.activeElement;
    const hidden = element("textarea", { class: "unseen", "aria-hidden": "true" });
    hidden.value = text;
    (active?.closest("dialog") ?? document.body).append(hidden);
    hidden.select();
    const copied = document.execCommand("copy");
    hidden.remove();
    active?.focus();
    return copied;
  }
}

export function keep(store, name, value) {
  try {
    if (value === "") store.removeItem(name);
    else if (value !== undefined) store.setItem(name, value);
    return store.getItem(name) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
}
