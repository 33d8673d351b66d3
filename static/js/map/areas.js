/**
 * The crisis's administrative areas (common operational datasets): governorate outlines, districts from zoom 8 on,
 * names in the reader's language.
 */

import { language } from "../lib/i18n.js";
import { nameAt } from "./basemap.js";

/* global L */

const DISTRICTS_FROM = 8;
const NAMES_FROM = { 1: 6, 2: 9 };

export class AreaLayer {
  /**
   * @param {any} map
   * @param {(crisis: string, level: number) => Promise<any>} fetchAreas GeoJSON
   * @param {(areas: any[]) => void} learned
   */
  constructor(map, fetchAreas, learned) {
    this.map = map;
    this.fetchAreas = fetchAreas;
    this.learned = learned;
    this.group = L.layerGroup().addTo(map);
    this.crisis = "";
    /** @type {Map<number, any>} drawn, by level */
    this.levels = new Map();
    /** @type {Set<number>} */
    this.asked = new Set();
    map.on("zoomend", () => this.refresh());
  }

  /**
   * Draw another crisis's areas.
   * @param {string} crisis
   * @returns {Promise<boolean>} whether the crisis has areas
   */
  async showCrisis(crisis) {
    this.crisis = crisis;
    this.group.clearLayers();
    this.levels.clear();
    this.asked.clear();
    const found = await this.load(1);
    await this.load(0);
    this.refresh();
    return found;
  }

  /** @param {number} level */
  async load(level) {
    const { crisis } = this;
    this.asked.add(level);
    const areas = await this.fetchAreas(crisis, level);
    if (crisis !== this.crisis) return false;
    const features = areas.features.filter((/** @type {any} */ { geometry }) => geometry);
    this.learned(features);
    for (const name of new Set(features.map((/** @type {any} */ { properties }) => properties.attribution))) {
      if (name) this.map.attributionControl.addAttribution(name);
    }
    const lines = L.geoJSON(features, {
      pane: "areas",
      interactive: false,
      style: { className: `area area--${level}` },
    });
    const names = L.layerGroup(level === 0 ? [] : features.map((/** @type {any} */ area) => areaName(area, level)));
    this.levels.set(level, { lines, names });
    return features.length > 0;
  }

  async refresh() {
    const zoom = this.map.getZoom();
    if (zoom >= DISTRICTS_FROM && !this.asked.has(2) && this.levels.get(1)?.lines.getLayers().length) {
      try {
        await this.load(2);
      } catch {
        this.asked.delete(2); // asked again at the next zoom; governorates are drawn already
      }
    }
    for (const [level, { lines, names }] of this.levels) {
      this.toggle(lines, level < 2 || zoom >= DISTRICTS_FROM);
      const from = NAMES_FROM[/** @type {1 | 2} */ (level)] ?? 0;
      this.toggle(names, zoom >= from && (level !== 1 || zoom < DISTRICTS_FROM + 1));
    }
  }

  /**
   * @param {any} layer
   * @param {boolean} shown
   */
  toggle(layer, shown) {
    if (shown) this.group.addLayer(layer);
    else this.group.removeLayer(layer);
  }
}

/**
 * @param {any} area
 * @param {number} level
 */
function areaName(area, level) {
  const { properties } = area;
  const text = properties.names?.[language] || properties.name;
  const point = properties.label_point
    ? [properties.label_point[1], properties.label_point[0]]
    : L.geoJSON(area).getBounds().getCenter();
  return nameAt(point, text, `map-name map-name--adm${level}`);
}
