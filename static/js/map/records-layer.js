/**
 * Records on the map: symbols in clusters, rings for what is known only to a district or coarser, outlines for
 * situations, lines for roads.
 */

import { categoryOf, placement, symbolOf, VERIFICATION } from "../dashboard/records.js";
import { html } from "../lib/dom.js";
import { ngettext } from "../lib/i18n.js";
import { RingLayer } from "./rings.js";
import { SituationLayer } from "./situations.js";
import { drawCluster, drawSymbol } from "./symbols.js";

/* global L */

/** @typedef {import("../dashboard/records.js").Feature} Feature */

const TONES = /** @type {const} */ ({ incidents: "incident", displacement: "displacement", access: "access" });
const SYMBOL = 22;
const EDGE = 40; // pixels kept free around the record being read

export class RecordsLayer {
  /**
   * @param {any} map
   * @param {object} on
   * @param {(feature: Feature) => void} on.open
   * @param {(features: Feature[], title: string) => void} on.openMany a ring, or symbols on one spot
   */
  constructor(map, on) {
    this.map = map;
    this.on = on;
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    /** @type {Map<string, any>} */
    this.markers = new Map();
    /** The record being read, marked even while it is inside a cluster. */
    this.halo = L.circleMarker([0, 0], { className: "halo", interactive: false, pane: "halo" });
    this.clusters = L.markerClusterGroup({
      chunkedLoading: true,
      showCoverageOnHover: false,
      animate: false, // hundreds of symbols flying about help nobody, and cost most of a zoom's time
      maxClusterRadius: 46,
      spiderLegPolylineOptions: { className: "spider-leg" },
      iconCreateFunction: clusterIcon,
    });
    this.lines = L.geoJSON(null, {
      style: lineStyle,
      onEachFeature: (/** @type {any} */ _, /** @type {any} */ line) => this.openOnClick(line),
    });
    this.rings = new RingLayer(map, on.openMany);
    this.situations = new SituationLayer(map, on.open);
    this.lines.addTo(map);
    this.clusters.addTo(map);
    /** @type {string} */
    this.selected = "";
    /** @type {Feature | null} */
    this.reading = null;
    this.clusters.on("animationend", () => this.placeHalo());
    map.on("moveend", () => this.placeHalo());
  }

  /**
   * Replace what is shown.
   * @param {Feature[]} features
   */
  show(features) {
    /** @type {Record<ReturnType<typeof placement>, Feature[]>} */
    const placed = { symbol: [], ring: [], outline: [], nowhere: [] };
    for (const feature of features) placed[placement(feature)].push(feature);
    this.lines.clearLayers();
    this.lines.addData(placed.symbol.filter(isExtended).map(asLine));
    this.showSymbols(placed.symbol);
    this.rings.show(placed.ring);
    this.situations.show(placed.outline);
    return { rings: placed.ring.length, nowhere: placed.nowhere.length };
  }

  /** @param {Feature[]} features */
  showSymbols(features) {
    const before = this.markers;
    this.markers = new Map();
    for (const feature of features) {
      const known = before.get(feature.key);
      const same = known && known.feature.properties.version === feature.properties.version;
      this.markers.set(feature.key, same ? known : this.marker(feature));
    }
    const gone = [...before].filter(([key, marker]) => this.markers.get(key) !== marker).map(([, marker]) => marker);
    const come = [...this.markers].filter(([key, marker]) => before.get(key) !== marker).map(([, marker]) => marker);
    // Taking many out one by one costs more than starting again.
    if (gone.length > come.length / 2 && gone.length > 500) {
      this.clusters.clearLayers();
      this.clusters.addLayers([...this.markers.values()]);
    } else {
      this.clusters.removeLayers(gone);
      this.clusters.addLayers(come);
    }
    this.select(this.selected);
  }

  /** @param {Feature} feature */
  marker(feature) {
    const title = titleOf(feature);
    const marker = L.marker(pointOf(feature.geometry), {
      icon: L.divIcon({
        className: `record record--${feature.layer}`,
        html: html("span", {}, drawSymbol(symbolOf(feature.resource, feature.properties), SYMBOL)),
        iconSize: [SYMBOL, SYMBOL],
      }),
      title,
      riseOnHover: true,
    });
    marker.feature = feature;
    marker.on("click", () => this.on.open(feature));
    marker.on("add", () => this.mark(marker));
    return marker;
  }

  /** @param {any} line */
  openOnClick(line) {
    line.on("click", () => this.on.open(line.feature.record));
  }

  /**
   * Mark the record being read.
   * @param {string} key
   * @param {Feature} [feature]
   */
  select(key, feature = this.markers.get(key)?.feature) {
    const before = this.markers.get(this.selected);
    this.selected = key;
    for (const marker of [before, this.markers.get(key)]) if (marker) this.mark(marker);
    this.situations.select(key);
    this.reading = feature?.geometry && placement(feature) !== "outline" ? feature : null;
    this.placeHalo();
  }

  /** Around the symbol, or around the cluster that holds it at this zoom. */
  placeHalo() {
    if (!this.reading) return this.halo.remove();
    const marker = this.markers.get(this.selected);
    const holder = marker && this.clusters.getVisibleParent(marker);
    const cluster = holder && holder !== marker ? holder.getElement() : null;
    this.halo.setRadius(cluster ? cluster.offsetWidth / 2 + 3 : 17);
    return this.halo.setLatLng(holder?.getLatLng() ?? pointOf(this.reading.geometry)).addTo(this.map);
  }

  /** @param {any} marker */
  mark(marker) {
    const chosen = marker.feature.key === this.selected;
    marker.getElement()?.classList.toggle("is-selected", chosen);
    marker.getElement()?.setAttribute("aria-label", titleOf(marker.feature));
    marker.setZIndexOffset(chosen ? 1000 : 0);
  }

  /**
   * Move the map just enough to show the record being read, clear of what lies over the map.
   * @param {Feature} feature
   * @param {{right: number, bottom: number}} covered pixels of the map under the panel or the sheet
   */
  reveal(feature, covered) {
    if (!feature.geometry) return;
    const rightToLeft = document.documentElement.dir === "rtl";
    this.map.panInside(pointOf(feature.geometry), {
      paddingTopLeft: [rightToLeft ? covered.right + EDGE : EDGE, EDGE],
      paddingBottomRight: [rightToLeft ? EDGE : covered.right + EDGE, covered.bottom + EDGE],
      animate: !this.still,
    });
  }

  /**
   * Go close to a record.
   * @param {Feature} feature
   */
  approach(feature) {
    const coarse = placement(feature) !== "symbol";
    this.map.setView(pointOf(feature.geometry), Math.max(this.map.getZoom(), coarse ? 8 : 12), {
      animate: !this.still,
    });
  }
}

/**
 * What a screen reader and the tooltip say: title, how it is classed, how well established.
 * @param {Feature} feature
 */
export function titleOf(feature) {
  const { properties } = feature;
  const words = [properties.title, categoryOf(feature).label, VERIFICATION[properties.verification]];
  return words.filter(Boolean).join(" · ");
}

/** @param {any} geometry */
function pointOf(geometry) {
  if (geometry.type === "Point") return [geometry.coordinates[1], geometry.coordinates[0]];
  if (geometry.type === "LineString") {
    const [x, y] = geometry.coordinates[Math.floor(geometry.coordinates.length / 2)];
    return [y, x];
  }
  const { lat, lng } = L.geoJSON(geometry).getBounds().getCenter();
  return [lat, lng];
}

/** @param {Feature} feature */
const isExtended = ({ geometry }) => geometry.type !== "Point" && geometry.type !== "MultiPoint";

/** @param {Feature} feature */
const asLine = (feature) => ({
  type: "Feature",
  geometry: feature.geometry,
  properties: feature.properties,
  record: feature,
});

/** @param {any} line */
const lineStyle = ({ properties }) => ({
  className: `road road--${properties.status ?? properties.state ?? "unknown"}`,
  weight: 4,
});

/** @param {any} cluster */
function clusterIcon(cluster) {
  /** @type {Record<string, number>} */
  const counts = { incidents: 0, displacement: 0, access: 0 };
  const markers = cluster.getAllChildMarkers();
  for (const marker of markers) counts[marker.feature.layer] += 1;
  const parts = Object.entries(TONES).map(([layer, tone]) => ({ tone, count: counts[layer] }));
  const drawing = drawCluster(markers.length, parts);
  const size = Number(drawing.getAttribute("width"));
  const label = ngettext("%(count)s record, zoom in", "%(count)s records, zoom in", markers.length);
  return L.divIcon({
    className: "record-cluster",
    html: html("span", { role: "img", "aria-label": label, title: label }, drawing),
    iconSize: [size, size],
  });
}
