// The dialog in which pictures are gathered, captioned and sent, as photo or as file.

import { h, icon, iconButton } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { sampleFile } from "./samples.js";
import { t } from "./strings.js";

const MOST = 10;

class Gathering {
  constructor(files) {
    this.files = files.slice(0, MOST);
    this.drawn = 0;
    this.grid = h("div", { class: "thumbs", testid: "thumbs" });
    this.input = h("input", { type: "file", multiple: true, testid: "file-input", class: "visually-hidden", tabindex: -1, onchange: () => this.picked() });
    this.caption = h("input", { type: "text", testid: "caption", placeholder: t("caption"), "aria-label": t("caption"), maxlength: 1024 });
    this.note = h("p", { class: "hint", role: "status" });
    this.submit = h("button", { type: "button", class: "primary", testid: "photos-send" });
  }

  picked() {
    this.add([...this.input.files]);
    this.input.value = "";
  }

  add(files) {
    const room = MOST - this.files.length;
    this.note.textContent = files.length > room ? t("tooMany") : "";
    this.files.push(...files.slice(0, room));
    this.draw();
  }

  async addSample() {
    const file = await sampleFile(this.drawn);
    this.drawn += 1;
    this.add([file]);
  }

  thumb(file) {
    const remove = iconButton("close", t("remove"), { class: "icon-button remove", onclick: () => this.remove(file) });
    if (!file.type.startsWith("image/")) return h("figure", { class: "thumb" }, h("span", { class: "thumb-file" }, icon("file"), file.name), remove);
    const url = URL.createObjectURL(file);
    const image = h("img", { src: url, alt: file.name, onload: () => URL.revokeObjectURL(url) });
    return h("figure", { class: "thumb" }, image, remove);
  }

  remove(file) {
    this.files.splice(this.files.indexOf(file), 1);
    this.draw();
  }

  draw() {
    const full = this.files.length >= MOST;
    const more = [
      h("button", { type: "button", class: "thumb add", testid: "add-sample", disabled: full, onclick: () => this.addSample() }, icon("sparkle"), t("addSample")),
      h("button", { type: "button", class: "thumb add", testid: "add-files", disabled: full, onclick: () => this.input.click() }, icon("plus"), t("addFiles")),
    ];
    this.grid.replaceChildren(...this.files.map((file) => this.thumb(file)), ...more);
    this.submit.textContent = this.files.length ? t("sendPhotos", this.files.length) : t("noPhotos");
    this.submit.disabled = !this.files.length;
  }

  choice() {
    const radio = (value, label, checked) =>
      h("label", {}, h("input", { type: "radio", name: "as", value, checked, testid: `as-${value}` }), h("span", {}, label));
    this.as = h("fieldset", { class: "segmented" }, radio("photo", t("asPhoto"), true), radio("document", t("asFile"), false));
    return this.as;
  }

  async send(deliver, done) {
    this.submit.disabled = true;
    this.submit.textContent = t("sending");
    try {
      await deliver(this.files, { caption: this.caption.value.trim(), as: this.as.querySelector(":checked").value });
      done();
    } catch (error) {
      this.note.textContent = t("failed") + error.message;
      this.draw();
    }
  }
}

/** Opens the dialog with some files, or with a first sample; `deliver(files, {caption, as})` sends them. */
export function openPhotos(files, { withSample, title }, deliver) {
  const gathering = new Gathering(files);
  openDialog({ title, testid: "photos-dialog" }, (done) => {
    const send = () => gathering.files.length && gathering.send(deliver, done);
    gathering.submit.addEventListener("click", send);
    gathering.caption.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) send();
    });
    return [
      gathering.input, gathering.grid, gathering.note, gathering.choice(),
      gathering.caption, h("div", { class: "dialog-actions" }, gathering.submit),
    ];
  });
  gathering.draw();
  if (withSample) gathering.addSample();
}
