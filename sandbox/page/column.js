// One column: one chat as one person sees it.

import { avatar, h, iconButton } from "./dom.js";
import { getMessages, sendText } from "./api.js";
import { author, messageKey, messageRow, serviceText } from "./bubble.js";
import { Composer } from "./composer.js";
import { toast } from "./dialogs.js";
import { safeUrl } from "./entities.js";
import { day, t } from "./strings.js";

const SAME_SPEECH_SECONDS = 300;
const TYPING_MS = 5000;

/** Messages in the order of the chat, the parts of an album together in one list. */
function groups(messages) {
  const albums = new Map();
  const found = [];
  for (const message of messages) {
    const album = message.media_group_id;
    if (album && albums.has(album)) {
      albums.get(album).push(message);
      continue;
    }
    const group = [message];
    if (album) albums.set(album, group);
    found.push(group);
  }
  return found;
}

function continues(before, group) {
  if (!before || serviceText(before[0])) return false;
  const near = group[0].date - before[0].date < SAME_SPEECH_SECONDS;
  return near && author(before[0]).id === author(group[0]).id && day(before[0].date) === day(group[0].date);
}

export class Column {
  constructor(app, person, chat) {
    Object.assign(this, { app, person, chat, messages: [], shown: new Map(), unread: 0, loaded: false });
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.composer = new Composer(this);
    this.list = h("div", { class: "list", role: "log", "aria-live": "polite", testid: "messages", tabindex: 0, onscroll: () => this.scrolled() });
    this.newest = iconButton("down", t("newMessages"), { class: "icon-button newest", testid: "to-newest", hidden: true, onclick: () => this.toEnd() });
    this.head = h("header", { class: "column-head" });
    const middle = h("div", { class: "middle" }, this.list, this.newest, this.toasts);
    this.node = h("section", { class: "column", testid: `column-${chat}-${person}`, ondragover: (event) => event.preventDefault(), ondrop: (event) => this.drop(event) },
      this.head, middle, this.composer.node);
    this.actions = {
      open: (href) => this.openDeepLink(href),
      follow: (url) => this.follow(url),
      command: (command) => this.composer.command(command),
      reply: (message) => { this.composer.reply(message); this.composer.text.focus(); },
      show: (id) => this.list.querySelector(`[data-message="${Number(id)}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" }),
    };
    this.drawHead();
  }

  drawHead() {
    const chat = this.app.chat(this.chat);
    const isGroup = this.chat < 0;
    const title = isGroup ? chat.title : this.app.state.bot.first_name;
    this.node.setAttribute("aria-label", `${title} · ${this.app.person(this.person).first_name}`);
    const option = (value, label, selected) => h("option", { value, selected }, label);
    const chats = this.app.chatsOf(this.person).map((one) => option(one.id, this.app.titleOf(one), one.id === this.chat));
    const people = this.app.state.people.map((one) => option(one.id, one.first_name, one.id === this.person));
    const chatSelect = h("select", { class: "chat-select", testid: "chat-select", "aria-label": t("chat"), onchange: () => this.app.change(this, this.person, Number(chatSelect.value)) }, chats);
    const personSelect = h("select", { class: "person-select", testid: "person-select", "aria-label": t("person"), onchange: () => this.app.change(this, Number(personSelect.value), this.chat) }, people);
    const away = isGroup && ["left", "kicked"].includes(chat.bot_status);
    const about = isGroup ? (away ? t("botAway") : t("members", chat.members?.length ?? 0)) : t("bot");
    this.about = h("span", { class: "about", testid: "about" }, about);
    this.aboutText = about;
    const face = isGroup ? avatar(this.chat, title) : avatar(4, title, "bot");
    const cross = iconButton("close", t("close"), { testid: "close-column", onclick: () => this.app.close(this) });
    const pick = h("label", { class: "as" }, h("span", {}, t("person")), personSelect);
    this.head.replaceChildren(face, h("div", { class: "titles" }, h("div", { class: "top" }, chatSelect), h("div", { class: "under" }, pick, this.about)), cross);
  }

  /** Fetches the messages and shows what changed; the view stays at the end when it was there. */
  async refresh() {
    const messages = await getMessages(this.chat, this.person).catch((error) => {
      toast(this.toasts, t("failed") + error.message);
      return null;
    });
    if (!messages) return;
    const atEnd = this.atEnd();
    const known = new Set(this.messages.map(messageKey));
    const fresh = messages.filter((message) => !known.has(messageKey(message)) && message.from?.id !== this.person);
    this.messages = messages;
    this.drawMessages();
    this.composer.refresh(messages);
    if (!this.loaded || atEnd || messages.at(-1)?.from?.id === this.person) this.toEnd();
    if (this.loaded) this.unread += fresh.length;
    if (fresh.some((message) => message.from?.id === this.app.state.bot.id)) this.typing(false);
    this.loaded = true;
    this.seen();
  }

  drawMessages() {
    const rows = [];
    const shown = new Map();
    const parts = groups(this.messages);
    parts.forEach((group, i) => {
      const date = day(group[0].date);
      if (i === 0 || date !== day(parts[i - 1][0].date)) rows.push(this.keep(shown, `day ${date}`, "", () => h("div", { class: "pill" }, date)));
      const context = { first: !continues(parts[i - 1], group), last: !parts[i + 1] || !continues(group, parts[i + 1]) };
      const sign = JSON.stringify([group, context, this.quoted(group[0])]);
      rows.push(this.keep(shown, messageKey(group[0]), sign, () => this.row(group, context)));
    });
    if (!rows.length) rows.push(h("div", { class: "empty", testid: "empty" }, this.chat < 0 ? t("emptyGroup") : t("emptyPrivate")));
    this.shown = shown;
    this.place(rows);
  }

  quoted(message) {
    const target = message.reply_to?.message_id ?? message.reply_to;
    return target ? this.messages.find((other) => other.message_id === target)?.text : null;
  }

  row(group, context) {
    const service = serviceText(group[0]);
    if (service) return h("div", { class: "pill", testid: `service-${group[0].message_id}` }, service);
    const { person, chat, messages, actions, toasts } = this;
    return messageRow(group, { person, chat, messages, actions, toasts, botId: this.app.state.bot.id, botName: this.app.state.bot.first_name, ...context });
  }

  /** The row drawn before when nothing in it changed, else a new one: focus and open parts survive. */
  keep(shown, key, sign, make) {
    const before = this.shown.get(key);
    const entry = before?.sign === sign ? before : { sign, node: make() };
    shown.set(key, entry);
    return entry.node;
  }

  place(rows) {
    const wanted = new Set(rows);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    rows.forEach((row, i) => {
      if (this.list.children[i] !== row) this.list.insertBefore(row, this.list.children[i] ?? null);
    });
  }

  typing(on) {
    clearTimeout(this.typingTimer);
    this.about.textContent = on ? t("typing") : this.aboutText;
    this.about.classList.toggle("typing", on);
    if (on) this.typingTimer = setTimeout(() => this.typing(false), TYPING_MS);
  }

  atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 90;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  scrolled() {
    this.newest.hidden = this.atEnd();
  }

  seen() {
    if (this.node.offsetParent !== null) this.unread = 0;
    this.app.drawTabs();
  }

  drop(event) {
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    if (files.length) this.composer.offer(files);
  }

  follow(url) {
    if (this.openDeepLink(url)) return;
    const href = safeUrl(url);
    if (href?.startsWith("http")) window.open(href, "_blank", "noopener");
  }

  /** True when the address belongs to the bot: its start code is then sent in this person's private chat. */
  openDeepLink(address) {
    const href = safeUrl(address);
    if (!href) return false;
    const url = new URL(href);
    const inWeb = ["t.me", "telegram.me"].includes(url.hostname) ? url.pathname.slice(1) : null;
    const name = url.protocol === "tg:" ? url.searchParams.get("domain") : inWeb;
    if (name?.toLowerCase() !== this.app.state.bot.username.toLowerCase()) return false;
    const code = url.searchParams.get("start");
    this.app.reveal(this.person, this.person);
    if (code !== null) {
      sendText(this.person, this.person, `/start ${code}`.trim()).catch((error) => toast(this.toasts, t("failed") + error.message));
    }
    return true;
  }
}
