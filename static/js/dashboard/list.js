/**
 * The list beside the map: the same records, newest first, day by day; the keyboard's way to every one of them.
 */

import { formatDay, formatPeriod, formatWeekday } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { formatFigure } from "../lib/figures.js";
import { gettext, number } from "../lib/i18n.js";
import { drawSymbol } from "../map/symbols.js";
import { areaOf, categoryOf, isStale, placement, STATUS, staleWords, symbolOf, VERIFICATION } from "./records.js";

/** @typedef {import("./records.js").Feature} Feature */

const FIRST = 60;
const MORE = 200;

export class RecordList {
  /**
   * @param {HTMLElement} container
   * @param {(feature: Feature) => void} open
   */
  constructor(container, open) {
    this.container = container;
    this.open = open;
    /** @type {Feature[]} */
    this.features = [];
    this.shown = FIRST;
    this.selected = "";
    container.addEventListener("click", (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest("[data-key]");
      const feature = this.features.find(({ key }) => key === row?.getAttribute("data-key"));
      if (feature) this.open(feature);
    });
  }

  /** @param {Feature[]} features */
  show(features) {
    this.features = features;
    this.shown = FIRST;
    this.draw();
  }

  draw() {
    /** @type {HTMLElement[]} */
    const nodes = [];
    let day = "";
    for (const feature of this.features.slice(0, this.shown)) {
      const date = feature.properties.start_date ?? "";
      if (date !== day)
        nodes.push(html("h3", { class: "list-day" }, date ? formatWeekday(date) : gettext("Day not known")));
      day = date;
      nodes.push(this.row(feature));
    }
    const left = this.features.length - this.shown;
    if (left > 0) nodes.push(this.more(left));
    this.container.replaceChildren(...nodes);
  }

  /** @param {number} left */
  more(left) {
    const text = gettext("Show more (%(count)s left)", { count: number(left) });
    const next = this.shown;
    const show = () => {
      this.shown += MORE;
      this.draw();
      /** @type {HTMLElement} */ (this.container.querySelectorAll("[data-key]")[next])?.focus();
    };
    return html("button", { type: "button", class: "button list-more", click: show }, text);
  }

  /** @param {Feature} feature */
  row(feature) {
    const { key, resource, properties } = feature;
    const chosen = key === this.selected;
    return html(
      "button",
      {
        type: "button",
        class: isStale(properties) ? "row row--stale" : "row",
        "data-key": key,
        "aria-current": chosen ? "true" : null,
      },
      html("span", { class: "row-symbol" }, drawSymbol(symbolOf(resource, properties), 20)),
      html(
        "span",
        { class: "row-text" },
        html("span", { class: "row-title", dir: "auto" }, properties.title || categoryOf(feature).label),
        html("span", { class: "row-where" }, ...where(feature)),
        html("span", { class: "row-what" }, ...headline(feature)),
      ),
    );
  }

  /** @param {string} key */
  select(key) {
    this.selected = key;
    for (const row of this.container.querySelectorAll("[data-key]")) {
      const chosen = row.getAttribute("data-key") === key;
      if (chosen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }
}

/** @param {Feature} feature */
function where(feature) {
  const { properties } = feature;
  const area = areaOf(properties);
  const place = properties.place_name && properties.place_name !== area?.name ? [properties.place_name] : [];
  const spans = properties.end_date && properties.end_date !== properties.start_date;
  const when = spans ? formatPeriod(properties.start_date, properties.end_date) : null;
  const coarse = placement(feature) === "ring" ? gettext("area only") : null;
  return joined([...place, area?.name, coarse, when]);
}

/**
 * The status used, or each that is reported where reports differ, with who says which.
 * @param {import("./records.js").Properties} properties
 */
function reportedStatuses(properties) {
  const said = properties.is_disputed ? (properties.status_reports ?? []) : [];
  if (said.length < 2) return [STATUS[properties.status] ?? properties.status];
  const words = said.map((/** @type {string} */ each) => {
    const [value, ...who] = each.split(": ");
    return gettext("%(status)s, says %(who)s", { status: STATUS[value] ?? value, who: who.join(": ") });
  });
  return [words.join(" / ")];
}

/**
 * The one line that matters most: the figure used, or the status, then who says so.
 * @param {Feature} feature
 */
function headline({ resource, properties }) {
  /** @type {(string | HTMLElement | null)[]} */
  const parts = [];
  if (resource === "incidents") parts.push(...casualties(properties));
  if (resource === "displacement") parts.push(people(properties));
  if (resource === "asset-status") {
    parts.push(
      html("b", {}, ...reportedStatuses(properties)),
      properties.observed_at ? formatDay(properties.observed_at) : null,
    );
  }
  if (resource === "access-constraints") parts.push(html("b", {}, stateWord(properties.state)));
  parts.push(properties.source_name || properties.source);
  if (properties.verification && properties.verification !== "verified" && resource === "incidents") {
    parts.push(html("i", {}, VERIFICATION[properties.verification]));
  }
  parts.push(staleWords(properties));
  return joined(parts);
}

/** @param {string | undefined} state */
export const stateWord = (state) =>
  state === "ongoing"
    ? gettext("in force")
    : state === "eased"
      ? gettext("eased")
      : state === "ended"
        ? gettext("ended")
        : "";

/** @param {import("./records.js").Properties} properties */
function casualties(properties) {
  const metrics = /** @type {const} */ ([
    ["killed", gettext("killed")],
    ["injured", gettext("injured")],
  ]);
  return metrics
    .filter(([metric]) => ["low", "best", "high"].some((bound) => (properties[`${metric}_${bound}`] ?? null) !== null))
    .map(([metric, label]) => {
      const figure = {
        low: properties[`${metric}_low`] ?? null,
        best: properties[`${metric}_best`] ?? null,
        high: properties[`${metric}_high`] ?? null,
        quantifier: properties[`${metric}_quantifier`],
      };
      return html(
        "span",
        {},
        `${label} `,
        html("b", { class: "number" }, formatFigure(figure)),
        spread(properties, metric),
      );
    });
}

/** @param {import("./records.js").Properties} properties */
function people(properties) {
  const figure = {
    low: properties.figure_low ?? null,
    best: properties.figure_best ?? null,
    high: properties.figure_high ?? null,
    quantifier: properties.quantifier ?? properties.figure_quantifier,
  };
  const unit = (properties.unit ?? properties.figure_unit) === "households" ? gettext("households") : gettext("people");
  return html(
    "span",
    {},
    html("b", { class: "number" }, formatFigure(figure)),
    ` ${unit}`,
    spread(properties, "figure"),
  );
}

/**
 * How far reports of the figure lie apart, where they do: " (3–7 reported)".
 * @param {import("./records.js").Properties} properties
 * @param {string} prefix
 */
function spread(properties, prefix) {
  const [low, high] = [properties[`${prefix}_spread_low`] ?? null, properties[`${prefix}_spread_high`] ?? null];
  if ((low === null && high === null) || low === high) return "";
  return ` (${gettext("%(figures)s reported", { figures: formatFigure({ low, best: null, high, quantifier: "between" }) })})`;
}

/**
 * Parts with a middle dot between them, empty ones left out.
 * @param {(string | HTMLElement | null | undefined)[]} parts
 */
export function joined(parts) {
  return parts.filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
}
