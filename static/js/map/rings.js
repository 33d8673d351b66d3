/**
 * Records known only to a district or coarser: one dashed ring per area at its label point, with their number.
 *
 * They are never dots and never clustered: nobody should read a street corner into "somewhere in this governorate".
 */

import { areaOf } from "../dashboard/records.js";
import { html } from "../lib/dom.js";
import { ngettext } from "../lib/i18n.js";
import { drawRing } from "./symbols.js";

/* global L */

/** @typedef {import("../dashboard/records.js").Feature} Feature */

export class RingLayer {
  /**
   * @param {any} map
   * @param {(features: Feature[], title: string) => void} open
   */
  constructor(map, open) {
    this.open = open;
    this.group = L.layerGroup().addTo(map);
  }

  /** @param {Feature[]} features */
  show(features) {
    this.group.clearLayers();
    for (const { name, point, records } of byArea(features)) {
      const drawing = drawRing(records.length);
      const size = Number(drawing.getAttribute("width"));
      const label = ngettext(
        "%(count)s record known only to %(name)s",
        "%(count)s records known only to %(name)s",
        records.length,
        { name },
      );
      const marker = L.marker(point, {
        icon: L.divIcon({ className: "record-ring", html: html("span", {}, drawing), iconSize: [size, size] }),
        title: label,
        zIndexOffset: -500,
      });
      marker.on("click", () => this.open(records, label));
      marker.on("add", () => marker.getElement()?.setAttribute("aria-label", label));
      this.group.addLayer(marker);
    }
  }
}

/**
 * @param {Feature[]} features with a point each
 * @returns {{name: string, point: [number, number], records: Feature[]}[]}
 */
export function byArea(features) {
  /** @type {Map<string, {name: string, point: [number, number], records: Feature[]}>} */
  const areas = new Map();
  for (const feature of features) {
    const [longitude, latitude] = firstPoint(feature.geometry.coordinates);
    const area = areaOf(feature.properties) ?? {
      pcode: `${longitude},${latitude}`,
      name: feature.properties.place_name || "",
    };
    const known = areas.get(area.pcode);
    if (known) known.records.push(feature);
    else areas.set(area.pcode, { name: area.name, point: [latitude, longitude], records: [feature] });
  }
  return [...areas.values()];
}

/**
 * @param {any} coordinates of any geometry
 * @returns {[number, number]}
 */
const firstPoint = (coordinates) => (Array.isArray(coordinates[0]) ? firstPoint(coordinates[0]) : coordinates);
