// The page: title bar, columns, tabs on a narrow screen, and the live connection to the sandbox.

import { addPerson, getState, listen } from "./api.js";
import { Column } from "./column.js";
import { openDialog } from "./dialogs.js";
import { avatar, h, icon, iconButton } from "./dom.js";
import { loadMap } from "./map.js";
import { morningButton } from "./morning.js";
import { language, switchLanguage, t } from "./strings.js";

const FIRST_COLUMNS = 3;
const REFETCH_MS = 60;

class App {
  constructor() {
    this.columns = [];
    this.active = 0;
    this.waiting = new Set();
    this.online = true;
    this.bar = document.getElementById("bar");
    this.place = document.getElementById("columns");
    this.tabs = document.getElementById("tabs");
    this.extra = h("div", { class: "extra", id: "header-extra", testid: "header-extra" });
  }

  async begin() {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
    await Promise.all([loadMap(), this.refreshState()]);
    this.drawBar();
    this.openAll(this.wanted());
    listen((event) => this.happened(event), (online) => this.linked(online));
    window.addEventListener("hashchange", () => this.openAll(this.wanted()));
  }

  async refreshState() {
    this.state = await getState();
  }

  person(id) {
    return this.state.people.find((one) => one.id === id) ?? { id, first_name: String(id) };
  }

  chat(id) {
    const found = this.state.chats.find((one) => one.id === id);
    return found ?? { id, type: id > 0 ? "private" : "group", title: String(id), members: [] };
  }

  groups() {
    return this.state.chats.filter((one) => one.type !== "private" && !one.migrated_to);
  }

  chatsOf(person) {
    const own = this.chat(person);
    return [{ ...own, type: "private" }, ...this.groups().filter((one) => (one.members ?? []).includes(person))];
  }

  titleOf(chat) {
    return chat.type === "private" ? `${this.state.bot.first_name} · ${t("private")}` : chat.title;
  }

  /** What the address asks for (#person@chat,person@chat), else a useful first choice. */
  wanted() {
    const asked = [...location.hash.matchAll(/(\d+)@(-?\d+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
    const known = asked.filter(([person]) => this.state.people.some((one) => one.id === person));
    if (known.length) return known;
    const privates = this.state.people.map((one) => [one.id, one.id]);
    const shared = this.groups().map((one) => [one.members?.find((id) => id !== this.state.bot.id), one.id]).filter(([id]) => id);
    return [...privates.slice(0, 1), ...shared.slice(0, 1), ...privates.slice(1), ...shared.slice(1)].slice(0, FIRST_COLUMNS);
  }

  openAll(pairs) {
    const same = pairs.length === this.columns.length && pairs.every(([person, chat], i) => this.columns[i].person === person && this.columns[i].chat === chat);
    if (same && pairs.length) return;
    this.columns = pairs.map(([person, chat]) => new Column(this, person, chat));
    this.arrange();
  }

  arrange() {
    this.active = Math.max(0, Math.min(this.active, this.columns.length - 1));
    this.place.replaceChildren(...(this.columns.length ? this.columns.map((column) => column.node) : [this.nobody()]));
    this.columns.forEach((column, i) => column.node.classList.toggle("active", i === this.active));
    this.columns.filter((column) => !column.loaded).forEach((column) => column.refresh());
    const hash = this.columns.map((column) => `${column.person}@${column.chat}`).join(",");
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
    this.drawTabs();
  }

  nobody() {
    return h("div", { class: "nobody", testid: "nobody" }, h("h2", {}, t("nobody")), h("p", {}, t("nobodyHint")), this.personForm(() => {}));
  }

  change(column, person, chat) {
    const canSee = this.chatsOf(person).some((one) => one.id === chat);
    this.columns[this.columns.indexOf(column)] = new Column(this, person, canSee ? chat : person);
    this.arrange();
  }

  close(column) {
    this.columns.splice(this.columns.indexOf(column), 1);
    this.arrange();
  }

  /** Shows a person's chat: the column that has it, or a new one. */
  reveal(person, chat) {
    const at = this.columns.findIndex((column) => column.person === person && column.chat === chat);
    if (at < 0) this.columns.push(new Column(this, person, chat));
    this.active = at < 0 ? this.columns.length - 1 : at;
    this.arrange();
    this.columns[this.active].node.scrollIntoView({ inline: "nearest", block: "nearest", behavior: "smooth" });
  }

  select(at) {
    this.active = at;
    this.columns.forEach((column, i) => column.node.classList.toggle("active", i === at));
    this.columns[at].toEnd();
    this.columns[at].seen();
  }

  drawBar() {
    document.title = `${t("title")} · ${this.state.bot.first_name}`;
    const mark = h("img", { src: "/page/icon.svg", alt: "", width: 28, height: 28 });
    const badge = h("span", { class: "badge", testid: "sandbox-badge", title: t("badgeHint") }, t("badge"));
    const turn = () => { switchLanguage(); this.redraw(); };
    const tongue = h("button", { type: "button", class: "plain", testid: "language", "aria-label": t("switchLabel"), onclick: turn }, icon("globe"), h("span", {}, t("switchLanguage")));
    const add = h("button", { type: "button", class: "plain", testid: "add-column", "aria-label": t("add"), onclick: () => this.pick() }, icon("plus"), h("span", {}, t("add")));
    this.warning = h("p", { class: "offline", role: "alert", testid: "offline", hidden: this.online }, t("offline"));
    const name = h("h1", {}, this.state.bot.first_name, h("span", {}, ` · ${t("title")}`));
    this.extra.replaceChildren(...(this.state.has_mornings ? [morningButton()] : []));
    this.bar.replaceChildren(mark, name, badge, this.extra, add, tongue, this.warning);
  }

  redraw() {
    this.drawBar();
    this.columns = this.columns.map(({ person, chat }) => new Column(this, person, chat));
    this.arrange();
  }

  drawTabs() {
    const sign = JSON.stringify([this.columns.map(({ person, chat, unread }) => [person, chat, unread, this.chat(chat).title]), this.active, language()]);
    if (sign === this.tabsSign) return; // a redraw would take the keyboard focus away
    this.tabsSign = sign;
    const tab = (column, at) => {
      const title = column.chat < 0 ? this.chat(column.chat).title : this.state.bot.first_name;
      const name = this.person(column.person).first_name;
      const count = column.unread ? h("span", { class: "unread", "aria-label": t("unread", column.unread) }, column.unread) : null;
      const props = {
        type: "button", class: "tab", role: "tab", testid: `tab-${column.chat}-${column.person}`, "aria-selected": String(at === this.active),
        onclick: () => this.select(at),
      };
      return h("button", props, avatar(column.person, name, "small"), h("span", { class: "tab-text" }, h("strong", {}, name), h("small", {}, title)), count);
    };
    const more = iconButton("plus", t("add"), { testid: "tab-add", onclick: () => this.pick() });
    this.tabs.replaceChildren(h("div", { role: "tablist", class: "tablist" }, this.columns.map(tab)), more);
  }

  personForm(done) {
    const name = h("input", { type: "text", testid: "person-name", placeholder: t("name"), "aria-label": t("name"), maxlength: 64 });
    const create = async () => {
      if (!name.value.trim()) return;
      const person = await addPerson(name.value.trim());
      done();
      await this.refreshState();
      this.reveal(person.id, person.id);
    };
    name.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.isComposing) create(); });
    return h("div", { class: "person-form" }, name, h("button", { type: "button", class: "primary", testid: "person-create", onclick: create }, t("create")));
  }

  async pick() {
    await this.refreshState();
    openDialog({ title: t("pick"), testid: "pick-dialog" }, (done) => {
      const entry = (person, chat) => h("button", {
        type: "button", class: "entry", testid: `pick-${chat.id}-${person.id}`, onclick: () => { done(); this.reveal(person.id, chat.id); },
      }, this.titleOf(chat));
      const card = (person) => h("div", { class: "person-card" }, avatar(person.id, person.first_name), h("strong", {}, person.first_name),
        h("div", { class: "entries" }, this.chatsOf(person.id).map((chat) => entry(person, chat))));
      return [h("p", { class: "hint" }, t("pickHint")), h("div", { class: "person-cards" }, this.state.people.map(card)), h("h3", {}, t("newPerson")), this.personForm(done)];
    });
  }

  /** Several events of one chat within a moment become one refetch. */
  happened(event) {
    const chat = Number(event.chat);
    if (event.action) {
      this.columns.filter((column) => column.chat === chat).forEach((column) => column.typing(true));
      return;
    }
    if (this.waiting.has(chat)) return;
    this.waiting.add(chat);
    setTimeout(() => {
      this.waiting.delete(chat);
      this.refresh(chat);
    }, REFETCH_MS);
  }

  async refresh(chat) {
    const before = JSON.stringify([this.state.people, this.state.chats]);
    await this.refreshState();
    if (JSON.stringify([this.state.people, this.state.chats]) !== before) this.columns.forEach((column) => column.drawHead());
    if (!this.columns.length) this.openAll(this.wanted());
    await Promise.all(this.columns.filter((column) => column.chat === chat).map((column) => column.refresh()));
  }

  linked(online) {
    this.online = online;
    this.warning.hidden = online;
    if (online) this.columns.forEach((column) => column.refresh());
  }
}

new App().begin();
