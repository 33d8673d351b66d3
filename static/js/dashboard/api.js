/**
 * The page's questions to the API. Everything shown here can be had by a partner with the same requests.
 */

import { getJson } from "../lib/http.js";
import { language } from "../lib/i18n.js";
import { asFeature } from "./records.js";

/** @typedef {import("./records.js").Feature} Feature */
/** @typedef {import("./records.js").Resource} Resource */

const PAGE = 1000;

/** Records of one resource that the page keeps; beyond, it asks for what the map shows only. */
export const KEPT = 20_000;

export class Api {
  /** @param {string} root for example "/api/v1/" */
  constructor(root) {
    this.root = root;
  }

  /**
   * @param {string} path
   * @param {Record<string, string | number | null | undefined>} [query] empty values are left out
   */
  url(path, query = {}) {
    const url = new URL(this.root + path, window.location.origin);
    for (const [name, value] of Object.entries(query)) {
      if (value !== null && value !== undefined && value !== "") url.searchParams.set(name, String(value));
    }
    if (language !== "en") url.searchParams.set("lang", language);
    return url;
  }

  /**
   * The address of a next page on the host this page came from, whatever name a proxy gave the server.
   * @param {string} address
   */
  here(address) {
    const { pathname, search } = new URL(address, window.location.origin);
    return new URL(pathname + search, window.location.origin);
  }

  /**
   * All records that match, page after page, up to KEPT.
   * @param {Resource} resource
   * @param {Record<string, string | null>} query
   * @param {AbortSignal} signal
   * @returns {Promise<{features: Feature[], more: boolean}>} more: the list is longer than what is kept
   */
  async features(resource, query, signal) {
    /** @type {Feature[]} */
    const features = [];
    /** @type {string | URL | null} */
    let next = this.url(resource, { ...query, format: "geojson", limit: PAGE });
    while (next && features.length < KEPT) {
      const page = await getJson(next, signal);
      for (const raw of page.features) features.push(asFeature(resource, raw));
      next = page.next && this.here(page.next);
    }
    return { features, more: Boolean(next) };
  }

  /**
   * One record with its reported figures.
   * @param {string} key "incidents/<id>"
   * @param {AbortSignal} signal
   */
  record(key, signal) {
    return getJson(this.url(key), signal);
  }

  /**
   * Key figures.
   * @param {{crisis: string, since: string, until: string}} query
   * @param {AbortSignal} signal
   * @param {Record<string, string>} [more] for example explain=1
   */
  summary({ crisis, since, until }, signal, more = {}) {
    return getJson(this.url("summary", { crisis, since, until, ...more }), signal);
  }

  /**
   * Outlines of a crisis's areas at one level.
   * @param {string} crisis
   * @param {number} level
   * @param {AbortSignal} [signal]
   */
  areas(crisis, level, signal) {
    return getJson(this.url("areas", { crisis, level, format: "geojson", limit: PAGE }), signal);
  }
}
