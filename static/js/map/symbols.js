/**
 * The map's symbols, drawn as SVG: the shape says what, the filling says how well established, the colour only helps.
 *
 * conflict ◆ · natural hazard ▲ · health ✚ · other event ⬢ · people who moved ➤ · people who stay displaced ● ·
 * access ■ with a bar (closed), half a bar (restricted), none (open)
 *
 * Colours come from the style sheet (`.symbol--…`), so that both themes and print use the same drawing.
 */

import { svg } from "../lib/dom.js";

/**
 * @typedef {"conflict" | "hazard" | "health" | "event" | "flow" | "stock" | "access"} Shape
 * @typedef {"hollow" | "filled" | "split"} Filling
 *
 * @typedef {object} Symbol
 * @property {Shape} shape
 * @property {Filling} filling
 * @property {"closed" | "restricted" | "open" | "unknown" | null} [bar] access only
 * @property {boolean} [stale]
 * @property {boolean} [kept] restricted or confidential: drawn with a key
 */

/** Outlines in a box of 24 with the centre at 12, 12. */
const OUTLINES = {
  conflict: "M12 2.5 21.5 12 12 21.5 2.5 12Z",
  hazard: "M12 3 21.5 20H2.5Z",
  health: "M8.5 3h7v5.5h5.5v7h-5.5V21h-7v-5.5H3v-7h5.5Z",
  event: "M7 3.5h10L21.5 12 17 20.5H7L2.5 12Z",
  flow: "M3.5 4 21 12 3.5 20 8 12Z",
  stock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z",
  access: "M4 4h16v16H4Z",
};

/** The left half of the box: a disputed record is filled there only. */
const LEFT_HALF = "M0 0h12v24H0Z";

let clips = 0;

/**
 * @param {Symbol} symbol
 * @param {number} [size] pixels
 * @returns {SVGElement} decorative: the words beside it say the same
 */
export function drawSymbol({ shape, filling, bar = null, stale = false, kept = false }, size = 20) {
  const tone = shape === "flow" || shape === "stock" ? "displacement" : shape === "access" ? "access" : "incident";
  const drawing = svg("svg", {
    viewBox: "0 0 24 24",
    width: size,
    height: size,
    class: `symbol symbol--${tone} symbol--${filling}${stale ? " symbol--stale" : ""}`,
    "aria-hidden": "true",
    focusable: "false",
  });
  const outline = OUTLINES[shape];
  drawing.append(svg("path", { d: outline, class: "symbol-halo" }), svg("path", { d: outline, class: "symbol-body" }));
  if (filling === "split") drawing.append(...leftHalf(outline));
  if (shape === "access") drawing.append(...accessBar(bar));
  if (kept)
    drawing.append(svg("path", { d: "M17 1.5a3 3 0 1 1-1 5.800V12h-2V7.300A3 3 0 0 1 17 1.5Z", class: "symbol-key" }));
  return drawing;
}

/** @param {string} outline */
function leftHalf(outline) {
  clips += 1;
  const id = `symbol-half-${clips}`;
  return [
    svg("clipPath", { id }, svg("path", { d: LEFT_HALF })),
    svg("path", { d: outline, class: "symbol-half", "clip-path": `url(#${id})` }),
  ];
}

/** @param {Symbol["bar"]} bar */
function accessBar(bar) {
  if (bar === "closed") return [svg("path", { d: "M7 12h10", class: "symbol-bar" })];
  if (bar === "restricted") return [svg("path", { d: "M7 12h5", class: "symbol-bar" })];
  if (bar === "unknown") return [svg("path", { d: "M12 8v5M12 15.5v.5", class: "symbol-bar symbol-bar--thin" })];
  return [];
}

/**
 * A cluster: a ring whose arcs show how many of each layer, the number of records inside.
 * @param {number} count
 * @param {{tone: "incident" | "displacement" | "access", count: number}[]} parts
 * @returns {SVGElement}
 */
export function drawCluster(count, parts) {
  const size = count < 10 ? 30 : count < 100 ? 36 : count < 1000 ? 44 : 52;
  const radius = size / 2 - 3;
  const around = 2 * Math.PI * radius;
  const drawing = svg("svg", { viewBox: `0 0 ${size} ${size}`, width: size, height: size, class: "cluster" });
  drawing.append(svg("circle", { cx: size / 2, cy: size / 2, r: size / 2 - 1, class: "cluster-body" }));
  let start = 0;
  for (const part of parts.filter((each) => each.count > 0)) {
    const length = (part.count / count) * around;
    const gap = part.count === count ? 0 : 1;
    drawing.append(
      svg("circle", {
        cx: size / 2,
        cy: size / 2,
        r: radius,
        class: `cluster-arc cluster-arc--${part.tone}`,
        "stroke-dasharray": `${Math.max(length - gap, 0.5)} ${around}`,
        "stroke-dashoffset": -start,
        transform: `rotate(-90 ${size / 2} ${size / 2})`,
      }),
    );
    start += length;
  }
  drawing.append(svg("text", { x: size / 2, y: size / 2, class: "cluster-count" }, compact(count)));
  return drawing;
}

/**
 * A record known only to its district or coarser: a dashed ring with the number of such records, never a dot.
 * @param {number} count
 * @returns {SVGElement}
 */
export function drawRing(count) {
  const size = count < 10 ? 34 : count < 100 ? 40 : 48;
  return svg(
    "svg",
    { viewBox: `0 0 ${size} ${size}`, width: size, height: size, class: "ring" },
    svg("circle", { cx: size / 2, cy: size / 2, r: size / 2 - 2, class: "ring-body" }),
    svg("text", { x: size / 2, y: size / 2, class: "cluster-count" }, compact(count)),
  );
}

/**
 * 1,234 as "1.2k": the exact number stands in the accessible name.
 * @param {number} count
 */
const compact = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 10_000 ? 1 : 0)}k`);
