// The control API of the sandbox, one function a call.

async function call(path, options) {
  const response = await fetch(`/sandbox/${path}`, options);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.description ?? body.error ?? `HTTP ${response.status}`);
  return body;
}

function post(path, payload) {
  const body = JSON.stringify(payload);
  return call(path, { method: "POST", headers: { "content-type": "application/json" }, body });
}

export const getState = () => call("state");

export const addPerson = (firstName) => post("people", { first_name: firstName });

export const sendText = (from, chat, text, replyTo) =>
  post("send", { from, chat, kind: "text", text, ...(replyTo ? { reply_to: replyTo } : {}) });

export const sendKind = (from, chat, kind, more = {}) => post("send", { from, chat, kind, ...more });

export const press = (from, chat, messageId, data) => post("press", { from, chat, message_id: messageId, data });

/** Moves the day on to the next moment at which something is sent; the answer says whether it is the morning's last. */
export const nextMoment = () => post("mornings/next", {});

/** The messages of a chat as one person may see them; deleted ones are left out. */
export async function getMessages(chat, person) {
  const { messages } = await call(`messages?chat=${chat}&as=${person}`);
  return messages.filter((m) => !m.deleted && (!m.ephemeral_to || Number(m.ephemeral_to) === person));
}

/** Sends 1 to 10 files as photos or as documents; more than one makes an album. */
export function sendPhotos(from, chat, files, { caption, as }) {
  const form = new FormData();
  form.set("from", from);
  form.set("chat", chat);
  form.set("as", as);
  if (caption) form.set("caption", caption);
  for (const file of files) form.append("file", file, file.name);
  return call("photos", { method: "POST", body: form });
}

/** Calls `onEvent` with each event and `onLink` with true or false as the connection comes and goes. */
export function listen(onEvent, onLink) {
  const source = new EventSource("/sandbox/events");
  source.onmessage = (event) => onEvent(JSON.parse(event.data));
  source.onopen = () => onLink(true);
  source.onerror = () => onLink(false);
}
