/**
 * Loads the records of the current crisis and dates, and keeps them.
 *
 * Layers load side by side; one that fails says so and the others stay. Where a list is longer than the page keeps,
 * only what the map shows is asked for, again after each move.
 */

import { isAbort } from "../lib/http.js";
import { LAYERS } from "./records.js";

/** @typedef {import("./records.js").Feature} Feature */
/** @typedef {import("./records.js").Resource} Resource */
/** @typedef {import("./state.js").State} State */

const RESOURCES = LAYERS.flatMap(({ resources }) => resources);

export class RecordsInView {
  /**
   * @param {import("./api.js").Api} api
   * @param {() => string} bounds the map's extent as "w,s,e,n"
   */
  constructor(api, bounds) {
    this.api = api;
    this.bounds = bounds;
    this.abort = new AbortController();
    /** @type {Map<Resource, Feature[]>} */
    this.byResource = new Map();
    /** @type {Map<Resource, Error>} */
    this.failures = new Map();
    /** @type {Set<Resource>} */
    this.cut = new Set();
    this.loading = false;
    this.onProgress = () => {};
  }

  /** Everything loaded, the newest first; within a day incidents before movements before access. */
  get features() {
    const all = RESOURCES.flatMap((resource) => this.byResource.get(resource) ?? []);
    return all.sort((a, b) => order(b).localeCompare(order(a)));
  }

  /**
   * Start over for these dates. Calls `onProgress` whenever a resource arrives or fails.
   * @param {State} state
   * @param {Iterable<Resource>} [resources]
   */
  async load(state, resources = RESOURCES) {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.loading = true;
    this.failures.clear();
    this.onProgress();
    await Promise.all([...resources].map((resource) => this.loadOne(resource, state, signal)));
    if (signal.aborted) return;
    this.loading = false;
    this.onProgress();
  }

  /**
   * After the map moved: ask again for the lists that are longer than the page keeps.
   * @param {State} state
   */
  async follow(state) {
    if (this.cut.size && !this.loading) await this.load(state, this.cut);
  }

  /**
   * @param {Resource} resource
   * @param {State} state
   * @param {AbortSignal} signal
   */
  async loadOne(resource, { crisis, since, until }, signal) {
    const bbox = this.cut.has(resource) ? this.bounds() : null;
    try {
      const { features, more } = await this.api.features(resource, { crisis, since, until, bbox }, signal);
      this.byResource.set(resource, features);
      if (more) this.cut.add(resource);
      else if (!bbox) this.cut.delete(resource);
    } catch (error) {
      if (isAbort(error)) return;
      this.byResource.delete(resource);
      this.failures.set(resource, /** @type {Error} */ (error));
    }
    this.onProgress();
  }
}

/**
 * The day first, as the list has headings by day; then the hour, where it is known.
 * @param {Feature} feature
 */
const order = ({ properties }) => `${properties.start_date ?? ""} ${properties.started_at ?? ""}`;
