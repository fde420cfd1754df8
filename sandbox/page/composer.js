// Where one person writes: text, attachments, commands, the keyboard in place of letters.

import { h, icon, iconButton } from "./dom.js";
import { sendKind, sendPhotos, sendText } from "./api.js";
import { author, summary } from "./bubble.js";
import { replyKeyboard, standing } from "./buttons.js";
import { commandsFor } from "./commands.js";
import { popMenu, toast } from "./dialogs.js";
import { openMapPicker } from "./map.js";
import { openPhotos } from "./photos.js";
import { t } from "./strings.js";

export class Composer {
  /** `column` gives person, chat, toasts and the app's state; `node` is what the column shows. */
  constructor(column) {
    this.column = column;
    this.replyTo = null;
    this.dismissed = new Set();
    this.keyboardHidden = null;
    this.build();
  }

  build() {
    this.files = h("input", { type: "file", multiple: true, testid: "attach-input", class: "visually-hidden", tabindex: -1, "aria-hidden": "true", onchange: () => this.picked() });
    this.text = h("textarea", {
      rows: 1, testid: "composer", placeholder: t("placeholder"), "aria-label": t("placeholder"),
      oninput: () => this.grow(), onkeydown: (event) => this.key(event), onpaste: (event) => this.paste(event),
    });
    const pop = { "aria-haspopup": "menu", "aria-expanded": "false" };
    this.menu = iconButton("menu", t("commands"), { testid: "commands", ...pop, onclick: () => this.openCommands() });
    this.clip = iconButton("clip", t("attach"), { testid: "attach", ...pop, onclick: () => this.openAttach() });
    this.keys = iconButton("keyboard", t("keyboard"), { testid: "keyboard-toggle", hidden: true, onclick: () => this.toggleKeyboard() });
    const send = iconButton("send", t("send"), { class: "icon-button send", testid: "send", onclick: () => this.send() });
    this.quote = h("div", { class: "replying", hidden: true, testid: "replying" });
    this.keyboard = h("div");
    this.row = h("div", { class: "composer-row" }, this.menu, this.text, this.keys, this.clip, send, this.files);
    this.begin = h("button", { type: "button", class: "start", testid: "start", hidden: true, onclick: () => this.start() }, t("start"));
    this.node = h("div", { class: "composer" }, this.quote, this.row, this.begin, this.keyboard);
  }

  /** Greets the bot, with the payload of the invitation that the person has open. */
  start() {
    const link = this.column.app.person(this.column.person).link;
    this.sendText(`/start ${link ?? ""}`.trim());
  }

  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      toast(this.column.toasts, t("failed") + error.message);
      return null;
    }
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 140)}px`;
  }

  key(event) {
    // While an input method composes, Enter chooses a character and must not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.offer(files);
  }

  async send() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.grow();
    this.text.focus();
    if ((await this.sendText(text)) === null) this.text.value = text;
  }

  sendText(text) {
    const { person, chat } = this.column;
    const target = this.replyTo?.message_id;
    this.reply(null);
    return this.attempt(() => sendText(person, chat, text, target));
  }

  /** Sends a command; in a group it carries the bot's name, as Telegram's menu does. */
  command(command) {
    const bare = command.startsWith("/") ? command : `/${command}`;
    const named = this.column.chat < 0 && !bare.includes("@") ? `${bare}@${this.column.app.state.bot.username}` : bare;
    return this.sendText(named);
  }

  picked() {
    const files = [...this.files.files];
    this.files.value = "";
    if (files.length) this.offer(files);
  }

  /** Opens the dialog in which these files are captioned and sent; without files it starts with a sample. */
  offer(files) {
    const { person, chat } = this.column;
    const options = { withSample: !files.length, title: files.length ? t("photos") : t("samples") };
    openPhotos(files, options, (chosen, how) => sendPhotos(person, chat, chosen, how));
  }

  askPlace() {
    const { person, chat } = this.column;
    openMapPicker((place) => this.attempt(() => sendKind(person, chat, "location", place)));
  }

  openAttach() {
    const item = (name, label, hint, testid, onchoose) => ({
      content: [icon(name), h("span", {}, h("strong", {}, label), hint ? h("small", {}, hint) : null)], testid, onchoose,
    });
    popMenu(this.clip, { testid: "attach-menu", label: t("attach") }, [
      item("photo", t("photos"), null, "attach-files", () => this.files.click()),
      item("sparkle", t("samples"), t("samplesHint"), "sample-photos", () => this.offer([])),
      item("pin", t("location"), null, "map-open", () => this.askPlace()),
    ]);
  }

  async openCommands() {
    await this.column.app.refreshState();
    const { app, person, chat } = this.column;
    const commands = commandsFor(app.chat(chat), app.person(person), app.state.commands ?? []);
    const items = commands.map(({ command, description }) => ({
      content: [h("strong", {}, `/${command}`), h("span", {}, description)],
      testid: `command-${command}`, onchoose: () => this.command(command),
    }));
    const none = [{ content: [h("span", {}, t("noCommands"))], disabled: true, onchoose: () => {} }];
    popMenu(this.menu, { testid: "command-menu", label: t("commands") }, items.length ? items : none);
  }

  reply(message) {
    if (this.replyTo && message === null) this.dismissed.add(this.replyTo.message_id);
    this.replyTo = message;
    this.quote.hidden = !message;
    this.text.placeholder = message?.reply_markup?.input_field_placeholder ?? t("placeholder");
    if (!message) return;
    const cancel = iconButton("close", t("cancelReply"), { testid: "cancel-reply", onclick: () => this.reply(null) });
    const words = h("span", {}, h("strong", {}, t("replyTo", author(message).name)), h("span", {}, summary(message)));
    this.quote.replaceChildren(icon("reply"), words, cancel);
  }

  toggleKeyboard() {
    this.keyboardHidden = this.keyboardHidden === this.shownKeyboard ? null : this.shownKeyboard;
    this.refresh(this.column.messages);
  }

  async choose(button, message) {
    const { person, chat } = this.column;
    if (message.reply_markup.one_time_keyboard) this.keyboardHidden = message.message_id;
    if (button.request_location) this.askPlace();
    else if (button.request_contact) await this.attempt(() => sendKind(person, chat, "contact"));
    else await this.sendText(button.text);
    this.refresh(this.column.messages);
  }

  /** Follows what the newest messages ask for: a keyboard, a reply, or nothing. */
  refresh(messages) {
    const { person, chat } = this.column;
    const { keyboard, force } = standing(messages, person);
    this.shownKeyboard = keyboard?.message_id ?? null;
    this.keys.hidden = !keyboard;
    const visible = keyboard && this.keyboardHidden !== keyboard.message_id;
    const node = visible ? replyKeyboard(keyboard.reply_markup, (button) => this.choose(button, keyboard)) : null;
    this.keyboard.replaceChildren(...(node ? [node] : []));
    const isNew = chat > 0 && !messages.some(({ from }) => from?.id === person || from?.is_bot);
    this.begin.hidden = !isNew;
    this.row.classList.toggle("under-start", isNew);
    if (force && !this.dismissed.has(force.message_id)) this.reply(force);
    else if (this.replyTo && !messages.some((message) => message.message_id === this.replyTo.message_id)) this.reply(null);
  }
}
