/**
 * The base map that works without a network: land without borders, border lines by class, country names.
 *
 * Where the crisis has its own administrative areas, their outline is the country's border and our international
 * lines of that country are left out; disputed and undetermined lines always stay.
 */

import { html } from "../lib/dom.js";
import { getJson } from "../lib/http.js";
import { language } from "../lib/i18n.js";
import { Land } from "./land.js";

/* global L */

const LABEL_STEPS = [
  { zoom: 6, size: 0 },
  { zoom: 5, size: 3 },
  { zoom: 4, size: 20 },
  { zoom: 3, size: 70 },
  { zoom: 2, size: 400 },
];

export class BaseMap {
  /**
   * @param {any} map
   * @param {{land: string, squares: string, boundaries: string, labels: string}} files addresses
   */
  constructor(map, files) {
    this.map = map;
    this.files = files;
    this.boundaries = L.geoJSON(null, {
      pane: "boundaries",
      interactive: false,
      style: (/** @type {any} */ line) => ({ className: `boundary boundary--${line.properties.class}` }),
    });
    this.names = L.layerGroup();
    /** @type {any[]} */
    this.labels = [];
    /** @type {any} */
    this.lines = null;
    /** @type {Set<string>} */
    this.replaced = new Set();
  }

  /** Land, lines and names; each appears as it arrives. */
  async draw() {
    const [lines, labels] = await Promise.all([
      getJson(this.files.boundaries),
      getJson(this.files.labels),
      new Land(this.map, this.files).draw(),
    ]);
    this.lines = lines;
    this.drawLines();
    this.labels = labels;
    this.names.addTo(this.map);
    this.drawNames();
    this.map.on("moveend", () => this.drawNames());
  }

  /**
   * Leave out the international lines of countries whose administrative areas are drawn.
   * @param {string[]} countries ISO 3166 three-letter codes
   */
  replaceBordersOf(countries) {
    this.replaced = new Set(countries);
    if (this.lines) this.drawLines();
  }

  drawLines() {
    this.boundaries.clearLayers();
    const shown = this.lines.features.filter(
      (/** @type {any} */ { properties }) =>
        properties.class !== "international" ||
        !(properties.between ?? []).some((/** @type {string} */ code) => this.replaced.has(code)),
    );
    this.boundaries.addData({ type: "FeatureCollection", features: shown }).addTo(this.map);
  }

  drawNames() {
    const zoom = this.map.getZoom();
    const smallest = LABEL_STEPS.find((step) => zoom >= step.zoom)?.size ?? Infinity;
    const around = this.map.getBounds().pad(0.3);
    this.names.clearLayers();
    for (const { code, name, at, size } of this.labels) {
      if (size < smallest || zoom > 7 || !around.contains([at[1], at[0]])) continue;
      this.names.addLayer(nameAt([at[1], at[0]], localName(code, name), "map-name map-name--country"));
    }
  }
}

/** @type {Intl.DisplayNames | null} */
const regions = language === "en" ? null : new Intl.DisplayNames([language], { type: "region", fallback: "none" });

/**
 * @param {string} code
 * @param {string} name
 */
const localName = (code, name) => regions?.of(code) ?? name;

/**
 * A name lying on the map, not to be clicked.
 * @param {[number, number]} point latitude, longitude
 * @param {string} text
 * @param {string} className
 */
export function nameAt(point, text, className) {
  const icon = L.divIcon({ className, html: html("span", { "aria-hidden": "true" }, text), iconSize: [0, 0] });
  return L.marker(point, { icon, pane: "names", interactive: false, keyboard: false });
}
