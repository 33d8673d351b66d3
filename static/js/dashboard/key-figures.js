/**
 * The strip above the map: what was said in total, by whom; the sum of recorded events beside it, never added to it;
 * what is closed. Each figure opens into all that is behind it.
 */

import { formatDay } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { formatFigure, formatScope, NOT_SAID } from "../lib/figures.js";
import { gettext, ngettext, number } from "../lib/i18n.js";
import { joined } from "./list.js";
import { STATUS } from "./records.js";

/** @typedef {Record<string, any>} KeyFigure one entry of the API's `figures` */

const ACCESS = {
  airport: gettext("Airports"),
  border_crossing: gettext("Crossings"),
  road_segment: gettext("Roads"),
  bridge: gettext("Bridges"),
  seaport: gettext("Seaports"),
  health_facility: gettext("Health facilities"),
};
const BLOCKING = ["closed", "disputed", "restricted"];
/** Shown as "?" where nobody gave a figure: readers look for these first. */
const EXPECTED = new Set(["killed", "injured", "displaced"]);

/**
 * @param {HTMLElement} strip
 * @param {any} summary the API's answer
 * @param {(title: string, content: HTMLElement) => void} explain shows what is behind a figure
 */
export function showKeyFigures(strip, summary, explain) {
  const figures = summary.figures
    .filter(isWorthACard)
    .map((/** @type {KeyFigure} */ figure) => figureCard(figure, explain));
  const access = Object.entries(summary.access ?? {})
    .filter(([, counts]) => Object.values(/** @type {Record<string, number>} */ (counts)).some(Boolean))
    .map(([kind, counts]) => accessCard(kind, /** @type {Record<string, number>} */ (counts), explain));
  const cards = [...figures, ...access];
  if (cards.length === 0)
    cards.push(html("p", { class: "strip-empty quiet" }, gettext("No figure was reported for these dates.")));
  strip.replaceChildren(...cards);
}

/** @param {KeyFigure} figure */
const isWorthACard = ({ code, stated, events_sum: sum, by_dataset: counts }) =>
  EXPECTED.has(code) || Boolean(stated?.length || sum || counts?.length);

/**
 * The figure to show first: the newest stated total; without one, the sum of recorded events; without a baseline that
 * says which series counts, the only series, or none of several.
 * @param {KeyFigure} figure
 */
function first({ stated, events_sum: sum, by_dataset: counts }) {
  if (stated?.length) {
    const [total] = stated;
    return { value: formatFigure(total), by: total.attributed_to, others: stated.length - 1 };
  }
  if (sum) {
    return {
      value: formatFigure(sum),
      by: ngettext("sum of %(count)s event", "sum of %(count)s events", sum.records),
      others: 0,
    };
  }
  if (counts?.length === 1) return { value: formatFigure(counts[0]), by: counts[0].attribution, others: 0 };
  if (counts?.length) {
    const by = ngettext("%(count)s count, not added", "%(count)s counts, not added", counts.length);
    return { value: gettext("several"), by, others: 0 };
  }
  return { value: NOT_SAID, by: gettext("no figure given"), others: 0 };
}

/**
 * "Syrian Observatory for Human Rights (SOHR)" as "SOHR", where the name brings its own short form.
 * @param {string} name
 */
const short = (name) => /\(([A-Z][A-Z-]+)\)$/.exec(name)?.[1] ?? name;

/**
 * @param {KeyFigure} figure
 * @param {(title: string, content: HTMLElement) => void} explain
 */
function figureCard(figure, explain) {
  const { value, by, others } = first(figure);
  const more = others > 0 ? ngettext("and %(count)s other", "and %(count)s others", others) : "";
  return html(
    "button",
    { type: "button", class: "key-figure", click: () => explain(figure.label, behind(figure)) },
    html("span", { class: "key-figure-label" }, figure.label),
    html("span", { class: "key-figure-value number" }, value),
    html("span", { class: "key-figure-by", title: by }, ...joined([short(by), more])),
  );
}

/**
 * Everything behind a key figure.
 * @param {KeyFigure} figure
 */
function behind(figure) {
  const stated = (figure.stated ?? []).map((/** @type {any} */ total) =>
    html(
      "li",
      {},
      html(
        "div",
        { class: "reported-line" },
        html("b", { class: "number" }, formatFigure(total)),
        html("span", {}, total.group && total.group !== "all" ? String(total.group).replaceAll("_", " ") : ""),
        html("span", { class: "reported-source" }, total.attributed_to || gettext("speaker not named")),
        html("span", { class: "reported-scope" }, formatScope(total)),
      ),
    ),
  );
  const { events_sum: sum, by_dataset: counts = [] } = figure;
  const inside = stated.length > 0 && (sum || counts.length > 0);
  return html(
    "div",
    { class: "prose" },
    stated.length > 0 && html("h4", {}, gettext("Totals that were stated")),
    stated.length > 0 && html("ul", { class: "reported" }, ...stated),
    stated.length > 1 &&
      html(
        "p",
        { class: "quiet" },
        gettext("The totals overlap or differ in what they count. They stand side by side and are not added."),
      ),
    sum && html("h4", {}, gettext("Sum of recorded events")),
    sum && html("ul", { class: "reported" }, count(sum)),
    !sum && counts.length > 0 && html("h4", {}, gettext("Recorded, series by series")),
    !sum && counts.length > 0 && html("ul", { class: "reported" }, ...counts.map(count)),
    inside &&
      html("p", { class: "quiet" }, gettext("These events are inside the totals above and are never added to them.")),
    !sum &&
      counts.length > 1 &&
      html(
        "p",
        { class: "quiet" },
        gettext("No series has been chosen as the one that counts, so they are not added."),
      ),
    !sum &&
      counts.length === 0 &&
      stated.length === 0 &&
      html("p", { class: "quiet" }, gettext("Nobody gave a figure for these dates. That is not the same as none.")),
    figure.newest &&
      html("p", { class: "quiet" }, gettext("Newest report: %(day)s", { day: formatDay(figure.newest) })),
  );
}

/**
 * What one series counted.
 * @param {Record<string, any>} series
 */
function count(series) {
  const records = ngettext("in %(count)s record", "in %(count)s records", series.records);
  const asOf = series.as_of_date && gettext("as of %(day)s", { day: formatDay(series.as_of_date) });
  return html(
    "li",
    {},
    html(
      "div",
      { class: "reported-line" },
      html("b", { class: "number" }, formatFigure(/** @type {any} */ (series))),
      html("span", {}, records),
      html("span", { class: "reported-source" }, series.dataset_name || series.dataset),
      html("span", { class: "reported-scope" }, ...joined([series.cohort, asOf])),
    ),
  );
}

/**
 * @param {string} kind
 * @param {Record<string, number>} counts
 * @param {(title: string, content: HTMLElement) => void} explain
 */
function accessCard(kind, counts, explain) {
  const label = ACCESS[/** @type {keyof typeof ACCESS} */ (kind)] ?? kind;
  const known = Object.entries(counts).filter(([, count]) => count > 0);
  const blocked = BLOCKING.filter((status) => counts[status]).map(
    (status) => `${number(counts[status])} ${word(status)}`,
  );
  const [shown, ...rest] = blocked.length
    ? blocked
    : known.map(([status, count]) => `${number(count)} ${word(status)}`);
  const list = html(
    "ul",
    { class: "plain" },
    ...known.map(([status, count]) =>
      html("li", {}, html("b", { class: "number" }, number(count)), ` ${word(status)}`),
    ),
  );
  return html(
    "button",
    {
      type: "button",
      class: "key-figure key-figure--access",
      click: () => explain(label, html("div", { class: "prose" }, list)),
    },
    html("span", { class: "key-figure-label" }, label),
    html("span", { class: "key-figure-value" }, shown),
    html("span", { class: "key-figure-by" }, rest.join(" · ")),
  );
}

/** @param {string} status */
const word = (status) => (status === "disputed" ? gettext("disputed") : (STATUS[status] ?? status));
