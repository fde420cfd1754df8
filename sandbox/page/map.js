// The sketch of the district: a small map inside bubbles, and the dialog where a place is picked.

import { h, icon, iconButton, s } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { t } from "./strings.js";

const SCALE = 10000;
const MIDDLE = { longitude: 113.64, latitude: 34.885 };
const SQUEEZE = Math.cos((MIDDLE.latitude * Math.PI) / 180);
const STEP = 0.05;

let sketch = { type: "FeatureCollection", features: [] };

/** Reads the sketch once; without it maps show the grid and the pin alone. */
export async function loadMap() {
  const response = await fetch("/page/map.json").catch(() => null);
  if (response?.ok) sketch = await response.json();
}

const toX = (longitude) => (longitude - MIDDLE.longitude) * SQUEEZE * SCALE;
const toY = (latitude) => (MIDDLE.latitude - latitude) * SCALE;
const toPlace = (x, y) => ({
  longitude: Number((x / (SQUEEZE * SCALE) + MIDDLE.longitude).toFixed(6)),
  latitude: Number((MIDDLE.latitude - y / SCALE).toFixed(6)),
});

function rings(geometry) {
  if (geometry.type === "Polygon") return geometry.coordinates;
  return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
}

function outline(geometry) {
  const ringPath = (ring) => `M${ring.map(([x, y]) => `${toX(x).toFixed(1)} ${toY(y).toFixed(1)}`).join("L")}Z`;
  return rings(geometry).map(ringPath).join("");
}

/** A point well inside a ring's area: the mean weighted by the area of its triangles. */
function centre(geometry) {
  const ring = rings(geometry)[0] ?? [];
  let [area, x, y] = [0, 0, 0];
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
    area += cross;
    x += (ring[i][0] + ring[i + 1][0]) * cross;
    y += (ring[i][1] + ring[i + 1][1]) * cross;
  }
  return area ? [x / (3 * area), y / (3 * area)] : ring[0] ?? [0, 0];
}

function grid() {
  const lines = [];
  for (let i = -10; i <= 10; i += 1) {
    lines.push(`M${toX(113.65 + i * 0.05)} -5000V5000`, `M-5000 ${toY(34.9 + i * 0.05)}H5000`);
  }
  return s("path", { class: "grid", d: lines.join("") });
}

function cells(fontSize) {
  const towns = sketch.features.filter((feature) => feature.properties?.kind === "town");
  const shape = (town, i) => s("path", { class: `cell cell-${i % 8}`, d: outline(town.geometry) });
  const label = (town) => {
    const [x, y] = centre(town.geometry);
    return s("text", { class: "town", x: toX(x), y: toY(y), "font-size": fontSize }, town.properties.name);
  };
  return [towns.map(shape), fontSize ? towns.map(label) : []];
}

function district() {
  return sketch.features
    .filter((feature) => feature.properties?.kind === "district")
    .map((feature) => s("path", { class: "district", d: outline(feature.geometry) }));
}

function pinAt(place, size) {
  const scale = size / 24;
  const at = `translate(${toX(place.longitude)} ${toY(place.latitude)}) scale(${scale})`;
  return s("g", { class: "pin", transform: at }, [
    s("ellipse", { class: "pin-shadow", rx: 4, ry: 1.6 }),
    s("path", { class: "pin-body", d: "M0 0C-2-7-9-10.5-9-17.5a9 9 0 0 1 18 0C9-10.5 2-7 0 0Z" }),
    s("circle", { class: "pin-eye", cy: -17.5, r: 3.4 }),
  ]);
}

/** The small map of a location bubble. */
export function miniMap(place) {
  const [width, height] = [520, 260];
  const box = `${toX(place.longitude) - width / 2} ${toY(place.latitude) - height * 0.58} ${width} ${height}`;
  const label = `${t("mapView")} ${place.latitude}, ${place.longitude}`;
  return s("svg", { class: "map mini-map", viewBox: box, preserveAspectRatio: "xMidYMid slice", role: "img", "aria-label": label }, [
    s("rect", { class: "land", x: -9000, y: -9000, width: 18000, height: 18000 }),
    grid(), cells(24), district(), pinAt(place, 58),
  ]);
}

const HOME = { x: toX(113.644), y: toY(34.885), width: 2800 };
const RATIO = 0.72;
const LABEL_PIXELS = 12.5;
const PIN_PIXELS = 40;

class Picker {
  constructor(place) {
    this.place = place;
    this.view = { ...HOME };
    this.svg = s("svg", {
      class: "map map-canvas", testid: "map-canvas", tabindex: 0, role: "application", "aria-label": t("mapHint"),
      onclick: (event) => this.click(event), onkeydown: (event) => this.key(event), onwheel: (event) => this.wheel(event),
    });
    this.latitude = this.field("map-latitude");
    this.longitude = this.field("map-longitude");
    this.draw();
  }

  field(testid) {
    return h("input", { type: "number", step: "any", testid, onchange: () => this.typed() });
  }

  draw() {
    const { x, y, width } = this.view;
    this.svg.setAttribute("viewBox", `${x - width / 2} ${y - (width * RATIO) / 2} ${width} ${width * RATIO}`);
    const unit = width / (this.svg.clientWidth || 520);
    const land = s("rect", { class: "land", x: -9000, y: -9000, width: 18000, height: 18000 });
    this.svg.replaceChildren(land, grid(), ...cells(LABEL_PIXELS * unit).flat(), ...district(), ...(this.place ? [pinAt(this.place, PIN_PIXELS * unit)] : []));
  }

  put(place) {
    this.place = place;
    this.latitude.value = place.latitude;
    this.longitude.value = place.longitude;
    this.sendButton.disabled = false;
    this.draw();
  }

  click(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    this.put(toPlace(point.x, point.y));
  }

  key(event) {
    const moves = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const { longitude, latitude } = this.place ?? MIDDLE;
    const shift = (value, by) => Number((value + by * STEP).toFixed(6));
    this.put({ longitude: shift(longitude, move[0]), latitude: shift(latitude, move[1]) });
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY > 0 ? 1.25 : 0.8);
  }

  zoom(factor) {
    const width = Math.min(HOME.width, Math.max(160, this.view.width * factor));
    const centred = width < HOME.width && this.place;
    this.view = centred ? { x: toX(this.place.longitude), y: toY(this.place.latitude), width } : { ...HOME, width };
    this.draw();
  }

  typed() {
    const [latitude, longitude] = [this.latitude, this.longitude].map((input) => Number.parseFloat(input.value));
    if (Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) this.put({ latitude, longitude });
  }

  controls() {
    return h("div", { class: "map-zoom" }, [
      iconButton("plus", t("zoomIn"), { testid: "map-zoom-in", onclick: () => this.zoom(0.6) }),
      iconButton("minus", t("zoomOut"), { testid: "map-zoom-out", onclick: () => this.zoom(1.7) }),
    ]);
  }
}

function sketchNote() {
  const towns = sketch.features.some((feature) => feature.properties?.kind === "town");
  return sketch.features.length ? t(towns ? "mapSketch" : "mapOutline") : t("mapMissing");
}

/** Lets the user choose a place; `onSend` gets {latitude, longitude}. */
export function openMapPicker(onSend) {
  const picker = new Picker(null);
  openDialog({ title: t("mapTitle"), testid: "map-dialog" }, (done) => {
    picker.sendButton = h("button", {
      type: "button", class: "primary", testid: "map-send", disabled: true,
      onclick: () => { done(); onSend(picker.place); },
    }, icon("pin"), t("sendLocation"));
    return [
      h("div", { class: "map-frame" }, picker.svg, picker.controls(), h("span", { class: "map-note", testid: "map-note" }, sketchNote())),
      h("p", { class: "hint" }, t("mapHint")),
      h("div", { class: "fields" }, h("label", {}, t("latitude"), picker.latitude), h("label", {}, t("longitude"), picker.longitude)),
      h("div", { class: "dialog-actions" }, picker.sendButton),
    ];
  });
  picker.draw(); // once more, now that its size on the screen is known
}

/** Shows one place on the large sketch. */
export function openMapView(place) {
  const picker = new Picker(place);
  picker.svg.setAttribute("aria-label", `${t("mapView")} ${place.latitude}, ${place.longitude}`);
  picker.put = () => {};
  openDialog({ title: t("mapView"), testid: "map-view" }, () => [
    h("div", { class: "map-frame" }, picker.svg, picker.controls(), h("span", { class: "map-note" }, sketchNote())),
    h("p", { class: "hint" }, `${place.latitude}, ${place.longitude}`),
  ]);
  picker.draw();
}
