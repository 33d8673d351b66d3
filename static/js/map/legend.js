/**
 * The legend is the layer switch. It also says what rings, fillings and lines mean and how many records have no place.
 */

import { LAYERS } from "../dashboard/records.js";
import { html, svg } from "../lib/dom.js";
import { gettext, ngettext, number } from "../lib/i18n.js";
import { drawRing, drawSymbol } from "./symbols.js";

/** @typedef {import("./symbols.js").Symbol} Symbol */

/** @type {Record<string, [Symbol, string][]>} */
const KINDS = {
  incidents: [
    [{ shape: "conflict", filling: "filled" }, gettext("conflict")],
    [{ shape: "hazard", filling: "filled" }, gettext("hazard")],
    [{ shape: "health", filling: "filled" }, gettext("health")],
  ],
  displacement: [
    [{ shape: "flow", filling: "filled" }, gettext("moving")],
    [{ shape: "stock", filling: "filled" }, gettext("displaced")],
  ],
  access: [
    [{ shape: "access", filling: "filled", bar: "closed" }, gettext("closed, in force")],
    [{ shape: "access", filling: "filled", bar: "restricted" }, gettext("restricted, eased")],
    [{ shape: "access", filling: "filled", bar: "open" }, gettext("open, ended")],
  ],
};

/** @type {[Symbol, string][]} */
const FILLINGS = [
  [{ shape: "conflict", filling: "filled" }, gettext("verified event")],
  [{ shape: "conflict", filling: "hollow" }, gettext("not yet verified")],
  [{ shape: "conflict", filling: "split" }, gettext("disputed")],
  [{ shape: "conflict", filling: "filled", stale: true }, gettext("out of date")],
];

const BOUNDARIES = [
  ["international", gettext("international")],
  ["disputed", gettext("disputed")],
  ["undetermined", gettext("undetermined")],
];

/**
 * @param {HTMLElement} container
 * @param {(off: string[]) => void} change called with the layers that are off
 */
export function buildLegend(container, change) {
  const switches = LAYERS.map(({ layer, label }) => {
    const box = html("input", { type: "checkbox", value: layer, checked: true });
    const count = html("span", { class: "legend-count", "data-count": layer });
    return html(
      "section",
      { class: "legend-layer" },
      html("label", { class: "legend-switch" }, box, html("span", {}, label), count),
      html("ul", {}, ...KINDS[layer].map(([symbol, text]) => html("li", {}, drawSymbol(symbol, 16), text))),
    );
  });
  container.append(
    ...switches,
    html(
      "section",
      { class: "legend-layer" },
      html("ul", {}, ...FILLINGS.map(([symbol, text]) => html("li", {}, drawSymbol(symbol, 16), text))),
    ),
    html(
      "section",
      { class: "legend-layer" },
      html("p", { class: "legend-ring", "data-rings": true, hidden: true }, drawRing(1), html("span", {})),
      html("h3", {}, gettext("Boundaries")),
      html("ul", {}, ...BOUNDARIES.map(([kind, text]) => html("li", {}, sample(kind), text))),
    ),
    html("p", { class: "legend-note", "data-nowhere": true, hidden: true }),
  );
  container.addEventListener("change", () => {
    const boxes = [.../** @type {NodeListOf<HTMLInputElement>} */ (container.querySelectorAll("input"))];
    change(boxes.filter((box) => !box.checked).map((box) => box.value));
  });
}

/** @param {string} kind */
const sample = (kind) =>
  svg(
    "svg",
    { width: 22, height: 8, viewBox: "0 0 22 8", class: "legend-line", "aria-hidden": "true" },
    svg("path", { d: "M0 4h22", class: `boundary boundary--${kind}` }),
  );

/**
 * @param {HTMLElement} container
 * @param {{off: string[], counts: Record<string, number>, rings: number, nowhere: number}} shown
 */
export function updateLegend(container, { off, counts, rings, nowhere }) {
  for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (container.querySelectorAll("input"))) {
    box.checked = !off.includes(box.value);
  }
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (container.querySelectorAll("[data-count]"))) {
    place.textContent = number(counts[place.dataset.count ?? ""] ?? 0);
  }
  const ring = /** @type {HTMLElement} */ (container.querySelector("[data-rings]"));
  ring.hidden = rings === 0;
  /** @type {HTMLElement} */ (ring.lastElementChild).textContent = ngettext(
    "%(count)s known only to the district or coarser",
    "%(count)s known only to the district or coarser",
    rings,
  );
  const note = /** @type {HTMLElement} */ (container.querySelector("[data-nowhere]"));
  note.hidden = nowhere === 0;
  note.textContent = ngettext(
    "%(count)s record has no place on the map",
    "%(count)s records have no place on the map",
    nowhere,
  );
}
