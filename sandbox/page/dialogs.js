// Things that stand above the page: dialogs, pop-up menus, toasts and the large picture.

import { h, iconButton } from "./dom.js";
import { t } from "./strings.js";

function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** A titled dialog; `build(close)` returns its content. Esc, the cross and a click beside it close it. */
export function openDialog({ title, testid }, build) {
  const dialog = h("dialog", { class: "dialog", testid, "aria-label": title });
  const close = () => dialog.close();
  const cross = iconButton("close", t("cancel"), { testid: "dialog-close", onclick: close });
  dialog.append(h("div", { class: "dialog-box" }, h("header", {}, h("h2", {}, title), cross), build(close)));
  show(dialog);
  return close;
}

/** The answer to a button press that must be read: show_alert. */
export function alertDialog(text, title) {
  const dialog = h("dialog", { class: "dialog alert", testid: "alert", role: "alertdialog", "aria-label": title });
  const ok = h("button", { type: "button", class: "plain", testid: "alert-ok", onclick: () => dialog.close() }, t("ok"));
  dialog.append(h("div", { class: "dialog-box" }, h("h2", {}, title), h("p", {}, text), h("div", { class: "dialog-actions" }, ok)));
  show(dialog);
}

/** A short notice in `place` (a live region) that goes away by itself. */
export function toast(place, text) {
  const note = h("div", { class: "toast", testid: "toast" }, text);
  place.replaceChildren(note);
  setTimeout(() => note.remove(), 4500);
}

/** A menu above the composer; choosing, Esc or a click elsewhere closes it. */
export function popMenu(anchor, { testid, label }, items) {
  const shown = anchor.parentElement.querySelector(".pop-menu");
  if (shown) {
    shown.remove();
    anchor.setAttribute("aria-expanded", "false");
    if (shown.dataset.testid === testid) return;
  }
  const menu = h("div", { class: "pop-menu", role: "menu", testid, "aria-label": label, tabindex: -1 });
  const leave = new AbortController();
  const close = () => {
    menu.remove();
    anchor.setAttribute("aria-expanded", "false");
    leave.abort();
  };
  const entries = items.map(({ content, onchoose, ...props }) =>
    h("button", { type: "button", role: "menuitem", ...props, onclick: () => { close(); onchoose(); } }, content));
  menu.append(...entries);
  menu.addEventListener("keydown", (event) => moveFocus(event, entries, () => { close(); anchor.focus(); }));
  document.addEventListener("pointerdown", (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close();
  }, { signal: leave.signal });
  anchor.setAttribute("aria-expanded", "true");
  anchor.parentElement.append(menu);
  (entries[0] ?? menu).focus({ preventScroll: true });
}

function moveFocus(event, entries, onEscape) {
  const at = entries.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 };
  if (event.key === "Escape") onEscape();
  if (!(event.key in steps) || !entries.length) return;
  event.preventDefault();
  entries[(steps[event.key] + entries.length) % entries.length].focus();
}

/** The pictures of a message, one at a time, as large as the window. */
export function lightbox(pictures, first) {
  let at = first;
  const image = h("img", { testid: "lightbox-image", alt: t("photo") });
  const count = h("span", { class: "count" });
  const dialog = h("dialog", { class: "lightbox", testid: "lightbox", "aria-label": t("openPhoto") });
  const turn = (by) => {
    at = (at + by + pictures.length) % pictures.length;
    image.src = pictures[at].url;
    count.textContent = pictures.length > 1 ? `${at + 1} / ${pictures.length}` : "";
  };
  const arrow = (name, by, label) =>
    pictures.length > 1 ? iconButton(name, label, { class: `icon-button ${name}`, testid: `lightbox-${name}`, onclick: () => turn(by) }) : null;
  const cross = iconButton("close", t("cancel"), { class: "icon-button cross", testid: "lightbox-close", onclick: () => dialog.close() });
  dialog.append(...[image, arrow("left", -1, t("previous")), arrow("right", 1, t("next")), count, cross].filter(Boolean));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") turn(-1);
    if (event.key === "ArrowRight") turn(1);
  });
  turn(0);
  show(dialog);
}
