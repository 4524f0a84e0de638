// The line to write in: Enter sends, Shift+Enter breaks the line, `/` offers the commands.

import { element } from "./elements.js";
import { word } from "./words.js";

let lists = 0;

// `commands()` are those that the bot offers this person. What comes back closes the list.
export function completing(list, input, commands, send) {
  let chosen = 0;
  let offered = [];
  list.id = `commands-${(lists += 1)}`;
  list.setAttribute("aria-label", word("commands"));
  input.setAttribute("aria-controls", list.id);

  const close = () => {
    offered = [];
    list.hidden = true;
    input.removeAttribute("aria-activedescendant");
  };
  const mark = () => {
    [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === chosen));
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
  };
  const offer = () => {
    const typed = /^\/(\w*)$/.exec(input.value);
    offered = typed ? commands().filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : [];
    if (!offered.length) return close();
    chosen = 0;
    list.replaceChildren(...offered.map(({ command, told }, n) => element(
      "li", { role: "option", id: `${list.id}-${n}`, onmousedown: (event) => event.preventDefault(), onclick: () => take(n, true) },
      element("b", {}, `/${command}`), element("span", {}, told),
    )));
    list.hidden = false;
    return mark();
  };
  const take = (n, sends) => {
    input.value = `/${offered[n].command}${sends ? "" : " "}`;
    close();
    input.focus();
    if (sends) send();
  };
  const step = (by) => { chosen = (chosen + by + offered.length) % offered.length; mark(); };
  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Tab: () => take(chosen, false),
    Enter: () => take(chosen, true),
    Escape: close,
  };

  input.addEventListener("input", offer);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // Enter chooses a word of the input method
    if (offered.length && event.key in keys && !event.shiftKey) {
      event.preventDefault();
      keys[event.key]();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  return close;
}
