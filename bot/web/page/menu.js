// A menu under a button: opens by click or arrow key, walks by arrow keys, closes by Escape.

import { button, element } from "./elements.js";

const GAP = 6;
let close = () => {};

// `items` are {label, act} and {label, href, download}; `danger` marks what cannot be taken back.
export function openMenu(opener, items) {
  const wasOpen = opener.getAttribute("aria-expanded") === "true";
  close();
  if (wasOpen) return;
  const list = element("div", { class: "menu", role: "menu", "aria-label": opener.getAttribute("aria-label") ?? opener.textContent });
  const give = ({ label, act, href, danger }) => {
    const look = { role: "menuitem", tabindex: "-1", class: danger ? "danger" : null };
    if (href) return element("a", { ...look, href, download: "", onclick: () => close(true) }, label);
    return button({ ...look, onclick: () => { close(true); act(); } }, label);
  };
  list.append(...items.filter(Boolean).map(give));
  opener.closest("aside, main").append(list); // a part of the page, for those who go by its parts
  place(list, opener.getBoundingClientRect());
  opener.setAttribute("aria-expanded", "true");

  const outside = (event) => { if (!list.contains(event.target) && !opener.contains(event.target)) close(); };
  close = (back = false) => {
    list.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    window.removeEventListener("resize", close);
    close = () => {};
    if (back) opener.focus();
  };
  document.addEventListener("pointerdown", outside);
  window.addEventListener("resize", () => close(), { once: true });
  list.addEventListener("keydown", (event) => walk(event, list));
  list.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !list.contains(relatedTarget)) close(); });
  list.firstChild.focus();
}

function walk(event, list) {
  const all = [...list.children];
  const at = all.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key in steps) {
    event.preventDefault();
    all.at(steps[event.key] % all.length).focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  }
}

function place(list, { left, right, top, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = list;
  const below = bottom + GAP + height < innerHeight;
  list.style.top = `${below ? bottom + GAP : Math.max(GAP, top - GAP - height)}px`;
  list.style.left = `${Math.max(GAP, Math.min(left + width < innerWidth - GAP ? left : right - width, innerWidth - width - GAP))}px`;
}
