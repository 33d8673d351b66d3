/**
 * What the map says when something is missing: what happened, what is kept, what to do.
 */

import { html } from "../lib/dom.js";
import { Refused, Unreachable } from "../lib/http.js";
import { gettext, number } from "../lib/i18n.js";
import { KEPT } from "./api.js";
import { LAYERS } from "./records.js";

/**
 * @param {Error} error
 * @returns {string} one sentence: what happened
 */
export function explanation(error) {
  if (error instanceof Unreachable) return gettext("The server cannot be reached. What is on screen stays.");
  if (error instanceof Refused && error.status === 404)
    return gettext("This record does not exist or is not open to you.");
  if (error instanceof Refused && error.status === 429) return gettext("Too many requests at once. Wait a minute.");
  if (error instanceof Refused) return error.message;
  return gettext("The server had a problem. It has been logged.");
}

/**
 * @param {Error} error
 * @param {() => void} retry
 * @param {string} [subject] what could not be loaded
 */
export const failure = (error, retry, subject = "") =>
  html(
    "div",
    { class: "notice notice--failure", role: "alert" },
    html("p", {}, subject ? `${subject}: ` : "", explanation(error)),
    html("button", { type: "button", class: "button", click: retry }, gettext("Try again")),
  );

/**
 * Why nothing is shown, and the next step.
 * @param {{loaded: number, narrowed: boolean}} counts loaded: records of these dates before narrowing
 * @param {{clear: () => void, widen: () => void}} steps
 */
export function nothing({ loaded, narrowed }, { clear, widen }) {
  const why = loaded
    ? gettext("None of the %(count)s records of these dates match the filters.", { count: number(loaded) })
    : gettext("No record lies in these dates.");
  const step = narrowed && loaded ? [gettext("Clear the filters"), clear] : [gettext("Show all days"), widen];
  return html(
    "div",
    { class: "notice" },
    html("p", {}, why),
    html("button", { type: "button", class: "button", click: /** @type {EventListener} */ (step[1]) }, String(step[0])),
  );
}

/**
 * The list is longer than what is kept.
 * @param {Iterable<import("./records.js").Resource>} cut
 */
export function longerList(cut) {
  const labels = LAYERS.filter(({ resources }) => resources.some((resource) => [...cut].includes(resource)));
  return html(
    "p",
    { class: "notice notice--slim" },
    gettext("%(layers)s: the first %(count)s of a longer list. Zoom in or narrow the dates to see the rest.", {
      layers: labels.map(({ label }) => label).join(", "),
      count: number(KEPT),
    }),
  );
}

/** Rows in the shape of what comes. */
export const skeleton = () =>
  html(
    "div",
    { class: "skeleton", "aria-hidden": "true" },
    ...Array.from({ length: 7 }, () => html("div", { class: "skeleton-row" })),
  );

/**
 * What of the records is missing on the map: lists that failed, lists that are longer than what is kept.
 * @param {import("./records-in-view.js").RecordsInView} records
 * @param {(resource: import("./records.js").Resource) => void} reload
 */
export const shortfalls = (records, reload) => [
  ...[...records.failures].map(([resource, error]) => {
    const layer = LAYERS.find(({ resources }) => resources.includes(resource));
    return failure(error, () => reload(resource), layer?.label);
  }),
  ...(records.cut.size ? [longerList(records.cut)] : []),
];
