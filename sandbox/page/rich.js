// Rich messages (blocks, or the safe part of their HTML) to DOM nodes.

import { h } from "./dom.js";
import { link } from "./entities.js";
import { miniMap } from "./map.js";
import { pressable } from "./buttons.js";

const TEXT_TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  marked: "mark", subscript: "sub", superscript: "sup", reference: "cite",
};
const ALIGNS = ["left", "center", "right"];

function richText(text, context) {
  if (text === null || text === undefined) return [];
  if (typeof text === "string") return [text];
  if (Array.isArray(text)) return text.flatMap((part) => richText(part, context));
  const inner = richText(text.text, context);
  if (TEXT_TAGS[text.type]) return [h(TEXT_TAGS[text.type], {}, inner)];
  if (text.type === "url") return [link(text.url, inner, context.actions.open)];
  if (text.type === "bot_command") {
    return [h("button", { type: "button", class: "link", onclick: () => context.actions.command(text.bot_command) }, inner)];
  }
  if (text.type === "button") return [pressable(text.button, context)];
  if (text.type === "custom_emoji") return [text.alternative_text ?? ""];
  if (text.type === "mathematical_expression") return [h("code", {}, text.expression)];
  return inner;
}

function tableCell(cell, context) {
  const props = {
    colspan: cell.colspan, rowspan: cell.rowspan,
    class: `align-${ALIGNS.includes(cell.align) ? cell.align : "left"}`, scope: cell.is_header ? "col" : null,
  };
  return h(cell.is_header ? "th" : "td", props, richText(cell.text, context));
}

function table(block, context) {
  const look = ["bordered", "striped", "compact"].filter((name) => block[`is_${name}`]).join(" ");
  const rows = (block.cells ?? []).map((row) => h("tr", {}, row.map((cell) => tableCell(cell, context))));
  const caption = block.caption ? h("caption", {}, richText(block.caption, context)) : null;
  return h("div", { class: "table-scroll", tabindex: 0 }, h("table", { class: look }, caption, h("tbody", {}, rows)));
}

function listItem(item, context) {
  const tick = item.has_checkbox ? (item.is_checked ? "☑" : "☐") : item.label ?? (item.value ? `${item.value}.` : "•");
  return h("li", {}, h("span", { class: "label" }, tick), h("div", {}, richBlocks(item.blocks, context)));
}

function picture(block, context) {
  const size = block.photo?.at?.(-1) ?? block.photo ?? {};
  const url = size.url ?? (size.file_unique_id ? `/sandbox/file/${size.file_unique_id}` : null);
  const caption = block.caption ? h("figcaption", {}, richText(block.caption.text, context)) : null;
  return h("figure", {}, url ? h("img", { src: url, alt: "", loading: "lazy" }) : null, caption);
}

const BLOCKS = {
  paragraph: (block, context) => h("p", {}, richText(block.text, context)),
  heading: (block, context) => h(`h${Math.min(6, Math.max(1, block.size ?? 3))}`, {}, richText(block.text, context)),
  pre: (block, context) => h("pre", {}, h("code", {}, richText(block.text, context))),
  footer: (block, context) => h("footer", {}, richText(block.text, context)),
  divider: () => h("hr"),
  anchor: () => null,
  mathematical_expression: (block) => h("pre", {}, block.expression),
  list: (block, context) => h("ul", { class: "rich-list" }, (block.items ?? []).map((item) => listItem(item, context))),
  blockquote: (block, context) => h("blockquote", {}, richBlocks(block.blocks, context)),
  expandable_blockquote: (block, context) => h("blockquote", {}, richText(block.text, context)),
  pullquote: (block, context) => h("blockquote", {}, richText(block.text, context)),
  details: (block, context) =>
    h("details", { open: block.is_open }, h("summary", {}, richText(block.summary, context)), richBlocks(block.blocks, context)),
  collage: (block, context) => h("div", { class: "collage" }, richBlocks(block.blocks, context)),
  slideshow: (block, context) => h("div", { class: "collage" }, richBlocks(block.blocks, context)),
  map: (block) => miniMap(block.location),
  photo: picture,
  buttons: (block, context) =>
    h("div", { class: "rich-buttons" }, (block.buttons ?? []).map((button) => pressable(button, context))),
  table,
};

function richBlocks(blocks, context) {
  return (blocks ?? []).map((block) => BLOCKS[block.type]?.(block, context) ?? h("p", {}, richText(block.text, context)));
}

// HTML that the bot sent is parsed in an inert document and rebuilt from this list; nothing else passes.
const SAFE = new Set(
  "b strong i em u ins s strike del code pre p br hr h1 h2 h3 h4 h5 h6 ul ol li table caption thead tbody tfoot tr th td blockquote details summary mark sub sup footer cite aside figure figcaption".split(" "),
);

function safeProps(node) {
  const align = node.getAttribute("align");
  const span = (name) => (/^\d{1,2}$/.test(node.getAttribute(name) ?? "") ? node.getAttribute(name) : null);
  const classes = ["bordered", "striped", "compact"].filter((name) => node.hasAttribute(name));
  if (ALIGNS.includes(align)) classes.push(`align-${align}`);
  return { colspan: span("colspan"), rowspan: span("rowspan"), open: node.hasAttribute("open"), class: classes.join(" ") || null };
}

function rebuilt(node, context) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return null;
  const tag = node.localName;
  if (["script", "style", "template", "iframe"].includes(tag)) return null;
  const children = [...node.childNodes].map((child) => rebuilt(child, context));
  if (tag === "a") return link(node.getAttribute("href"), children, context.actions.open);
  if (tag === "tg-map") {
    const [latitude, longitude] = [node.getAttribute("lat"), node.getAttribute("long")].map(Number);
    return miniMap({ latitude, longitude });
  }
  if (tag === "table") return h("div", { class: "table-scroll", tabindex: 0 }, h("table", safeProps(node), children));
  return SAFE.has(tag) ? h(tag, safeProps(node), children) : h("span", {}, children);
}

/** The nodes of a rich message: `{blocks}`, or `{html}`, or `{markdown}` shown as it was written. */
export function richMessage(rich, context) {
  if (rich.blocks) return richBlocks(rich.blocks, context);
  if (rich.html) {
    const parsed = new DOMParser().parseFromString(rich.html, "text/html");
    return [...parsed.body.childNodes].map((node) => rebuilt(node, context));
  }
  return [h("p", { class: "as-written" }, rich.markdown ?? "")];
}
