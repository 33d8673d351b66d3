/**
 * What is behind a key figure: totals as they were stated, each series with its records, what stayed out and by which
 * rule, how old it is, what it was before. Every number opens its records.
 */

import { formatDay, formatMoment, formatPeriod } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { formatFigure, formatScope, formatSum } from "../lib/figures.js";
import { gettext, ngettext, number } from "../lib/i18n.js";
import { joined } from "./list.js";
import { STATUS } from "./records.js";

/**
 * @typedef {Record<string, any>} KeyFigure one entry of the API's `figures`
 *
 * @typedef {object} Page what a figure opens
 * @property {(title: string, content: HTMLElement) => void} explain
 * @property {(key: string) => void} open a record: "incidents/<id>"
 * @property {(behind: string) => void} list the records behind a figure: "killed:ucdp-ged", "access:airport"
 */

/**
 * Whether a figure rests on a record past the time by which to confirm it.
 * @param {Record<string, any>} counted
 */
export const isStale = ({ stale_after: by }) => Boolean(by) && new Date(by).getTime() < Date.now();

/** @param {string} status */
export const accessStatus = (status) => (status === "disputed" ? gettext("disputed") : (STATUS[status] ?? status));

/**
 * @param {KeyFigure} figure
 * @param {Page} page
 */
export function behindFigure(figure, page) {
  const { stated = [], events_sum: sum, stock, by_dataset: counts = [] } = figure;
  const own = sum ?? stock;
  const first = counts.find((/** @type {any} */ each) => isOf(each, own)) ?? own;
  const others = counts.filter((/** @type {any} */ each) => each !== first);
  return html(
    "div",
    { class: "prose" },
    stated.length > 0 && html("h4", {}, gettext("Totals that were stated")),
    stated.length > 0 && html("ul", { class: "reported" }, ...stated.map((/** @type {any} */ t) => total(t, page))),
    stated.length > 1 &&
      quiet(gettext("The totals overlap or differ in what they count. They stand side by side and are not added.")),
    own && html("h4", {}, sum ? gettext("Sum of recorded events") : gettext("The latest count of the chosen series")),
    own && html("ul", { class: "reported" }, count(first, figure.code, page)),
    own && before(figure.previous),
    others.length > 0 && html("h4", {}, own ? gettext("Beside it") : gettext("Recorded, series by series")),
    others.length > 0 &&
      html("ul", { class: "reported" }, ...others.map((/** @type {any} */ each) => count(each, figure.code, page))),
    stated.length > 0 &&
      counts.length > 0 &&
      !stock &&
      quiet(gettext("These events are inside the totals above and are never added to them.")),
    !own &&
      counts.length > 1 &&
      quiet(gettext("No series has been chosen as the one that counts, so they are not added.")),
    counts.length === 0 &&
      stated.length === 0 &&
      quiet(gettext("Nobody gave a figure for these dates. That is not the same as none.")),
    figure.sources > 0 &&
      quiet(
        ...joined([
          ngettext("%(count)s source", "%(count)s sources", figure.sources),
          figure.newest && gettext("Newest report: %(day)s", { day: formatDay(figure.newest) }),
        ]),
      ),
    leftOut(figure.excluded ?? [], figure.excluded_in_full !== false),
  );
}

/**
 * @param {Record<string, any>} series
 * @param {Record<string, any> | null | undefined} own the one that counts
 */
const isOf = (series, own) => series.dataset === own?.dataset && (series.cohort ?? null) === (own?.cohort ?? null);

/**
 * @param {Record<string, any>} stated
 * @param {Page} page
 */
function total(stated, page) {
  const key = stated.resource && stated.record ? `${stated.resource}/${stated.record}` : "";
  const group = stated.group && stated.group !== "all" ? String(stated.group).replaceAll("_", " ") : "";
  return line(formatFigure(/** @type {any} */ (stated)), key ? () => page.open(key) : null, [
    html("span", {}, group),
    html("span", { class: "reported-source" }, stated.attributed_to || gettext("speaker not named")),
    html("span", { class: "reported-scope" }, formatScope(stated)),
  ]);
}

/**
 * What one series counted.
 * @param {Record<string, any>} series
 * @param {string} code of the measure
 * @param {Page} page
 */
function count(series, code, page) {
  const { records, spanning, derived, suspected } = series;
  const told = [
    series.cohort,
    series.as_of_date && gettext("as of %(day)s", { day: formatDay(series.as_of_date) }),
    spanning?.records &&
      ngettext("%(count)s more reaches beyond these days", "%(count)s more reach beyond these days", spanning.records),
    derived && ngettext("%(count)s counts households", "%(count)s count households", derived),
    suspected && ngettext("%(count)s may be a repetition", "%(count)s may be repetitions", suspected),
    isStale(series) && gettext("to be confirmed since %(day)s", { day: formatDay(series.stale_after) }),
  ];
  const open = records ? () => page.list(`${code}:${series.dataset}`) : null;
  return line(formatSum(/** @type {any} */ (series)), open, [
    html("span", {}, ngettext("in %(count)s record", "in %(count)s records", records ?? 0)),
    html("span", { class: "reported-source" }, series.dataset_name || series.dataset),
    html("span", { class: "reported-scope" }, ...joined(told.filter(Boolean))),
  ]);
}

/**
 * One line whose number opens what is behind it.
 * @param {string} figure
 * @param {(() => void) | null} open
 * @param {HTMLElement[]} rest
 */
function line(figure, open, rest) {
  const shown = open
    ? html("button", { type: "button", class: "link number", title: gettext("Show the records"), click: open }, figure)
    : html("b", { class: "number" }, figure);
  return html("li", {}, html("div", { class: "reported-line" }, shown, ...rest));
}

/** @param {Record<string, any> | null} previous the same sum over the period before */
function before(previous) {
  if (!previous?.records) return null;
  if (previous.as_of_date) {
    const figure = formatSum(/** @type {any} */ (previous));
    return quiet(gettext("%(figure)s before, as of %(day)s", { figure, day: formatDay(previous.as_of_date) }));
  }
  const then = gettext("%(figure)s in the days before, %(days)s", {
    figure: formatSum(/** @type {any} */ (previous)),
    days: formatPeriod(String(previous.since).slice(0, 10), String(previous.until).slice(0, 10)),
  });
  return quiet(then);
}

/**
 * @param {{rule: string, sentence: string, figures: number}[]} excluded
 * @param {boolean} isFull
 */
function leftOut(excluded, isFull) {
  if (excluded.length === 0 && isFull) return null;
  const lines = excluded.map(({ figures, sentence }) => `${number(figures)}: ${sentence}`);
  if (!isFull) {
    lines.push(
      gettext(
        "Single figures stay out too: rivals of the figure used, parts of others, what was replaced. Of so many records they are not counted here.",
      ),
    );
  }
  return html(
    "details",
    { class: "left-out" },
    html("summary", {}, gettext("What stays out of a sum")),
    html("ul", {}, ...lines.map((line) => html("li", {}, line))),
  );
}

/**
 * @param {Record<string, any>} reach one type of infrastructure
 * @param {Page} page
 */
export function behindAccess(reach, page) {
  const known = ["disputed", "closed", "restricted", "unknown", "open"].filter((status) => reach[status]);
  return html(
    "div",
    { class: "prose" },
    html(
      "ul",
      { class: "plain" },
      ...known.map((status) =>
        html("li", {}, html("b", { class: "number" }, number(reach[status])), ` ${accessStatus(status)}`),
      ),
    ),
    age(reach),
    showRecords(() => page.list(`access:${reach.type}`)),
  );
}

/**
 * @param {Record<string, any>[]} constraints by type
 * @param {Page} page
 */
export function behindConstraints(constraints, page) {
  const one = (/** @type {Record<string, any>} */ each) =>
    line(number(each.count), () => page.list(`constraints:${each.type}`), [html("span", {}, each.label)]);
  return html("div", { class: "prose" }, html("ul", { class: "reported" }, ...constraints.map(one)));
}

/** @param {Record<string, any>} counted */
function age(counted) {
  const newest = counted.newest && gettext("Newest report: %(day)s", { day: formatMoment(counted.newest, "UTC") });
  const stale = isStale(counted) && gettext("to be confirmed since %(day)s", { day: formatDay(counted.stale_after) });
  return newest || stale ? quiet(...joined([newest, stale].filter(Boolean))) : null;
}

/** @param {() => void} open */
const showRecords = (open) =>
  html("p", {}, html("button", { type: "button", class: "link", click: open }, gettext("Show the records")));

/** @param {...(string | HTMLElement)} content */
const quiet = (...content) => html("p", { class: "quiet" }, ...content);
