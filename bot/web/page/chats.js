// The list of conversations on the left.

import { deleteChat, exportAddress, getChats, renameChat } from "./api.js";
import { openDialog } from "./dialog.js";
import { button, element, find, icon, keep } from "./elements.js";
import { openMenu } from "./menu.js";
import { dayName, word } from "./words.js";

const TYPED_AFTER = 250;

// A conversation that began with a command is called by what the command does.
function titleFor(title, commands) {
  const [, command, rest] = /^\/(\w+)\s*(.*)$/s.exec(title) ?? [];
  if (!title) return word("untitled");
  if (!command) return title;
  const short = word(`can_${command}`);
  const does = short === `can_${command}` ? commands.find((one) => one.command === command)?.told : short;
  return does ? `${does} ${rest}`.trim() : title;
}

export class ChatList {
  // `deleted(id)` hears of a conversation that is gone.
  constructor(side, { attempt, commands, deleted, changed }) {
    this.commands = commands;
    this.nav = find("#chats", side);
    this.search = find("#search", side);
    this.attempt = attempt;
    this.deleted = deleted;
    this.changed = changed;
    this.chats = [];
    this.unread = new Set();
    this.search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.load(), TYPED_AFTER);
    });
  }

  async load() {
    const words = this.search.value.trim();
    const found = await this.attempt(getChats(words), "failed_deed");
    if (!found || words !== this.search.value.trim()) return;
    const held = (chats) => chats.some(({ id }) => id === this.current);
    const isGone = !words && held(this.chats) && !held(found.chats);
    this.chats = found.chats;
    if (isGone) this.deleted(this.current);
    this.draw();
    this.changed();
  }

  titleOf(id) {
    return titleFor(this.chats.find((chat) => chat.id === id)?.title ?? "", this.commands());
  }

  isNotices(id) {
    return this.chats.some((chat) => chat.id === id && chat.kind === "notices");
  }

  draw(current = this.current) {
    this.current = current;
    this.unread.delete(current);
    this.#noteNotices();
    const focused = this.nav.contains(document.activeElement) ? document.activeElement.dataset.focus : "";
    const notices = this.chats.filter(({ kind }) => kind === "notices");
    const talks = this.chats.filter(({ kind, title, id }) => kind !== "notices" && (title || id === current));
    const groups = new Map();
    for (const chat of talks) {
      const day = dayName(chat.at);
      groups.set(day, [...(groups.get(day) ?? []), chat]);
    }
    const none = word(this.search.value.trim() ? "none_found" : "no_chats");
    this.nav.replaceChildren(
      ...(notices.length ? [element("ul", {}, ...notices.map((chat) => this.#item(chat)))] : []),
      ...[...groups].flatMap(([day, chats]) => [element("h2", {}, day), element("ul", {}, ...chats.map((chat) => this.#item(chat)))]),
      ...(talks.length || !this.commands().length ? [] : [element("p", { class: "none" }, none)]),
    );
    if (focused) find(`[data-focus="${focused}"]`, this.nav)?.focus();
  }

  // Notices come while nobody looks: what was not seen yet is marked the next time too.
  #noteNotices() {
    for (const { id, kind, at } of this.chats) {
      if (kind !== "notices") continue;
      const name = `seen-${id}`;
      if (id === this.current) keep(localStorage, name, `${at}`);
      else if (at > Number(keep(localStorage, name))) this.unread.add(id);
    }
  }

  #item(chat) {
    const title = titleFor(chat.title, this.commands());
    const isNotices = chat.kind === "notices";
    const link = element(
      "a", { href: `#${chat.id}`, "data-focus": `chat-${chat.id}`, "aria-current": chat.id === this.current ? "page" : null, title },
      isNotices ? icon("bell") : null, element("span", {}, title),
      this.unread.has(chat.id) ? element("i", { class: "dot", role: "img", "aria-label": word("unread") }) : null,
    );
    const label = word("more", { title });
    const more = isNotices ? null : button({ class: "icon", "data-focus": `more-${chat.id}`, "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": label, title: label, onclick: (event) => this.menu(event.currentTarget, chat.id) }, icon("more"));
    return element("li", {}, link, more);
  }

  menu(opener, id) {
    openMenu(opener, [
      { label: word("rename"), act: () => this.#rename(id) },
      { label: word("export_docx"), href: exportAddress(id, "docx") },
      { label: word("export_md"), href: exportAddress(id, "md") },
      { label: word("delete"), danger: true, act: () => this.#delete(id) },
    ]);
  }

  #rename(id) {
    openDialog({
      title: word("rename_title"), action: word("save"),
      fields: [{ name: "title", label: word("rename_label"), value: this.titleOf(id), most: 60 }],
      act: async ({ title }) => { await renameChat(id, title); await this.load(); },
    });
  }

  #delete(id) {
    openDialog({
      title: word("delete_title"), text: word("delete_text", { title: this.titleOf(id) }), action: word("delete"), danger: true,
      act: async () => { await deleteChat(id); this.deleted(id); await this.load(); },
    });
  }
}
