// Who is signed in: the menu at the lower left, and in a demonstration the people to be.

import { changePassword, invite, signOut } from "./api.js";
import { openDialog, tell } from "./dialog.js";
import { button, copyText, element, find } from "./elements.js";
import { openMenu } from "./menu.js";
import { word } from "./words.js";

const SHORTEST_PASSWORD = 8;
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const ROLES = ["reader", "editor", "admin"];

export function drawAccount(me) {
  const opener = find("#me");
  find(".face", opener).textContent = [...me.name][0] ?? "";
  find("b", opener).textContent = me.name;
  find("small", opener).textContent = me.role_told;
  opener.setAttribute("aria-label", word("account", { name: me.name, role: me.role_told }));
  opener.title = me.note;
  const people = find("#people");
  people.hidden = !me.people.length;
  people.setAttribute("aria-label", word("people"));
  people.replaceChildren(element("span", {}, word("people")), ...me.people.map((person) => element(
    "a", { href: person.path, "aria-current": person.user === me.user ? "true" : null }, person.name,
  )));
}

export function openAccountMenu(opener, me) {
  const theme = (name) => () => window.theme.use(name);
  const other = window.theme.isDark() ? "light" : "dark";
  openMenu(opener, [
    me.may_invite && { label: word("invite"), act: inviteSomebody },
    { label: word(`theme_${other}`), act: theme(other) },
    window.theme.current() !== "system" && { label: word("theme_system"), act: theme("system") },
    !me.people.length && { label: word("password"), act: newPassword },
    { label: word("sign_out"), act: leave },
  ]);
}

async function leave() {
  await signOut();
  location.assign("/sign-in");
}

function newPassword() {
  const field = (name, label, autocomplete, least) => ({ name, label: word(label), type: "password", autocomplete, least });
  openDialog({
    title: word("password"), action: word("save"),
    fields: [
      field("old", "password_old", "current-password"),
      field("fresh", "password_new", "new-password", SHORTEST_PASSWORD),
      field("again", "password_again", "new-password", SHORTEST_PASSWORD),
    ],
    act: async ({ old, fresh, again }) => {
      if (fresh !== again) return word("not_alike");
      await changePassword(old, fresh);
      queueMicrotask(() => tell(word("password_done")));
      return null;
    },
  });
}

function inviteSomebody() {
  openDialog({
    title: word("invite_title"), text: word("invite_text"), action: word("invite_make"),
    fields: [{ name: "role", label: word("invite_role"), options: ROLES.map((role) => [role, word(`invite_${role}`)]) }],
    act: async ({ role }) => addressField(reachable((await invite(role)).url)),
  });
}

// A server that was told no address of its own names one that only its own machine reaches.
function reachable(url) {
  const { hostname, pathname } = new URL(url);
  return LOOPBACK.includes(hostname) ? `${location.origin}${pathname}` : url;
}

function addressField(url) {
  const box = element("input", { id: "invitation", readonly: true, value: url });
  const said = element("p", { class: "said", role: "status" });
  const copy = button({ class: "plain", onclick: async () => { said.textContent = word(await copyText(url) ? "copied" : "copy_failed"); } }, word("copy"));
  return element("div", { class: "field" }, element("label", { for: "invitation" }, word("invite_address")), element("div", { class: "beside" }, box, copy), said);
}
