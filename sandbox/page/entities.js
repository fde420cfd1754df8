// Message text with entities (offsets in UTF-16 units, which is what JavaScript strings count) to DOM nodes.

import { h } from "./dom.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code" };
const BARE_LINK = /(?:https?:\/\/|\bt\.me\/)[^\s<>"'，。；！？、）】」]+/g;

/** An absolute http(s) or tg address, or null for anything else (javascript:, data:, …). */
export function safeUrl(address) {
  const raw = String(address ?? "").trim();
  const full = /^[a-z][a-z0-9+.-]*:/i.test(raw) ? raw : `https://${raw}`;
  try {
    const url = new URL(full);
    return ["http:", "https:", "tg:", "mailto:", "tel:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** A link; `open` decides whether the page itself handles the address (deep links) and then returns true. */
export function link(address, children, open) {
  const href = safeUrl(address);
  if (!href) return h("span", {}, children);
  const onclick = (event) => {
    if (open(href)) event.preventDefault();
  };
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", onclick }, children);
}

function spoiler(children) {
  const reveal = (event) => event.currentTarget.classList.add("shown");
  return h("span", { class: "spoiler", tabindex: 0, role: "button", onclick: reveal, onkeydown: reveal }, children);
}

function wrap(entity, raw, children, actions) {
  if (PLAIN[entity.type]) return h(PLAIN[entity.type], {}, children);
  switch (entity.type) {
    case "pre":
      return h("pre", { "data-language": entity.language }, h("code", {}, children));
    case "blockquote":
    case "expandable_blockquote":
      return h("blockquote", {}, children);
    case "spoiler":
      return spoiler(children);
    case "text_link":
      return link(entity.url, children, actions.open);
    case "url":
      return link(raw, children, actions.open);
    case "email":
      return link(`mailto:${raw}`, children, actions.open);
    case "phone_number":
      return link(`tel:${raw.replace(/[^+\d]/g, "")}`, children, actions.open);
    case "bot_command":
      return h("button", { type: "button", class: "link", onclick: () => actions.command(raw) }, children);
    default:
      return h("span", { class: "mention" }, children);
  }
}

function withBareLinks(text, actions) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(BARE_LINK)) {
    nodes.push(text.slice(at, match.index), link(match[0], [match[0]], actions.open));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

function render(text, from, to, entities, actions) {
  const nodes = [];
  let at = from;
  for (let i = 0; i < entities.length; i += 1) {
    const entity = entities[i];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (start >= end) continue;
    nodes.push(...withBareLinks(text.slice(at, start), actions));
    const inside = entities.slice(i + 1).filter((other) => other.offset < end);
    const isLink = ["url", "text_link", "code", "pre"].includes(entity.type);
    const children = isLink && !inside.length ? [text.slice(start, end)] : render(text, start, end, inside, actions);
    nodes.push(wrap(entity, text.slice(start, end), children, actions));
    at = end;
  }
  nodes.push(...withBareLinks(text.slice(at, to), actions));
  return nodes;
}

/** DOM nodes for a text; nested entities nest, and a bare address becomes a link as in Telegram. */
export function formatted(text, entities, actions) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return render(text, 0, text.length, ordered, actions);
}
