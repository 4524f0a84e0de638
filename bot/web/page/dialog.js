// Small windows that ask for something, or tell it.

import { Refused } from "./api.js";
import { button, element } from "./elements.js";
import { word } from "./words.js";

let dialogs = 0;

// `fields` are {name, label, type, value, options, autocomplete}; `act` gets their values and may refuse by
// returning words for the person. What `act` gives back otherwise is shown instead of the fields.
export function openDialog({ title, text = "", fields = [], action = "", danger = false, act = () => {}, cancel = true }) {
  const number = (dialogs += 1);
  const opener = document.activeElement;
  const fault = element("p", { class: "fault", role: "alert" });
  const inner = element("div", { class: "fields" }, ...fields.map((field) => fieldOf(field, number)));
  const main = action && element("button", { type: "submit", class: danger ? "main danger" : "main" }, action);
  const leave = cancel && button({ class: "plain", onclick: () => dialog.close() }, word(action ? "cancel" : "close"));
  const form = element(
    "form", { method: "dialog" },
    element("h2", { id: `dialog-${number}` }, title),
    text ? element("p", { class: "told" }, text) : null,
    inner, fault,
    element("div", { class: "choices" }, leave || null, main || null),
  );
  const dialog = element("dialog", { class: "ask", "aria-labelledby": `dialog-${number}` }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    main.disabled = true;
    try {
      const outcome = await act(Object.fromEntries(new FormData(form)));
      if (typeof outcome === "string") fault.textContent = outcome;
      else if (outcome instanceof Node) {
        inner.replaceChildren(outcome);
        main.hidden = true;
        leave.textContent = word("close");
        outcome.querySelector("button, input").focus();
      }
      else dialog.close();
    } catch (error) {
      if (!(error instanceof Refused || error instanceof TypeError)) throw error;
      fault.textContent = error.words || word("failed_deed");
    } finally {
      main.disabled = false;
    }
  });
  dialog.addEventListener("close", () => { dialog.remove(); if (opener?.isConnected) opener.focus(); });
  document.body.append(dialog);
  dialog.showModal();
  (form.querySelector("input, select") ?? main ?? form.querySelector("button")).focus();
  return dialog;
}

function fieldOf({ name, label, type = "text", value = "", options, autocomplete = "off", most, least }, number) {
  const id = `field-${number}-${name}`;
  const box = options
    ? element("select", { id, name }, ...options.map(([key, told]) => element("option", { value: key }, told)))
    : element("input", { id, name, type, autocomplete, value, required: true, maxlength: most, minlength: least });
  return element("div", { class: "field" }, element("label", { for: id }, label), box);
}

export function tell(text) {
  openDialog({ title: text, action: word("understood"), cancel: false });
}
