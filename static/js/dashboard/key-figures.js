/**
 * The strip above the map: what was said in total, by whom; the sum of recorded events beside it, never added to it;
 * what is closed. Each figure opens into all that is behind it.
 */

import { formatMoment } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { asSum, formatFigure, formatSpread, NOT_SAID } from "../lib/figures.js";
import { isAbort } from "../lib/http.js";
import { gettext, ngettext, number } from "../lib/i18n.js";
import { accessStatus, behindAccess, behindConstraints, behindFigure, isStale } from "./behind.js";
import { joined } from "./list.js";
import { explanation } from "./notices.js";

/** @typedef {import("./behind.js").KeyFigure} KeyFigure */
/** @typedef {import("./behind.js").Page} Page */

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

export class KeyFigures {
  /**
   * @param {{strip: HTMLElement, newest: HTMLElement, api: import("./api.js").Api, page: Page}} parts page: what a
   *   figure opens; newest: where the moment of the newest information stands
   */
  constructor({ strip, newest, api, page }) {
    this.strip = strip;
    this.newest = newest;
    this.api = api;
    this.page = page;
    this.abort = new AbortController();
  }

  /**
   * @param {import("./state.js").State} state
   * @param {string} timeZone
   */
  async load(state, timeZone) {
    this.abort.abort();
    this.abort = new AbortController();
    this.strip.setAttribute("aria-busy", "true");
    try {
      const summary = await this.api.summary(state, this.abort.signal);
      this.show(summary);
      const told = summary.newest_information;
      this.newest.textContent = told
        ? gettext("newest information %(moment)s", { moment: formatMoment(told, timeZone) })
        : "";
    } catch (error) {
      if (isAbort(error)) return;
      const again = html("button", { type: "button", class: "link", click: () => this.load(state, timeZone) });
      again.textContent = gettext("Try again");
      const words = explanation(/** @type {Error} */ (error));
      this.strip.replaceChildren(html("p", { class: "strip-empty" }, words, " ", again));
    }
    this.strip.removeAttribute("aria-busy");
  }

  /** @param {any} summary the API's answer */
  show(summary) {
    const figures = summary.figures.filter(isWorthACard).map((/** @type {KeyFigure} */ each) => this.figure(each));
    const reach = (summary.infrastructure ?? []).filter(isKnown).map((/** @type {any} */ each) => this.access(each));
    const cards = [...figures, ...reach];
    if (summary.constraints?.length) cards.push(this.constraints(summary.constraints));
    if (cards.length === 0)
      cards.push(html("p", { class: "strip-empty quiet" }, gettext("No figure was reported for these dates.")));
    this.strip.replaceChildren(...cards);
  }

  /** @param {KeyFigure} figure */
  figure(figure) {
    const { value, by, others, spread = "" } = first(figure);
    const more = others > 0 ? ngettext("and %(count)s other", "and %(count)s others", others) : "";
    return card({
      label: figure.label,
      change: changeOf(figure),
      value,
      by: [spread, short(by), more],
      title: by,
      stale: isStale(figure),
      open: () => this.page.explain(figure.label, behindFigure(figure, this.page)),
    });
  }

  /** @param {any} reach one type of infrastructure */
  access(reach) {
    const label = ACCESS[/** @type {keyof typeof ACCESS} */ (reach.type)] ?? reach.label;
    const blocked = BLOCKING.filter((status) => reach[status]);
    const shown = blocked.length ? blocked : ["open", "unknown"].filter((status) => reach[status]);
    const [most, ...rest] = shown.map((status) => `${number(reach[status])} ${accessStatus(status)}`);
    return card({
      label,
      value: most,
      by: [rest.join(" · ")],
      stale: isStale(reach),
      open: () => this.page.explain(label, behindAccess(reach, this.page)),
      kind: "access",
    });
  }

  /** @param {any[]} constraints by type */
  constraints(constraints) {
    const label = gettext("Access constraints");
    const count = constraints.reduce((sum, each) => sum + each.count, 0);
    return card({
      label,
      value: ngettext("%(count)s in force", "%(count)s in force", count),
      by: [ngettext("of %(count)s type", "of %(count)s types", constraints.length)],
      stale: constraints.some(isStale),
      open: () => this.page.explain(label, behindConstraints(constraints, this.page)),
      kind: "access",
    });
  }
}

/** @param {any} reach */
const isKnown = (reach) => [...BLOCKING, "open", "unknown"].some((status) => reach[status]);

/** @param {KeyFigure} figure */
const isWorthACard = ({ code, stated, by_dataset: counts }) =>
  EXPECTED.has(code) || Boolean(stated?.length || counts?.length);

/**
 * The figure to show first: the newest stated total; without one, the sum of recorded events or the latest number of
 * people on a day; without a baseline that says which series counts, the only series, or none of several.
 * @param {KeyFigure} figure
 */
function first({ stated, events_sum: sum, stock, by_dataset: counts }) {
  if (stated?.length) {
    const [total] = stated;
    return { value: formatFigure(total), by: total.attributed_to, others: stated.length - 1 };
  }
  if (sum) {
    return {
      value: formatFigure(asSum(sum)),
      spread: formatSpread(sum),
      by: ngettext("sum of %(count)s event", "sum of %(count)s events", sum.records),
      others: 0,
    };
  }
  const only = stock ?? (counts?.length === 1 ? counts[0] : null);
  if (only) {
    return { value: formatFigure(asSum(only)), spread: formatSpread(only), by: only.attribution, others: 0 };
  }
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
 * "+4" beside the label, where the same sum of the days before can be compared and is what the card shows.
 * @param {KeyFigure} figure
 */
function changeOf({ stated, previous }) {
  const difference = previous?.is_comparable && !stated?.length ? previous.difference_best : null;
  return difference === null || difference === undefined ? "" : signed(difference);
}

/** @param {number} difference */
const signed = (difference) => `${difference > 0 ? "+" : difference < 0 ? "−" : "±"}${number(Math.abs(difference))}`;

/**
 * One card of the strip: a button that opens what is behind its figure.
 * @param {{label: string, value: string, by: string[], open: () => void, change?: string, title?: string,
 *   stale?: boolean, kind?: string}} parts
 */
function card({ label, value, by, open, change = "", title = "", stale = false, kind = "" }) {
  const confirm = stale ? gettext("to be confirmed") : "";
  return html(
    "button",
    {
      type: "button",
      class: joinedClasses("key-figure", kind && `key-figure--${kind}`, stale && "key-figure--stale"),
      click: open,
    },
    html(
      "span",
      { class: "key-figure-label" },
      html("span", { class: "key-figure-name" }, label),
      change && html("span", { class: "key-figure-change", title: gettext("on the days before") }, change),
    ),
    html("span", { class: kind ? "key-figure-value" : "key-figure-value number" }, value),
    html("span", { class: "key-figure-by", title: title || null }, ...joined([confirm, ...by])),
  );
}

/** @param {...(string | false)} names */
const joinedClasses = (...names) => names.filter(Boolean).join(" ");
