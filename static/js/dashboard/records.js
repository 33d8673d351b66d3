/**
 * What the page knows of each kind of record: its layer, symbol, words and how precisely it is placed.
 */

import { formatDay } from "../lib/dates.js";
import { gettext } from "../lib/i18n.js";

/** @typedef {import("../map/symbols.js").Symbol} Symbol */

/**
 * The API's flat properties; docs/api.md describes them all.
 * @typedef {Record<string, any>} Properties
 *
 * @typedef {object} Feature
 * @property {string} key        "incidents/0193…", what the address bar and the detail request use
 * @property {Resource} resource
 * @property {Layer} layer
 * @property {any} geometry      GeoJSON geometry or null
 * @property {Properties} properties
 *
 * @typedef {"incidents" | "displacement" | "asset-status" | "access-constraints"} Resource
 * @typedef {"incidents" | "displacement" | "access"} Layer
 */

/** @type {{layer: Layer, label: string, resources: Resource[]}[]} */
export const LAYERS = [
  { layer: "incidents", label: gettext("Incidents"), resources: ["incidents"] },
  { layer: "displacement", label: gettext("Displacement"), resources: ["displacement"] },
  { layer: "access", label: gettext("Access"), resources: ["asset-status", "access-constraints"] },
];

/** Schemes of incident categories, as in the vocabulary `incident-categories`, and what they are drawn as. */
const SHAPES = /** @type {const} */ ({ acled: "conflict", ucdp: "conflict", glide: "hazard" });

export const VERIFICATION = {
  verified: gettext("verified"),
  under_review: gettext("under review"),
  unverified: gettext("unverified"),
  disputed: gettext("disputed"),
  unverifiable: gettext("cannot be verified"),
  rejected: gettext("rejected"),
};

export const SENSITIVITY = {
  public: gettext("public"),
  partners: gettext("partners only"),
  restricted: gettext("restricted"),
  confidential: gettext("confidential"),
};

export const STATUS = {
  open: gettext("open"),
  restricted: gettext("restricted"),
  closed: gettext("closed"),
  destroyed: gettext("destroyed"),
  abandoned: gettext("abandoned"),
  unknown: gettext("not known"),
};

/** Levels no finer than a district: such a record is a ring at the area's label point. */
const COARSE = ["adm0", "adm1", "adm2", "adm3"];

const ACCURACY = {
  point: gettext("exact site"),
  settlement: gettext("settlement, not the exact site"),
  adm3: gettext("known only to the sub-district"),
  adm2: gettext("known only to the district"),
  adm1: gettext("known only to the governorate or state"),
  adm0: gettext("known only to the country"),
};

/**
 * @param {Properties} properties
 * @returns {"conflict" | "hazard" | "health" | "event"}
 */
function incidentShape({ category, category_scheme }) {
  if (category === "EP") return "health";
  if (category === "security") return "conflict";
  return SHAPES[/** @type {keyof typeof SHAPES} */ (category_scheme)] ?? "event";
}

/** @param {Properties} properties */
function accessBar(properties) {
  if (properties.state)
    return properties.state === "ongoing" ? "closed" : properties.state === "eased" ? "restricted" : "open";
  if (["closed", "destroyed", "abandoned"].includes(properties.status)) return "closed";
  return ["open", "restricted"].includes(properties.status) ? properties.status : "unknown";
}

/**
 * Whether nobody has said or confirmed it for longer than such a thing holds.
 * @param {Properties} properties
 * @param {number} [now] milliseconds
 */
export const isStale = (properties, now = Date.now()) =>
  Boolean(properties.stale_after) && new Date(properties.stale_after).getTime() < now;

/**
 * Since when nobody has said that it is still so: "not confirmed since 3 December 2024"; null while it holds.
 * @param {Properties} properties
 * @param {number} [now] milliseconds
 */
export function staleWords(properties, now = Date.now()) {
  if (!isStale(properties, now)) return null;
  const said = [properties.confirmed_at, properties.observed_at, properties.reported_at, properties.end_date];
  return gettext("not confirmed since %(day)s", { day: formatDay(said.filter(Boolean).sort().at(-1)) });
}

/**
 * @param {Resource} resource
 * @param {Properties} properties
 * @param {number} [now] milliseconds
 * @returns {Symbol}
 */
export function symbolOf(resource, properties, now = Date.now()) {
  const disputed = properties.verification === "disputed" || properties.is_disputed === true;
  const shared = /** @type {const} */ ({
    filling: disputed ? "split" : properties.verification === "verified" ? "filled" : "hollow",
    stale: isStale(properties, now),
    kept: properties.sensitivity === "restricted" || properties.sensitivity === "confidential",
  });
  if (resource === "incidents") return { ...shared, shape: incidentShape(properties) };
  if (resource === "displacement") return { ...shared, shape: properties.measure === "stock" ? "stock" : "flow" };
  return { ...shared, shape: "access", bar: accessBar(properties) };
}

/**
 * Where a record is put on the map.
 * @param {Feature} feature
 * @returns {"outline" | "ring" | "symbol" | "nowhere"}
 */
export function placement({ geometry, properties }) {
  if (properties.kind === "situation") return "outline";
  if (!geometry) return "nowhere";
  return COARSE.includes(properties.location_accuracy) ? "ring" : "symbol";
}

/**
 * The P-code and name of the finest area the record is known to, by its own accuracy for coarse ones.
 * @param {Properties} properties
 * @returns {{pcode: string, name: string} | null}
 */
export function areaOf(properties) {
  const coarse = COARSE.indexOf(properties.location_accuracy);
  for (let level = coarse === -1 ? 4 : coarse; level >= 0; level -= 1) {
    const pcode = properties[`adm${level}_pcode`];
    if (pcode) return { pcode, name: properties[`adm${level}_name`] || pcode };
  }
  return null;
}

/** @param {Properties} properties */
export const accuracyOf = (properties) => ACCURACY[properties.location_accuracy] ?? "";

/**
 * The value by which a record's layer is narrowed, with its label.
 * @param {Feature} feature
 * @returns {{code: string, label: string}}
 */
export function categoryOf({ resource, properties }) {
  if (resource === "asset-status") {
    return { code: `status:${properties.status}`, label: STATUS[properties.status] ?? properties.status };
  }
  if (resource === "access-constraints")
    return { code: properties.type, label: properties.type_label || properties.type };
  return { code: properties.category, label: properties.category_label || properties.category || gettext("not said") };
}

/**
 * Read a GeoJSON feature of the API.
 * @param {Resource} resource
 * @param {any} raw
 * @returns {Feature}
 */
export function asFeature(resource, raw) {
  const layer = resource === "incidents" || resource === "displacement" ? resource : "access";
  return { key: `${resource}/${raw.id}`, resource, layer, geometry: raw.geometry, properties: raw.properties };
}
