/**
 * Reported figures as text, exactly as strong as they were said.
 */

import { formatDay, formatPeriod } from "./dates.js";
import { gettext, number } from "./i18n.js";

/**
 * @typedef {object} Figure
 * @property {number | null} low
 * @property {number | null} best
 * @property {number | null} high
 * @property {string | null} [quantifier]
 *
 * @typedef {object} Scoped
 * @property {string | null} [scope] event | period_total | running_total | stock
 * @property {string | null} [from_date]
 * @property {string | null} [to_date]
 * @property {string | null} [counts_from]
 * @property {string | null} [as_of_date]
 */

/** Nothing was said. Never a bare 0: zero is a figure somebody gave. */
export const NOT_SAID = "?";

/**
 * `> 300`, `≥ 20`, `< 50`, `≤ 50`, `about 4,000`, `120–150`, `4`, or `?`.
 * @param {Figure} figure more_than 300 comes as low 301, less_than 50 as high 49
 * @returns {string}
 */
export function formatFigure({ low, best, high, quantifier }) {
  switch (quantifier) {
    case "more_than":
      return low === null ? NOT_SAID : `> ${number(low - 1)}`;
    case "at_least":
      return low === null ? NOT_SAID : `≥ ${number(low)}`;
    case "less_than":
      return high === null ? NOT_SAID : `< ${number(high + 1)}`;
    case "at_most":
      return high === null ? NOT_SAID : `≤ ${number(high)}`;
    case "about":
      return best === null ? bounds(low, high) : gettext("about %(figure)s", { figure: number(best) });
    case "between":
      return bounds(low, high);
    default:
      return best === null ? bounds(low, high) : number(best);
  }
}

/**
 * @param {number | null} low
 * @param {number | null} high
 */
function bounds(low, high) {
  if (low === null && high === null) return NOT_SAID;
  if (low === null) return `≤ ${number(/** @type {number} */ (high))}`;
  if (high === null) return `≥ ${number(low)}`;
  return low === high ? number(low) : `${number(low)}–${number(high)}`;
}

/**
 * A sum as a figure: without an upper end it is a lower bound, whatever its best.
 * @param {Figure} sum
 * @returns {Figure}
 */
export const asSum = ({ low, best, high }) => ({ low, best: high === null ? null : best, high });

/**
 * How far a sum may lie to either side of its best: `5–12`, or nothing.
 * @param {Figure} sum
 * @returns {string}
 */
export const formatSpread = ({ low, best, high }) =>
  best === null || low === null || high === null || low === high ? "" : bounds(low, high);

/**
 * A sum with its spread: `7 (5–12)`; without an upper end `≥ 5`.
 * @param {Figure} sum
 * @returns {string}
 */
export function formatSum(sum) {
  const spread = formatSpread(sum);
  return formatFigure(asSum(sum)) + (spread && ` (${spread})`);
}

/**
 * What a figure covers: "since 27 Nov 2024, as of 30 Nov 2024", "27–29 Nov 2024", "as of 30 Nov 2024", "this event".
 * @param {Scoped} figure
 * @returns {string}
 */
export function formatScope(figure) {
  const asOf = figure.as_of_date && gettext("as of %(day)s", { day: formatDay(figure.as_of_date) });
  switch (figure.scope) {
    case "running_total": {
      const from = figure.counts_from && gettext("since %(day)s", { day: formatDay(figure.counts_from) });
      return [from, asOf].filter(Boolean).join(", ");
    }
    case "period_total":
      return formatPeriod(figure.from_date ?? null, figure.to_date ?? null);
    case "stock":
      return asOf || "";
    default:
      return gettext("this event");
  }
}
