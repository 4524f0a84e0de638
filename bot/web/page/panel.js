// What stands beside the conversation: a report at the place of a quote, or how an answer came about.

import { getSource, getTrace, Refused } from "./api.js";
import { button, element, find, icon } from "./elements.js";
import { drawTrace } from "./trace.js";
import { word } from "./words.js";

const narrow = matchMedia("(max-width: 1099px)");

export class Panel {
  // `opened` hears which quote stands open: (message, n), or nothing when none does.
  constructor(panel, opened) {
    this.panel = panel;
    this.opened = opened;
    this.back = () => null;
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(); });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !find("dialog[open], .menu")) this.close();
    });
    narrow.addEventListener("change", () => this.#shield());
  }

  get isOpen() {
    return !this.panel.hidden;
  }

  // `back` finds what gets the focus again.
  async showSource(message, n, back) {
    this.back = back;
    this.opened(message, n);
    await this.#fill(word("source_title"), "source_failed", async () => {
      const source = await getSource(message, n);
      return this.#source(source, (other) => this.showSource(message, other, back));
    });
    find("mark", this.panel)?.scrollIntoView({ block: "center" });
  }

  showTrace(message, back) {
    this.back = back;
    this.opened();
    return this.#fill(word("why"), "trace_failed", async () => [element("div", { class: "trace", tabindex: "0", role: "region", "aria-label": word("why") }, ...drawTrace(await getTrace(message)))]);
  }

  close() {
    if (!this.isOpen) return;
    this.panel.hidden = true;
    document.body.classList.remove("beside");
    this.#shield();
    this.opened();
    this.back()?.focus();
  }

  async #fill(title, failure, load) {
    const call = (this.call = Symbol(title));
    const head = element("header", {}, element("h2", { id: "panel-title", tabindex: "-1" }, title), button({ class: "icon", "aria-label": word("close"), title: word("close"), onclick: () => this.close() }, icon("close")));
    const wait = element("p", { class: "wait", role: "status" }, word("loading"));
    if (this.isOpen) this.panel.setAttribute("aria-busy", "true");
    else this.panel.replaceChildren(head, wait);
    this.panel.hidden = false;
    document.body.classList.add("beside");
    this.#shield();
    let parts;
    try {
      parts = await load();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof TypeError)) throw error;
      parts = [element("p", { class: "wait", role: "alert" }, error.words || word(failure))];
    }
    if (call !== this.call || !this.isOpen) return;
    this.panel.removeAttribute("aria-busy");
    this.panel.replaceChildren(head, ...parts);
    find("h2", head).focus({ preventScroll: true });
  }

  #source(source, go) {
    const place = [word("source_file", { file: source.file }), source.page ? word("source_page", { page: source.page }) : source.page_name].filter(Boolean);
    const step = (label, n) => button({ class: "plain", disabled: n == null, onclick: () => go(n) }, label);
    return [
      element(
        "div", { class: "place" },
        element("p", { class: "whose" }, element("span", { class: "reference", "aria-hidden": "true" }, `${source.n}`), `${source.bureau} ${source.period}`),
        source.path.length ? element("p", { class: "path" }, source.path.join(" › ")) : null,
        element("p", { class: "file" }, place.join("　")),
        source.recognised ? element("p", { class: "recognised" }, word("recognised")) : null,
      ),
      element("div", { class: "report", tabindex: "0", role: "region", "aria-label": word("source_title") }, ...paragraphs(source)),
      element("footer", {}, step(word("previous"), source.earlier), element("span", {}, word("source_at", { n: source.n })), step(word("next"), source.later)),
    ];
  }

  // Where it covers the page, nothing behind it can be reached.
  #shield() {
    const covers = this.isOpen && narrow.matches;
    for (const behind of document.querySelectorAll("#main, #side, #people")) behind.inert = covers;
    this.panel.setAttribute("role", covers ? "dialog" : "complementary");
    this.panel.toggleAttribute("aria-modal", covers);
    if (covers) this.panel.setAttribute("aria-modal", "true");
  }
}

// The report's lines as paragraphs, the quote marked in those where it stands.
function paragraphs({ before, quote, after, path }) {
  const text = before + quote + after;
  const [from, to] = [before.length, before.length + quote.length];
  const made = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const end = at + line.length;
    if (line.trim()) {
      const [start, stop] = [Math.max(from, at), Math.min(to, end)];
      const inside = start < stop ? [text.slice(at, start), element("mark", {}, text.slice(start, stop)), text.slice(stop, end)] : [line];
      const isHead = path.includes(line.replace(/^#+/, "").trim());
      made.push(element("p", { class: isHead ? "head" : null }, ...inside));
    }
    at = end + 1;
  }
  return made;
}
