// Sample photos drawn on a canvas: plausible, each different, marked as samples.

import { t } from "./strings.js";

const [WIDTH, HEIGHT] = [1280, 960];

/** Numbers in [0, 1) that repeat for the same seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const between = (rnd, low, high) => low + rnd() * (high - low);

function shade(context, y0, y1, colours) {
  const paint = context.createLinearGradient(0, y0, 0, y1);
  colours.forEach((colour, i) => paint.addColorStop(i / (colours.length - 1), colour));
  return paint;
}

function sky(context, rnd, hazy) {
  const clear = [`hsl(${between(rnd, 200, 212)} 48% 66%)`, "hsl(205 40% 84%)"];
  const haze = [`hsl(${between(rnd, 36, 46)} 12% 70%)`, "hsl(38 20% 80%)"];
  context.fillStyle = shade(context, 0, 480, hazy ? haze : clear);
  context.fillRect(0, 0, WIDTH, HEIGHT);
}

function skyline(context, rnd, horizon) {
  for (let x = -40; x < WIDTH; ) {
    const [width, height] = [between(rnd, 70, 170), between(rnd, 60, 250)];
    context.fillStyle = `hsl(${between(rnd, 205, 225)} 9% ${between(rnd, 62, 72)}%)`;
    context.fillRect(x, horizon - height, width, height + 4);
    context.fillStyle = "rgb(255 255 255 / 14%)";
    for (let y = horizon - height + 14; y < horizon - 12; y += 22) {
      for (let wx = x + 10; wx < x + width - 12; wx += 20) context.fillRect(wx, y, 9, 11);
    }
    x += width + between(rnd, -6, 70);
  }
}

function crane(context, x, horizon, height) {
  context.strokeStyle = "hsl(40 55% 48%)";
  context.lineWidth = 7;
  context.beginPath();
  context.moveTo(x, horizon);
  context.lineTo(x, horizon - height);
  context.moveTo(x - 90, horizon - height + 16);
  context.lineTo(x + 270, horizon - height + 16);
  context.moveTo(x - 70, horizon - height + 14);
  context.lineTo(x, horizon - height - 34);
  context.lineTo(x + 240, horizon - height + 14);
  context.stroke();
}

function ground(context, rnd, horizon, hue, light) {
  context.fillStyle = shade(context, horizon, HEIGHT, [`hsl(${hue} 22% ${light + 12}%)`, `hsl(${hue} 30% ${light - 8}%)`]);
  context.fillRect(0, horizon, WIDTH, HEIGHT - horizon);
  for (let i = 0; i < 1600; i += 1) {
    const depth = rnd() ** 1.6;
    const y = horizon + depth * (HEIGHT - horizon);
    context.fillStyle = `hsl(${hue} 25% ${between(rnd, light - 18, light + 18)}% / 38%)`;
    context.fillRect(rnd() * WIDTH, y, 2 + depth * 22, 1 + depth * 5);
  }
}

function moundPath(context, rnd, { x, base, width, height }) {
  context.beginPath();
  context.moveTo(x - width / 2, base);
  for (let i = 1; i < 26; i += 1) {
    const u = i / 26;
    const bell = Math.sin(Math.PI * u) ** 0.85;
    context.lineTo(x - width / 2 + u * width, base - height * bell + between(rnd, -1, 1) * height * 0.05);
  }
  context.quadraticCurveTo(x + width / 2, base + 26, x, base + 30);
  context.quadraticCurveTo(x - width / 2, base + 28, x - width / 2, base);
  context.closePath();
}

function mound(context, rnd, shape, hue) {
  context.save();
  moundPath(context, rnd, shape);
  context.clip();
  const light = context.createLinearGradient(shape.x - shape.width / 2, 0, shape.x + shape.width / 2, 0);
  light.addColorStop(0, `hsl(${hue} 42% 56%)`);
  light.addColorStop(0.5, `hsl(${hue} 40% 45%)`);
  light.addColorStop(1, `hsl(${hue} 38% 31%)`);
  context.fillStyle = light;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  for (let i = 0; i < 2600; i += 1) {
    const x = shape.x + between(rnd, -0.5, 0.5) * shape.width;
    const y = shape.base - rnd() * shape.height;
    context.fillStyle = `hsl(${hue + between(rnd, -6, 6)} 38% ${between(rnd, 26, 66)}% / 42%)`;
    context.beginPath();
    context.ellipse(x, y, between(rnd, 2, 15), between(rnd, 1.5, 6), between(rnd, -0.6, 0.6), 0, 7);
    context.fill();
  }
  context.restore();
}

function puff(context, x, y, radius, strength) {
  const cloud = context.createRadialGradient(x, y, 0, x, y, radius);
  cloud.addColorStop(0, `hsl(36 32% 74% / ${strength}%)`);
  cloud.addColorStop(1, "hsl(36 32% 74% / 0%)");
  context.fillStyle = cloud;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

function truck(context, rnd, x, y, size) {
  const hue = between(rnd, 0, 360);
  context.fillStyle = `hsl(${hue} 45% 38%)`;
  context.fillRect(x, y - 0.62 * size, 1.25 * size, 0.5 * size);
  context.fillStyle = `hsl(${hue} 50% 50%)`;
  context.fillRect(x + 1.3 * size, y - 0.55 * size, 0.45 * size, 0.45 * size);
  context.fillStyle = "hsl(205 40% 80%)";
  context.fillRect(x + 1.42 * size, y - 0.5 * size, 0.28 * size, 0.18 * size);
  context.fillStyle = "#26211d";
  for (const wheel of [0.25, 0.62, 1.05, 1.52]) {
    context.beginPath();
    context.arc(x + wheel * size, y - 0.05 * size, 0.14 * size, 0, 7);
    context.fill();
  }
}

function net(context, rnd, shape) {
  context.save();
  moundPath(context, rnd, shape);
  context.fillStyle = "hsl(140 42% 34%)";
  context.fill();
  context.clip();
  context.lineWidth = 2;
  for (let i = -60; i < 120; i += 1) {
    context.strokeStyle = `hsl(${between(rnd, 130, 150)} 40% ${between(rnd, 24, 46)}% / 75%)`;
    context.beginPath();
    context.moveTo(i * 24, 0);
    context.bezierCurveTo(i * 24 + 60, 300, i * 24 - 50, 600, i * 24 + 240, HEIGHT);
    context.moveTo(i * 24, HEIGHT);
    context.lineTo(i * 24 + 420, 0);
    context.stroke();
  }
  context.restore();
}

function road(context, rnd, horizon, dirty) {
  const vanish = between(rnd, 520, 760);
  context.fillStyle = shade(context, horizon, HEIGHT, dirty ? ["#a79b88", "#82735c"] : ["#7c8288", "#4b5056"]);
  context.beginPath();
  context.moveTo(vanish - 16, horizon);
  context.lineTo(vanish + 16, horizon);
  context.lineTo(WIDTH + 120, HEIGHT);
  context.lineTo(-120, HEIGHT);
  context.fill();
  context.strokeStyle = `rgb(245 240 225 / ${dirty ? 22 : 85}%)`;
  for (let depth = 0.03; depth < 1; depth *= 1.5) {
    context.lineWidth = 20 * depth + 1;
    context.beginPath();
    context.moveTo(vanish + (WIDTH / 2 - vanish) * depth, horizon + (HEIGHT - horizon) * depth);
    context.lineTo(vanish + (WIDTH / 2 - vanish) * depth * 1.22, horizon + (HEIGHT - horizon) * depth * 1.22);
    context.stroke();
  }
  if (!dirty) return;
  for (let i = 0; i < 900; i += 1) {
    const depth = rnd() ** 1.4;
    const track = rnd() < 0.5 ? 0.3 : 0.68;
    const x = vanish + ((track + between(rnd, -0.08, 0.08)) * 1500 - 110 - vanish) * depth;
    context.fillStyle = `hsl(${between(rnd, 28, 36)} 38% ${between(rnd, 22, 42)}% / 55%)`;
    context.fillRect(x, horizon + (HEIGHT - horizon) * depth, 6 + 46 * depth, 2 + 9 * depth);
  }
}

function rubble(context, rnd, base) {
  for (let i = 0; i < 420; i += 1) {
    const u = rnd();
    const x = 180 + u * 920;
    const top = base - Math.sin(Math.PI * u) * 330;
    const size = between(rnd, 12, 58);
    const hue = rnd() < 0.45 ? between(rnd, 8, 20) : between(rnd, 30, 50);
    context.fillStyle = `hsl(${hue} ${hue < 20 ? 42 : 8}% ${between(rnd, 36, 68)}%)`;
    context.save();
    context.translate(x, between(rnd, top, base + 40));
    context.rotate(between(rnd, -1, 1));
    context.fillRect(-size / 2, -size / 3, size, size * between(rnd, 0.3, 0.75));
    context.fillStyle = "rgb(0 0 0 / 22%)";
    context.fillRect(-size / 2, size * 0.1, size, size * 0.12);
    context.restore();
  }
}

const shapeOf = (rnd) => ({
  x: between(rnd, 500, 780), base: between(rnd, 720, 800), width: between(rnd, 820, 1080), height: between(rnd, 270, 400),
});

const SCENES = [
  function bareEarth(context, rnd) {
    sky(context, rnd, false);
    skyline(context, rnd, 520);
    crane(context, between(rnd, 150, 900), 520, 380);
    ground(context, rnd, 520, 32, 46);
    mound(context, rnd, { x: between(rnd, 900, 1150), base: 640, width: 560, height: 190 }, 30);
    mound(context, rnd, shapeOf(rnd), 28);
  },
  function flyingDust(context, rnd) {
    sky(context, rnd, true);
    skyline(context, rnd, 560);
    crane(context, between(rnd, 100, 500), 560, 420);
    ground(context, rnd, 560, 34, 54);
    const x = between(rnd, 560, 760);
    truck(context, rnd, x, 730, between(rnd, 150, 210));
    for (let i = 0; i < 70; i += 1) puff(context, x - rnd() * 620 + 90, 740 - rnd() * rnd() * 380, between(rnd, 60, 210), 26);
  },
  function dirtyRoad(context, rnd) {
    sky(context, rnd, true);
    skyline(context, rnd, 430);
    ground(context, rnd, 430, 60, 44);
    road(context, rnd, 430, true);
    for (let i = 0; i < 16; i += 1) puff(context, rnd() * WIDTH, between(rnd, 420, 640), between(rnd, 120, 240), 20);
  },
  function constructionWaste(context, rnd) {
    sky(context, rnd, false);
    skyline(context, rnd, 500);
    ground(context, rnd, 500, 40, 50);
    rubble(context, rnd, between(rnd, 740, 800));
  },
  function coveredEarth(context, rnd) {
    sky(context, rnd, false);
    skyline(context, rnd, 520);
    ground(context, rnd, 520, 36, 44);
    net(context, rnd, shapeOf(rnd));
  },
  function cleanRoad(context, rnd) {
    sky(context, rnd, false);
    skyline(context, rnd, 430);
    ground(context, rnd, 430, 105, 40);
    road(context, rnd, 430, false);
  },
];

function grain(context, rnd) {
  const image = context.getImageData(0, 0, WIDTH, HEIGHT);
  for (let i = 0; i < image.data.length; i += 4) {
    const noise = (rnd() - 0.5) * 22;
    for (let c = 0; c < 3; c += 1) image.data[i + c] += noise;
  }
  context.putImageData(image, 0, 0);
}

function stamp(context) {
  const label = `${t("sampleMark")} · SAMPLE`;
  context.font = "600 34px system-ui, sans-serif";
  const width = context.measureText(label).width + 44;
  context.fillStyle = "rgb(0 0 0 / 52%)";
  context.beginPath();
  context.roundRect(190, HEIGHT - 170, width, 60, 30);
  context.fill();
  context.fillStyle = "#fff";
  context.fillText(label, 212, HEIGHT - 128);
}

/** A JPEG file of the scene whose turn it is; two calls never draw the same picture. */
export async function sampleFile(turn) {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const rnd = random(crypto.getRandomValues(new Uint32Array(1))[0]);
  const scene = SCENES[turn % SCENES.length];
  scene(context, rnd);
  grain(context, rnd);
  stamp(context);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
  return new File([blob], `sample-${scene.name}-${turn + 1}.jpg`, { type: "image/jpeg" });
}
