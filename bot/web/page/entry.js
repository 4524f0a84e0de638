// The way in: signing in, an account by an invitation, asking to be let in.

import { call, getMe, useGuard } from "./api.js";
import { element, find } from "./elements.js";

const form = find("#entry");
const token = /^\/join\/(.+)$/.exec(location.pathname)?.[1];
const KINDS = {
  sign_in: { path: "/api/sign-in", again: false, other: "apply", otherWord: "to_apply" },
  apply: { path: "/api/apply", again: true, other: "sign_in", otherWord: "to_sign_in" },
  join: { path: "/api/join", again: true, other: "sign_in", otherWord: "to_sign_in" },
};
const SHORTEST_PASSWORD = 8;

let words = {};
let kind = token ? "join" : "sign_in";

const field = (name, label, more, note) => element(
  "div", { class: "field" },
  element("label", { for: name }, label),
  element("input", { id: name, name, required: true, "aria-describedby": note ? `${name}-note` : null, ...more }),
  note ? element("small", { id: `${name}-note` }, note) : null,
);

function draw(next) {
  const name = form.elements.name?.value ?? "";
  kind = next;
  const { again, otherWord } = KINDS[kind];
  find("h2", form).textContent = words[kind];
  find(".told", form).textContent = words[`${kind}_note`] ?? "";
  const fresh = again ? "new-password" : "current-password";
  find(".fields", form).replaceChildren(...[
    field("name", words.name, { autocomplete: "username", maxlength: "20", value: name }),
    field("password", words.password, { type: "password", autocomplete: fresh, minlength: again ? SHORTEST_PASSWORD : null }, again && words.password_rule),
    again && field("again", words.again, { type: "password", autocomplete: fresh }),
  ].filter(Boolean));
  find(".main", form).textContent = words[kind];
  find(".other", form).textContent = words[otherWord];
  find(".fault", form).textContent = "";
  document.title = `${words[kind]} · ${words.title}`;
  form.hidden = false;
  find("input", form).focus();
}

// Who opens this page while signed in has to show the guard of their session.
async function post(path, body) {
  try {
    return await call("POST", path, body);
  } catch (error) {
    if (error.status !== 403 || error.words) throw error;
    useGuard((await getMe()).guard);
    return call("POST", path, body);
  }
}

async function enter() {
  const { name, password, again } = Object.fromEntries(new FormData(form));
  const fault = find(".fault", form);
  fault.textContent = again !== undefined && again !== password ? words.not_alike : "";
  if (fault.textContent) return;
  const main = find(".main", form);
  main.disabled = true;
  main.textContent = words.working;
  try {
    await post(KINDS[kind].path, { name, password, ...(token && kind === "join" ? { token } : {}) });
    location.assign("/");
  } catch (error) {
    fault.textContent = error.words || words.failed;
    main.disabled = false;
    main.textContent = words[kind];
  }
}

words = await call("GET", "/api/words");
find("#heading").textContent = words.title;
find("#subtitle").textContent = words.subtitle;
form.addEventListener("submit", (event) => { event.preventDefault(); enter(); });
find(".other", form).addEventListener("click", () => draw(KINDS[kind].other));
draw(kind);
