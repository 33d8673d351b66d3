/**
 * The records behind a key figure, wherever they lie: those of a stock may be older than the days on the map.
 */

import { gettext, ngettext, number } from "../lib/i18n.js";

/** @typedef {import("./records.js").Feature} Feature */
/** @typedef {import("./records.js").Resource} Resource */

const AT_ONCE = 60; // ids in one address, which servers keep short

/**
 * @param {import("./api.js").Api} api
 * @param {import("./state.js").State} state behind: "killed:ucdp-ged", "access:airport", "constraints:insecurity"
 * @param {AbortSignal} signal
 * @returns {Promise<{features: Feature[], title: string}>}
 */
export async function recordsBehind(api, state, signal) {
  const { label, resource, ids, count } = named(await api.summary(state, signal, { explain: "1" }), state.behind);
  const parts = Array.from({ length: Math.ceil(ids.length / AT_ONCE) }, (_, at) =>
    ids.slice(at * AT_ONCE, (at + 1) * AT_ONCE).join(","),
  );
  const pages = await Promise.all(parts.map((some) => api.features(resource, { ids: some }, signal)));
  const features = pages.flatMap((page) => page.features);
  const shown = ngettext("%(count)s record", "%(count)s records", features.length);
  const of = count > features.length ? gettext("of %(count)s", { count: number(count) }) : "";
  return { features, title: [`${label}: ${shown}`, of].filter(Boolean).join(" ") };
}

/**
 * @param {any} summary
 * @param {string} behind
 * @returns {{label: string, resource: Resource, ids: string[], count: number}}
 */
function named(summary, behind) {
  const [figure, series] = behind.split(":");
  if (figure === "access") return listed(summary.infrastructure, series, "asset-status");
  if (figure === "constraints") return listed(summary.constraints, series, "access-constraints");
  const found = summary.figures.find((/** @type {any} */ each) => each.code === figure);
  const went = (found?.explain?.went_in ?? []).filter((/** @type {any} */ each) => each.dataset === series);
  return {
    label: found?.label ?? figure,
    resource: went[0]?.resource ?? "incidents",
    ids: went.flatMap((/** @type {any} */ each) => each.record_ids),
    count: went.reduce((/** @type {number} */ sum, /** @type {any} */ each) => sum + each.records, 0),
  };
}

/**
 * @param {any[]} rows
 * @param {string} type
 * @param {Resource} resource
 */
function listed(rows, type, resource) {
  const found = rows.find((each) => each.type === type);
  const ids = found?.record_ids ?? [];
  return { label: found?.label ?? type, resource, ids, count: ids.length };
}
