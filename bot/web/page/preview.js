// What stands behind a number, shown while the pointer rests on it; the keyboard opens the source itself.

import { element } from "./elements.js";

const RESTS = 250;
const GAP = 8;
let card = null;

function hide() {
  card?.remove();
  card = null;
}

function show(over, { place, quote }) {
  hide();
  card = element("div", { class: "preview", "aria-hidden": "true" }, element("b", {}, place), quote ? element("p", {}, quote) : null);
  document.body.append(card);
  const { left, top, bottom } = over.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  card.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
  card.style.top = `${top > height + GAP ? top - height - GAP : bottom + GAP}px`;
}

export function preview(over, told) {
  let waiting;
  const leave = () => { clearTimeout(waiting); hide(); };
  over.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType === "mouse") waiting = setTimeout(() => over.isConnected && show(over, told), RESTS);
  });
  for (const kind of ["pointerleave", "click"]) over.addEventListener(kind, leave);
}

for (const kind of ["keydown", "wheel"]) document.addEventListener(kind, hide, { passive: true });
