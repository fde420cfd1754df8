// The control "next morning": the day moves on, and what is sent in the morning comes.

import { nextMoment } from "./api.js";
import { h, icon } from "./dom.js";
import { t } from "./strings.js";

const AT_EACH_MS = 7000; // the bot looks at its timetable every five seconds

export function morningButton() {
  const button = h("button", { type: "button", class: "plain", testid: "next-morning", title: t("morningHint"), onclick: () => go(button) }, icon("sun"), h("span", {}, t("morning")));
  return button;
}

async function go(button) {
  button.disabled = true;
  try {
    while (!(await nextMoment()).is_last) await new Promise((done) => setTimeout(done, AT_EACH_MS));
  } finally {
    button.disabled = false;
  }
}
