/**
 * Situations (an offensive, a flood season): the outline of their area, or a wide dashed circle where they span
 * several areas or the outline is not at hand. Never a dot.
 */

import { nameAt } from "./basemap.js";

/* global L */

/** @typedef {import("../dashboard/records.js").Feature} Feature */

const CIRCLE = 70;

export class SituationLayer {
  /**
   * @param {any} map
   * @param {(feature: Feature) => void} open
   */
  constructor(map, open) {
    this.open = open;
    this.group = L.featureGroup().addTo(map);
    /** @type {Map<string, any>} */
    this.outlines = new Map();
    /** @type {Feature[]} */
    this.features = [];
    this.selected = "";
  }

  /**
   * Outlines by P-code, as they become known.
   * @param {any[]} areas GeoJSON features with `pcode`
   */
  learn(areas) {
    for (const area of areas) this.outlines.set(area.properties.pcode, area);
    this.show(this.features);
  }

  /** @param {Feature[]} features */
  show(features) {
    this.features = features;
    this.group.clearLayers();
    for (const feature of features) {
      const shape = this.shape(feature);
      if (!shape) continue;
      shape.record = feature;
      shape.on("click", () => this.open(feature));
      shape.bindTooltip(feature.properties.title, { sticky: true, className: "map-tip" });
      this.group.addLayer(shape);
    }
    this.select(this.selected);
  }

  /** @param {Feature} feature */
  shape({ geometry, properties }) {
    const options = { pane: "situations", className: "situation" };
    const own = geometry?.type.includes("Polygon") ? geometry : null;
    const area = own ?? this.outlines.get(properties[`${properties.location_accuracy}_pcode`] ?? "");
    if (area) return L.geoJSON(area, { style: options, ...options });
    if (!geometry) return null;
    const center = L.geoJSON(geometry).getBounds().getCenter();
    const circle = L.circleMarker(center, { ...options, radius: CIRCLE });
    return L.featureGroup([circle, nameAt(center, properties.title, "map-name map-name--situation")]);
  }

  /** @param {string} key */
  select(key) {
    this.selected = key;
    this.group.eachLayer((/** @type {any} */ shape) => {
      shape.eachLayer?.((/** @type {any} */ part) => {
        part.getElement?.()?.classList.toggle("is-selected", shape.record.key === key);
      });
    });
  }
}
