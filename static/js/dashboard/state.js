/**
 * What the reader is looking at, kept in the address bar: a link shows the same to everybody who may see it.
 *
 * Narrowing and opening a record are steps the back button undoes; moving the map is not.
 */

import { isDay } from "../lib/dates.js";

/**
 * @typedef {object} State
 * @property {string} crisis
 * @property {string} since      a day, or "" for the beginning
 * @property {string} until
 * @property {string[]} categories   empty: all
 * @property {string[]} verification empty: all
 * @property {string[]} off          layers switched off
 * @property {string} record         "incidents/<id>" or ""
 * @property {string} behind     the list holds what is behind a figure: "killed:ucdp-ged", or ""
 * @property {string} view           "zoom/latitude/longitude" or ""
 */

/** @typedef {(state: State, changed: Set<keyof State>) => void} Listener */

const LISTS = /** @type {const} */ ({ categories: "category", verification: "verification", off: "off" });
const BEHIND = /^[a-z_]+:[\w-]+$/;
const RESOURCE = /^(incidents|displacement|asset-status|access-constraints)\/[\w-]+$/;

/**
 * @param {string} search the query part of an address
 * @param {{crises: {slug: string, since: string, until: string}[], crisis: string}} page
 * @returns {State} unknown or malformed values are ignored
 */
export function readState(search, page) {
  const query = new URLSearchParams(search);
  const asked = query.get("crisis");
  const crisis = page.crises.find(({ slug }) => slug === asked) ?? page.crises.find(({ slug }) => slug === page.crisis);
  /** @param {string} name */
  const list = (name) => (query.get(name) ?? "").split(",").filter(Boolean);
  const since = query.get("since");
  const until = query.get("until");
  const record = query.get("record") ?? "";
  return {
    crisis: crisis?.slug ?? "",
    since: isDay(since) ? String(since) : since === "" ? "" : (crisis?.since ?? ""),
    until: isDay(until) ? String(until) : until === "" ? "" : (crisis?.until ?? ""),
    categories: list(LISTS.categories),
    verification: list(LISTS.verification),
    off: list(LISTS.off),
    record: RESOURCE.test(record) ? record : "",
    behind: BEHIND.test(query.get("behind") ?? "") ? String(query.get("behind")) : "",
    view: query.get("view") ?? "",
  };
}

/**
 * @param {State} state
 * @returns {string} "?crisis=…", commas kept readable
 */
export function writeState(state) {
  const query = new URLSearchParams({ crisis: state.crisis, since: state.since, until: state.until });
  for (const [field, name] of Object.entries(LISTS)) {
    const values = state[/** @type {keyof typeof LISTS} */ (field)];
    if (values.length) query.set(name, values.join(","));
  }
  if (state.record) query.set("record", state.record);
  if (state.behind) query.set("behind", state.behind);
  if (state.view) query.set("view", state.view);
  return `?${query.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
}

export class Store {
  /**
   * @param {Parameters<typeof readState>[1]} page
   */
  constructor(page) {
    this.page = page;
    this.state = readState(window.location.search, page);
    /** @type {Listener[]} */
    this.listeners = [];
    window.addEventListener("popstate", () => this.accept(readState(window.location.search, this.page)));
  }

  /** @param {Listener} listener */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /**
   * A step of the reader's: the back button returns to what was before.
   * @param {Partial<State>} changes
   */
  change(changes) {
    const next = { ...this.state, ...changes };
    if (writeState(next) === writeState(this.state)) return;
    window.history.pushState(null, "", writeState(next));
    this.accept(next);
  }

  /**
   * Remember without a step, and without telling: the map has already moved.
   * @param {string} view
   */
  rememberView(view) {
    this.state = { ...this.state, view };
    window.history.replaceState(null, "", writeState(this.state));
  }

  /** @param {State} next */
  accept(next) {
    const before = this.state;
    this.state = next;
    const changed = /** @type {Set<keyof State>} */ (
      new Set(
        Object.keys(next).filter(
          (key) => String(before[/** @type {keyof State} */ (key)]) !== String(next[/** @type {keyof State} */ (key)]),
        ),
      )
    );
    if (changed.size) for (const listener of this.listeners) listener(next, changed);
  }
}

/**
 * The records the reader has asked for, out of those loaded.
 * @param {import("./records.js").Feature[]} features
 * @param {State} state
 * @param {(feature: import("./records.js").Feature) => string} codeOf
 */
export function narrowed(features, { categories, verification, off }, codeOf) {
  return features.filter(
    (feature) =>
      !off.includes(feature.layer) &&
      (categories.length === 0 || categories.includes(`${feature.layer}.${codeOf(feature)}`)) &&
      (verification.length === 0 || verification.includes(feature.properties.verification)),
  );
}
