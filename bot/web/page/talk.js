// What goes to the server, and how its words are read. Nothing here touches the page.

let tables = { page: {}, trace: {}, trace_value: {}, limits: {}, people: [] };

export async function readWords() {
  const answer = await fetch("words.json");
  tables = await answer.json();
  return tables;
}

export const limits = () => tables.limits;

export function word(name, fields = {}) {
  const found = tables.page[name] ?? name;
  return found.replace(/\{(\w+)\}/g, (whole, field) => fields[field] ?? whole);
}

export const traceName = (name) => tables.trace[name] ?? name;
export const traceValue = (value) => tables.trace_value[value] ?? value;

async function posted(path, body) {
  const answer = await fetch(path, { method: "POST", body });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

export const say = (user, text) => posted("say", JSON.stringify({ user, text }));
export const tap = (user, message, data) => posted("tap", JSON.stringify({ user, message, data }));
export const trace = (user, message) => posted("trace", JSON.stringify({ user, message }));

export function upload(user, file, caption) {
  const query = new URLSearchParams({ user, name: file.name, caption });
  return posted(`upload?${query}`, file);
}
