/**
 * One record, whole: what, where and how precisely, when, how well established, the reported figures, and from whom.
 */

import { formatMoment, formatPeriod } from "../lib/dates.js";
import { embedded, html } from "../lib/dom.js";
import { gettext } from "../lib/i18n.js";
import { drawSymbol } from "../map/symbols.js";
import { joined, stateWord } from "./list.js";
import { accuracyOf, categoryOf, SENSITIVITY, STATUS, staleWords, symbolOf, VERIFICATION } from "./records.js";
import { outwards, reportedFigures } from "./reported-figures.js";

/** @typedef {import("./records.js").Properties} Properties */
/** @typedef {import("./records.js").Resource} Resource */

const PRECISION = {
  hour: gettext("to the hour"),
  few_days: gettext("to a few days"),
  week: gettext("to the week"),
  month: gettext("to the month"),
  year: gettext("to the year"),
};

const RELATIONS = {
  part_of: gettext("part of"),
  caused: gettext("caused"),
  followed_by: gettext("followed by"),
  corroborates: gettext("corroborates"),
};

const BACKWARDS = {
  part_of: gettext("includes"),
  caused: gettext("caused by"),
  followed_by: gettext("follows"),
  corroborates: gettext("corroborated by"),
};

const KIND_OF = {
  incidents: "incident",
  displacement: "displacement",
  "asset-status": "asset_status",
  "access-constraints": "access_constraint",
};

const KINDS = {
  incident: "incidents",
  displacement: "displacement",
  assetstatus: "asset-status",
  accessconstraint: "access-constraints",
};

/**
 * @param {Resource} resource
 * @param {Properties} record the detail answer
 * @param {{timeZone: string, api: string, open: (key: string) => void, approach?: () => void}} page
 * @returns {HTMLElement[]}
 */
export function recordDetail(resource, record, page) {
  return [
    heading(resource, record),
    facts(resource, record, page),
    section(
      resource === "asset-status" ? gettext("What is reported") : gettext("Reported figures"),
      reportedFigures(record.claims ?? []),
    ),
    record.summary && section(gettext("Summary"), html("p", { class: "prose", dir: "auto" }, record.summary)),
    record.actors?.length && section(gettext("Parties named"), actors(record.actors)),
    record.links?.length && section(gettext("Related"), links(record.links, page.open)),
    section(gettext("Where this comes from"), provenance(resource, record, page)),
  ].filter(Boolean);
}

/**
 * @param {string} title
 * @param {HTMLElement} content
 */
const section = (title, content) => html("section", { class: "detail-section" }, html("h3", {}, title), content);

/**
 * @param {Resource} resource
 * @param {Properties} record
 */
function heading(resource, record) {
  const symbol = symbolOf(resource, record);
  const badges = [
    record.kind === "situation" && html("span", { class: "badge" }, gettext("situation")),
    record.verification && html("span", { class: `badge badge--${record.verification}` }, eventWord(resource, record)),
    record.is_disputed && html("span", { class: "badge badge--disputed" }, gettext("reports differ")),
    record.sensitivity &&
      record.sensitivity !== "public" &&
      html("span", { class: "badge badge--kept" }, SENSITIVITY[record.sensitivity]),
    record.is_released === false && html("span", { class: "badge" }, gettext("not released")),
    symbol.stale && html("span", { class: "badge badge--stale" }, staleWords(record)),
  ];
  return html(
    "header",
    { class: "detail-head" },
    html("p", { class: "detail-kind" }, drawSymbol(symbol, 20), categoryOf({ resource, properties: record }).label),
    html("h2", { tabindex: "-1", dir: "auto" }, record.title || categoryOf({ resource, properties: record }).label),
    html("p", { class: "badges" }, ...badges),
  );
}

/**
 * Verification is about what happened, never about a number: the word says so.
 * @param {Resource} resource
 * @param {Properties} record
 */
function eventWord(resource, record) {
  const word = VERIFICATION[record.verification] ?? record.verification;
  return resource === "incidents" ? gettext("event %(word)s", { word }) : gettext("report %(word)s", { word });
}

/**
 * @param {Resource} resource
 * @param {Properties} record
 * @param {{timeZone: string, approach?: () => void}} page
 */
function facts(resource, record, { timeZone, approach }) {
  const rows = [
    [
      gettext("Where"),
      [
        ...place(record),
        approach && html("button", { type: "button", class: "link", click: approach }, gettext("go there")),
      ],
    ],
    [gettext("When"), when(record, timeZone)],
    resource === "incidents" && record.subcategory_label && [gettext("What"), [record.subcategory_label]],
    record.severity_value && [gettext("Severity"), [`${record.severity_scale}: ${record.severity_value}`]],
    record.origin_name && [gettext("From"), [record.origin_name]],
    record.destination_name && [gettext("To"), [record.destination_name]],
    record.cause && [gettext("Cause"), [String(record.cause)]],
    record.status && [
      gettext("Status"),
      [
        STATUS[record.status] ?? record.status,
        record.applies_to && gettext("for %(traffic)s traffic", { traffic: record.applies_to }),
      ],
    ],
    record.state && [gettext("State"), [stateWord(record.state)]],
    record.asset_name && [
      gettext("Infrastructure"),
      [record.asset_name, String(record.asset_type ?? "").replaceAll("_", " ")],
    ],
  ].filter(Boolean);
  return html(
    "dl",
    { class: "facts" },
    ...rows.flatMap(([term, parts]) => [html("dt", {}, term), html("dd", { dir: "auto" }, ...joined(parts))]),
  );
}

/** @param {Properties} record */
function place(record) {
  const names = [4, 3, 2, 1, 0].map((level) => record[`adm${level}_name`]).filter(Boolean);
  const code = [4, 3, 2, 1, 0].map((level) => record[`adm${level}_pcode`]).find(Boolean);
  const chain = [...new Set([record.place_name, ...names].filter(Boolean))].join(", ");
  return [
    chain || gettext("withheld"),
    code && html("span", { class: "code" }, code),
    accuracyOf(record) && html("span", { class: "quiet" }, accuracyOf(record)),
  ];
}

/**
 * @param {Properties} record
 * @param {string} timeZone
 */
function when(record, timeZone) {
  const precision = record.time_precision && record.time_precision !== "day" ? PRECISION[record.time_precision] : null;
  if (record.started_at) return [formatMoment(record.started_at, timeZone), precision];
  return [formatPeriod(record.start_date, record.end_date), precision];
}

/** @param {{name: string, role: string}[]} named */
const actors = (named) =>
  html(
    "ul",
    { class: "plain" },
    ...named.map(({ name, role }) =>
      html("li", {}, ...joined([name, role && html("span", { class: "quiet" }, role.replaceAll("_", " "))])),
    ),
  );

/**
 * @param {Properties[]} related
 * @param {(key: string) => void} open
 */
function links(related, open) {
  const rows = related.map(({ relation, direction, kind, id, title }) => {
    const resource = KINDS[String(kind).replace(/[_-]/g, "").toLowerCase()] ?? kind;
    const word = (direction === "in" || direction === "from" ? BACKWARDS : RELATIONS)[relation] ?? relation;
    const button = html(
      "button",
      { type: "button", class: "link", click: () => open(`${resource}/${id}`) },
      title || id,
    );
    return html("li", {}, html("span", { class: "quiet" }, `${word} `), button);
  });
  return html("ul", { class: "plain" }, ...rows);
}

/**
 * @param {Resource} resource
 * @param {Properties} record
 * @param {{timeZone: string, api: string}} page
 */
function provenance(resource, record, { timeZone, api }) {
  const reviewed = document.getElementById("page") && (embedded("page").reviews ?? []).includes(record.crisis);
  const rows = [
    [gettext("Source"), [record.source_name || record.source, outwards(record.url, gettext("open the source"))]],
    record.dataset && [gettext("Series"), [record.dataset_name || record.dataset]],
    record.attribution && [gettext("Attribution"), [record.attribution]],
    record.licence && [gettext("Licence"), [record.licence]],
    record.reported_at && [gettext("Reported"), [formatMoment(record.reported_at, timeZone)]],
    record.external_id && [gettext("Its number there"), [html("span", { class: "code" }, record.external_id)]],
    [
      gettext("Record"),
      [
        html("a", { href: `/${resource}/${record.id}/` }, gettext("whole, with its history")),
        html("a", { href: `${api}${resource}/${record.id}` }, "JSON"),
        gettext("version %(version)s", { version: record.version ?? 1 }),
        reviewed && html("a", { href: `/queue/${KIND_OF[resource]}/${record.id}/` }, gettext("review it")),
      ],
    ],
  ].filter(Boolean);
  return html(
    "dl",
    { class: "facts facts--small" },
    ...rows.flatMap(([term, parts]) => [html("dt", {}, term), html("dd", { dir: "auto" }, ...joined(parts))]),
  );
}
