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
  airports: gettext("Airports"),
  crossings: gettext("Crossings"),
  roads: gettext("Roads"),
  ports: gettext("Ports"),
  bridges: gettext("Bridges"),
};
const BLOCKING = ["closed", "disputed", "restricted"];

/**
 * @param {HTMLElement} strip
 * @param {any} summary the API's answer
 * @param {(title: string, content: HTMLElement) => void} explain shows what is behind a figure
 */
export function showKeyFigures(strip, summary, explain) {
  const figures = summary.figures.map((/** @type {KeyFigure} */ figure) => figureCard(figure, explain));
  const access = Object.entries(summary.access ?? {})
    .filter(([, counts]) => Object.values(/** @type {Record<string, number>} */ (counts)).some(Boolean))
    .map(([kind, counts]) => accessCard(kind, /** @type {Record<string, number>} */ (counts), explain));
  const cards = [...figures, ...access];
  if (cards.length === 0)
    cards.push(html("p", { class: "strip-empty quiet" }, gettext("No figure was reported for these dates.")));
  strip.replaceChildren(...cards);
}

/**
 * The figure to show first: the newest stated total; without one, the sum of recorded events.
 * @param {KeyFigure} figure
 */
function first({ stated, events_sum: events, low = null, best = null, high = null, quantifier }) {
  if (stated?.length) {
    const [total] = stated;
    return { value: formatFigure(total), by: total.attributed_to, others: stated.length - 1 };
  }
  if (events) {
    return {
      value: formatFigure({ low: events.low, best: events.best, high: events.high }),
      by: ngettext("sum of %(count)s event", "sum of %(count)s events", events.records),
      others: 0,
    };
  }
  return { value: formatFigure({ low, best, high, quantifier }), by: "", others: 0 };
}

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
    html(
      "span",
      { class: "key-figure-by" },
      ...joined([by, more, value === NOT_SAID && gettext("no figure given")].map((part) => part || null)),
    ),
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
  const { events_sum: events } = figure;
  return html(
    "div",
    { class: "prose" },
    stated.length > 0 && html("h4", {}, gettext("Totals that were stated")),
    stated.length > 0 && html("ul", { class: "reported" }, ...stated),
    events && html("h4", {}, gettext("Sum of recorded events")),
    events &&
      html(
        "p",
        {},
        html("b", { class: "number" }, formatFigure({ low: events.low, best: events.best, high: events.high })),
        " ",
        ngettext("in %(count)s record of %(dataset)s", "in %(count)s records of %(dataset)s", events.records, {
          dataset: events.dataset,
        }),
      ),
    events &&
      stated.length > 0 &&
      html("p", { class: "quiet" }, gettext("These events are inside the totals above and are never added to them.")),
    stated.length > 1 &&
      html(
        "p",
        { class: "quiet" },
        gettext("The totals overlap or differ in what they count. They stand side by side and are not added."),
      ),
    figure.newest &&
      html("p", { class: "quiet" }, gettext("Newest report: %(day)s", { day: formatDay(figure.newest) })),
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
