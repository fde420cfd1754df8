// Buttons under and inside messages, and the keyboard in place of letters.

import { h, icon } from "./dom.js";
import { press } from "./api.js";
import { alertDialog, toast } from "./dialogs.js";
import { t } from "./strings.js";

const STYLES = ["danger", "success", "primary", "link"];

function plain(text) {
  if (Array.isArray(text)) return text.map(plain).join("");
  return typeof text === "object" && text !== null ? plain(text.text ?? text.alternative_text ?? "") : String(text ?? "");
}

const styleOf = (button) => (STYLES.includes(button.style) ? `style-${button.style}` : "");

async function pressed(node, button, context) {
  node.classList.add("waiting");
  node.setAttribute("aria-busy", "true");
  try {
    const answer = await press(context.person, context.chat, context.messageId, button.callback_data);
    if (!answer.answered) toast(context.toasts, t("noAnswer"));
    else if (answer.text && answer.show_alert) alertDialog(answer.text, context.botName);
    else if (answer.text) toast(context.toasts, answer.text);
    if (answer.url) context.actions.follow(answer.url);
  } catch (error) {
    toast(context.toasts, t("failed") + error.message);
  } finally {
    node.classList.remove("waiting");
    node.removeAttribute("aria-busy");
  }
}

async function copy(text, context) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  toast(context.toasts, t("copied"));
}

function act(node, button, context) {
  if (button.callback_data !== undefined) return pressed(node, button, context);
  if (button.url) return context.actions.follow(button.url);
  if (button.copy_text) return copy(button.copy_text.text, context);
  return toast(context.toasts, t("notHere"));
}

/** One button of an inline keyboard or of a rich message. */
export function pressable(button, context) {
  const label = plain(button.text);
  const mark = button.url ? icon("link") : button.copy_text ? icon("copy") : null;
  const node = h("button", {
    type: "button", class: `inline-button ${styleOf(button)}`, testid: `button-${label}`,
    disabled: Boolean(button.disabled), onclick: () => act(node, button, context),
  }, h("span", {}, label), mark);
  return node;
}

/** The rows of an inline keyboard, or null where a message has none. */
export function inlineKeyboard(markup, context) {
  const rows = markup?.inline_keyboard?.filter((row) => row.length);
  if (!rows?.length) return null;
  const row = (buttons) => h("div", { class: "button-row" }, buttons.map((button) => pressable(button, context)));
  return h("div", { class: "inline-keyboard", testid: "inline-keyboard" }, rows.map(row));
}

function isFor(message, person, messages) {
  if (!message.reply_markup.selective) return true;
  const target = messages.find((other) => other.message_id === replyId(message));
  const named = (message.entities ?? []).some((entity) => entity.user?.id === person);
  return named || target?.from?.id === person;
}

/** The id of the message that this one answers; the wire carries it whole or as a number. */
export function replyId(message) {
  const target = message.reply_to ?? message.reply_to_message;
  return target?.message_id ?? target;
}

/** What stands in place of the letters now: {keyboard message} and {force message}, each or null. */
export function standing(messages, person) {
  let force = null;
  for (const message of [...messages].reverse()) {
    const markup = message.reply_markup;
    if (message.from?.id === person && !force) force = false;
    if (!markup || !isFor(message, person, messages)) continue;
    if (markup.force_reply && force === null) force = message;
    if (markup.remove_keyboard) return { keyboard: null, force: force || null };
    if (markup.keyboard) return { keyboard: message, force: force || null };
  }
  return { keyboard: null, force: force || null };
}

/** The keyboard in place of letters; `choose(button)` gets the key that was pressed. */
export function replyKeyboard(markup, choose) {
  const key = (raw) => {
    const button = typeof raw === "string" ? { text: raw } : raw;
    const mark = button.request_location ? icon("pin") : null;
    const props = { type: "button", class: `key ${styleOf(button)}`, testid: `key-${button.text}`, onclick: () => choose(button) };
    return h("button", props, mark, h("span", {}, button.text));
  };
  const rows = markup.keyboard.map((row) => h("div", { class: "button-row" }, row.map(key)));
  return h("div", { class: "reply-keyboard", testid: "reply-keyboard" }, rows);
}
