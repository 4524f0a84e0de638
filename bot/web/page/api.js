// What goes to the server. Nothing here touches the page.

let guard = "";

export function useGuard(found) {
  guard = found;
}

// `words` are what the server says to the person; empty where it says nothing.
export class Refused extends Error {
  constructor(status, words) {
    super(`${status}`);
    this.status = status;
    this.words = words;
  }
}

export async function call(method, path, body) {
  const headers = method === "GET" ? {} : { "X-Guard": guard };
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  const answer = await fetch(path, { method, headers, body: sent });
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  const found = isJson ? await answer.json() : null;
  if (!answer.ok) throw new Refused(answer.status, found?.error ?? "");
  return found;
}

// A name of its own for each message, so that one sent twice is taken once.
// The browser's own randomUUID is missing where the address is not encrypted.
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const getMe = () => call("GET", "/api/me");
export const getChats = (words) => call("GET", words ? `/api/chats?${new URLSearchParams({ find: words })}` : "/api/chats");
export const beginChat = () => call("POST", "/api/chats");
export const getChat = (id) => call("GET", `/api/chats/${id}`);
export const renameChat = (id, title) => call("PATCH", `/api/chats/${id}`, { title });
export const deleteChat = (id) => call("DELETE", `/api/chats/${id}`);
export const exportAddress = (id, kind) => `/api/chats/${id}/export?as=${kind}`;
export const getExamples = () => call("GET", "/api/examples");
export const say = (chat, key, text) => call("POST", "/api/say", { chat, key, text });
export const upload = (chat, key, file, caption) => call("POST", `/api/upload?${new URLSearchParams({ chat, key, name: file.name, caption })}`, file);
export const press = (chat, message, data) => call("POST", "/api/press", { chat, message, data });
export const getSource = (message, n) => call("GET", `/api/sources/${message}/${n}`);
export const getTrace = (message) => call("POST", "/api/trace", { message });
export const askIn = () => call("POST", "/api/apply");
export const invite = (role) => call("POST", "/api/invitations", { role });
export const changePassword = (old, fresh) => call("POST", "/api/password", { old, new: fresh });
export const signOut = () => call("POST", "/api/sign-out");
export const answerAddress = (message) => `/api/answers/${message}`;
export const fileAddress = (id) => `/api/files/${encodeURIComponent(id)}`;
