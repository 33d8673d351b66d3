/**
 * The reported figures of a record: the figure used, then every figure with who said it, what it covers and the words
 * it rests on. Parts stand under their whole. Nothing is added up.
 */

import { formatDay } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { formatFigure, formatScope } from "../lib/figures.js";
import { gettext, number } from "../lib/i18n.js";
import { joined } from "./list.js";
import { STATUS } from "./records.js";

/**
 * @typedef {Record<string, any>} Reported one entry of a record's `claims`
 */

const GROUPS = {
  all: gettext("all people"),
  civilians: gettext("civilians"),
  combatants: gettext("combatants"),
  aid_workers: gettext("aid workers"),
  health_workers: gettext("health workers"),
  idps: gettext("displaced people"),
};

const UNITS = { households: gettext("households"), person: "", people: "", persons: "" };

/**
 * @param {Reported[]} claims
 * @returns {HTMLElement} one block per metric, in the order the API gives
 */
export function reportedFigures(claims) {
  if (claims.length === 0) return html("p", { class: "quiet" }, gettext("No figure was reported."));
  const byMetric = new Map();
  for (const claim of claims) {
    const label = claim.metric_label || claim.metric || gettext("Status");
    byMetric.set(label, [...(byMetric.get(label) ?? []), claim]);
  }
  return html("div", {}, ...[...byMetric].map(([label, of]) => metricBlock(label, of)));
}

/**
 * @param {string} label
 * @param {Reported[]} claims
 */
function metricBlock(label, claims) {
  const known = new Set(claims.map(({ id }) => id));
  const wholes = claims.filter(({ part_of }) => !part_of || !known.has(part_of));
  const used = wholes.filter(({ is_adopted }) => is_adopted);
  return html(
    "section",
    { class: "metric" },
    html("h4", {}, label),
    ...used.map(usedFigure),
    used.length === 0 && html("p", { class: "metric-used quiet" }, gettext("None of these figures is in use.")),
    html(
      "ul",
      { class: "reported", "aria-label": gettext("Reported figures: %(metric)s", { metric: label }) },
      ...wholes.map((claim) => reported(claim, claims)),
    ),
  );
}

/** @param {Reported} claim */
function usedFigure(claim) {
  const decision = claim.decided_by
    ? gettext("chosen by %(name)s", { name: claim.decided_by })
    : gettext("by rule, not yet reviewed");
  return html(
    "p",
    { class: "metric-used" },
    html("span", { class: "quiet" }, gettext("figure used")),
    " ",
    html("b", { class: "number" }, value(claim)),
    " ",
    html("span", { class: "quiet" }, ...joined([who(claim), scope(claim), decision])),
  );
}

/**
 * @param {Reported} claim
 * @param {Reported[]} claims
 * @returns {HTMLElement}
 */
function reported(claim, claims) {
  const parts = claims.filter(({ part_of }) => part_of === claim.id);
  const past = claim.status && claim.status !== "current";
  return html(
    "li",
    { class: past ? "is-past" : null },
    html(
      "div",
      { class: "reported-line" },
      html("b", { class: "number" }, value(claim)),
      html("span", {}, who(claim)),
      html(
        "span",
        { class: "reported-source" },
        claim.attributed_to || claim.source_name || gettext("speaker not named"),
      ),
      html("span", { class: "reported-scope" }, scope(claim)),
    ),
    claim.is_held && html("p", { class: "quiet" }, gettext("restricted: counted nowhere")),
    past &&
      html(
        "p",
        { class: "quiet" },
        claim.status === "retracted"
          ? gettext("withdrawn by its speaker")
          : gettext("replaced by a later figure of the same speaker"),
      ),
    claim.excerpt && words(claim),
    html("p", { class: "reported-origin quiet" }, ...origin(claim)),
    parts.length > 0 && html("ul", { class: "reported" }, ...parts.map((part) => reported(part, claims))),
  );
}

/** @param {Reported} claim */
const value = (claim) =>
  claim.value ? (STATUS[claim.value] ?? claim.value) : formatFigure(/** @type {any} */ (claim));

/** @param {Reported} claim */
function who(claim) {
  const group = claim.group_label || GROUPS[claim.group] || String(claim.group ?? "").replaceAll("_", " ");
  const unit = UNITS[claim.unit] ?? "";
  const words = [unit, claim.part_of ? gettext("of them %(group)s", { group }) : group, claim.sex, claim.age_band];
  return words.filter((word) => word && word !== "all").join(", ");
}

/** @param {Reported} claim */
function scope(claim) {
  const text = claim.value ? "" : formatScope(/** @type {any} */ (claim));
  const size = claim.household_size ? gettext("households of %(size)s", { size: number(claim.household_size) }) : "";
  return [text, size].filter(Boolean).join(" · ");
}

/** @param {Reported} claim */
function words(claim) {
  return html(
    "blockquote",
    { dir: "auto", class: claim.is_paraphrase ? "is-paraphrase" : null },
    claim.is_paraphrase ? claim.excerpt : `“${claim.excerpt}”`,
    claim.is_paraphrase && html("span", { class: "badge" }, gettext("paraphrase")),
  );
}

/**
 * A name without the short form it may bring: "… (SOHR)".
 * @param {string} name
 */
const bare = (name) => name.replace(/ \([^)]*\)$/, "");

/** @param {Reported} claim */
function origin(claim) {
  const speaker = claim.attributed_to && claim.source_name && bare(claim.attributed_to) !== bare(claim.source_name);
  const via = speaker ? gettext("via %(source)s", { source: claim.source_name }) : null;
  const published = claim.published_at ? gettext("published %(day)s", { day: formatDay(claim.published_at) }) : null;
  const how = claim.how_known ? String(claim.how_known_label || claim.how_known).replaceAll("_", " ") : null;
  return joined([via, how, published, outwards(claim.url, gettext("open the source"))]);
}

/**
 * A link out of the page, only to the web.
 * @param {string | null | undefined} url
 * @param {string} text
 */
export function outwards(url, text) {
  if (!url || !/^https?:\/\//.test(url)) return null;
  return html("a", { href: url, rel: "noopener noreferrer nofollow", target: "_blank" }, text);
}
