// One message, or one album, as a bubble.

import { avatar, h, icon, iconButton } from "./dom.js";
import { formatted } from "./entities.js";
import { inlineKeyboard, replyId } from "./buttons.js";
import { lightbox } from "./dialogs.js";
import { miniMap, openMapView } from "./map.js";
import { richMessage } from "./rich.js";
import { clock, fullDate, t } from "./strings.js";

const OTHER_KINDS = {
  sticker: "🙂", voice: "🎤", video: "🎬", video_note: "🎥", animation: "🎞️", audio: "🎵", poll: "📊", dice: "🎲", game: "🎮",
};
// How many pictures stand in each row of an album of n.
const ALBUM_ROWS = { 1: [1], 2: [2], 3: [1, 2], 4: [2, 2], 5: [2, 3], 6: [3, 3], 7: [3, 4], 8: [4, 4], 9: [3, 3, 3], 10: [3, 3, 4] };

/** Who wrote it, as shown: {id, name}; an anonymous admin writes in the name of the group. */
export function author(message) {
  const chat = message.sender_chat;
  if (chat) return { id: chat.id, name: chat.title ?? t("anonymous") };
  return { id: message.from?.id ?? 0, name: message.from?.first_name ?? "" };
}

/** The number that tells a message apart; an ephemeral one counts for itself, below zero here. */
export function messageKey(message) {
  return message.message_id || -message.ephemeral_message_id;
}

/** One line about a message, for quotes and for the list of chats. */
export function summary(message) {
  const words = message.text ?? message.caption;
  if (words) return words.replace(/\s+/g, " ").slice(0, 90);
  if (message.photo) return t("photo");
  if (message.document) return message.document.file_name ?? t("document");
  if (message.venue) return message.venue.title;
  if (message.location) return t("location");
  const kind = Object.keys(OTHER_KINDS).find((name) => message[name]);
  return kind ? t(kind) : t("deletedMessage");
}

/** The sentence of a service message (joined, left, …), or null for an ordinary one. */
export function serviceText(message) {
  const name = author(message).name;
  if (message.new_chat_members) return t("joined", message.new_chat_members.map((one) => one.first_name).join("、"));
  if (message.left_chat_member) return t("left", message.left_chat_member.first_name);
  if (message.new_chat_title) return t("renamed", message.new_chat_title);
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("upgraded");
  if (message.group_chat_created || message.supergroup_chat_created) return t("created");
  return message.pinned_message ? `${name} ${t("pinned")}` : null;
}

function picture(message, pictures, span) {
  const { url, width, height } = message.photo;
  const open = () => lightbox(pictures, pictures.findIndex((one) => one.url === url));
  const image = h("img", { src: url, alt: message.caption ?? t("photo"), width, height, loading: "lazy" });
  const single = span === 12 && pictures.length === 1;
  const node = h("button", { type: "button", class: "picture", testid: `photo-${messageKey(message)}`, "aria-label": t("openPhoto"), onclick: open }, image);
  node.style.gridColumn = `span ${span}`;
  if (single && width && height) node.style.aspectRatio = String(Math.min(2.2, Math.max(0.75, width / height)));
  return node;
}

function album(messages) {
  const pictures = messages.map((message) => message.photo);
  const rows = ALBUM_ROWS[Math.min(10, messages.length)];
  const spans = rows.flatMap((count) => Array(count).fill(12 / count));
  const shape = messages.length === 1 ? "single" : "album";
  return h("div", { class: `pictures ${shape}` }, messages.map((message, i) => picture(message, pictures, spans[i] ?? 3)));
}

function fileSize(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function documentCard({ url, file_name: name, file_size: size }) {
  const label = h("span", { class: "file-text" }, h("strong", {}, name ?? t("document")), h("small", {}, fileSize(size)));
  return h("a", { class: "file", href: url, download: name ?? "file", testid: "document" }, h("span", { class: "file-icon" }, icon("file")), label);
}

function placeCard(message) {
  const place = message.venue?.location ?? message.location;
  const live = place.live_period ? h("span", { class: "live" }, t("live")) : null;
  const words = message.venue ? h("span", { class: "venue" }, h("strong", {}, message.venue.title), h("small", {}, message.venue.address)) : null;
  const props = { type: "button", class: "place", testid: `location-${message.message_id}`, onclick: () => openMapView(place) };
  const figures = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return h("button", props, miniMap(place), words, h("small", { class: "figures" }, icon("pin"), figures, live));
}

function words(message, context) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const entities = message.entities ?? message.caption_entities;
  return h("div", { class: "text", testid: "text" }, formatted(text, entities, context.actions));
}

function content(messages, context) {
  const [message] = messages;
  const parts = [];
  if (messages.every((one) => one.photo)) parts.push(album(messages));
  else parts.push(...messages.filter((one) => one.document && !one.animation).map((one) => documentCard(one.document)));
  if (message.location || message.venue) parts.push(placeCard(message));
  if (message.contact) parts.push(h("div", { class: "text" }, `👤 ${message.contact.first_name} ${message.contact.phone_number}`));
  const rich = message.rich ?? message.rich_message;
  if (rich) parts.push(h("div", { class: "text rich", testid: "rich" }, richMessage(rich, context)));
  else parts.push(...messages.map((one) => words(one, context)));
  const shown = parts.filter(Boolean);
  if (shown.length) return shown;
  const kind = Object.keys(OTHER_KINDS).find((name) => message[name]);
  return [h("div", { class: "text other" }, kind ? `${OTHER_KINDS[kind]} ${t(kind)}` : t("unsupported"))];
}

function quote(message, context) {
  const id = replyId(message);
  if (!id) return null;
  const target = context.messages.find((other) => other.message_id === id) ?? (typeof message.reply_to === "object" ? message.reply_to : null);
  if (!target) return null;
  const go = () => context.actions.show(id);
  return h("button", { type: "button", class: "quote", onclick: go }, h("strong", {}, author(target).name), h("span", {}, summary(target)));
}

function forwarded(message) {
  const origin = message.forward_origin;
  const name = origin?.sender_user?.first_name ?? origin?.sender_user_name ?? message.forward_from?.first_name;
  return name ? h("div", { class: "forwarded" }, t("forwarded", name)) : null;
}

function footer(message) {
  const changed = message.edit_date ? h("span", { class: "edited", testid: "edited", title: fullDate(message.edit_date) }, t("edited")) : null;
  const time = h("time", { datetime: new Date(message.date * 1000).toISOString(), title: fullDate(message.date) }, clock(message.date));
  return h("span", { class: "meta" }, changed, time);
}

function reactions(message) {
  const faces = (message.reactions ?? []).map((reaction) => h("span", {}, reaction.emoji ?? "★"));
  return faces.length ? h("div", { class: "reactions" }, faces) : null;
}

function shape(messages, context, mine) {
  const [message] = messages;
  const wordless = !messages.some((one) => one.text || one.caption || one.rich || one.rich_message);
  const bare = wordless && (messages.every((one) => one.photo) || message.location || message.venue);
  return ["message", mine ? "out" : "in", bare && "bare", context.first && "first", context.last && "last"].filter(Boolean).join(" ");
}

/** The row of one message, or of the messages of one album. */
export function messageRow(messages, context) {
  const message = messages.at(-1).edit_date ? { ...messages[0], edit_date: messages.at(-1).edit_date } : messages[0];
  const who = author(message);
  const mine = who.id === context.person;
  const inGroup = context.chat < 0;
  const isBot = who.id === context.botId;
  const here = { ...context, messageId: messageKey(message) };
  const name = inGroup && !mine && context.first ? h("div", { class: `name ink-${isBot ? "bot" : Math.abs(who.id) % 7}` }, who.name) : null;
  const secret = message.ephemeral_to ? h("div", { class: "secret" }, t("onlyYou")) : null;
  const bubble = h("div", { class: "bubble" }, name, secret, forwarded(message), quote(message, here), content(messages, here), reactions(message), footer(message));
  const answer = iconButton("reply", t("reply"), { class: "icon-button answer", testid: `reply-${message.message_id}`, onclick: () => context.actions.reply(message) });
  const face = inGroup && !mine ? (context.last ? avatar(who.id, who.name, isBot ? "small bot" : "small") : h("span", { class: "avatar small hidden" })) : null;
  const keyboard = messages.length === 1 ? inlineKeyboard(message.reply_markup, here) : null;
  const testid = message.media_group_id && messages.length > 1 ? `album-${message.media_group_id}` : `message-${messageKey(message)}`;
  const body = h("div", { class: "body" }, h("div", { class: "line" }, bubble, answer), keyboard);
  return h("article", { class: shape(messages, context, mine), testid, "data-message": messageKey(message) }, face, body);
}
