/**
 * The situation map: wires the map, the filters, the list, the detail and the key figures to one state.
 */

import { byId, embedded } from "../lib/dom.js";
import { isAbort } from "../lib/http.js";
import { gettext, ngettext, number } from "../lib/i18n.js";
import { AreaLayer } from "../map/areas.js";
import { BaseMap } from "../map/basemap.js";
import { boundsOf, goTo, mapOf, viewOf } from "../map/create.js";
import { buildLegend, updateLegend } from "../map/legend.js";
import { RecordsLayer } from "../map/records-layer.js";
import { Api } from "./api.js";
import { showAttributions } from "./attributions.js";
import { DetailPane } from "./detail-pane.js";
import { Filters } from "./filters.js";
import { KeyFigures } from "./key-figures.js";
import { RecordList } from "./list.js";
import { failure, nothing, shortfalls, skeleton } from "./notices.js";
import { Panes } from "./panes.js";
import { categoryOf, LAYERS } from "./records.js";
import { recordsBehind } from "./records-behind.js";
import { RecordsInView } from "./records-in-view.js";
import { narrowed, Store } from "./state.js";

const page = embedded("page");
const store = new Store(page);
const api = new Api(page.api);
const panes = new Panes(byId("sheet"));
const filters = new Filters(/** @type {HTMLFormElement} */ (byId("filters")), store, () => days(crisis()));
const list = new RecordList(byId("list"), (feature) => open(feature.key));
const detail = new DetailPane(byId("detail"), api);
const status = byId("status");
const notices = byId("notices");

const crisis = () => page.crises.find((/** @type {any} */ each) => each.slug === store.state.crisis) ?? page.crises[0];
const timeZone = () => crisis()?.time_zone ?? "UTC";
/** @param {any} of */
const days = (of) => ({ since: of?.since ?? "", until: of?.until ?? "" });

const map = await mapOf("map");
goTo(map, store.state.view, crisis()?.bbox ?? null, panes.covered().right);

const baseMap = new BaseMap(map, page.files);
const recordsLayer = new RecordsLayer(map, {
  open: (feature) => open(feature.key),
  openMany: (features, title) => openMany(features, title),
});
const areas = new AreaLayer(
  map,
  (slug, level) => api.areas(slug, level),
  (learned) => recordsLayer.situations.learn(learned),
);
const records = new RecordsInView(api, () => boundsOf(map));

/**
 * In the list because a ring was opened, or as what is behind a figure: those are shown whatever the filters say.
 * @type {{features: import("./records.js").Feature[], title: string, isWhole?: boolean} | null}
 */
let chosen = null;
let behindAbort = new AbortController();
const keyFigures = new KeyFigures({
  strip: byId("key-figures"),
  newest: byId("newest"),
  api,
  page: { explain, open, list: (behind) => listBehind(behind) },
});

function draw() {
  const loaded = records.features;
  const shown = narrowed(loaded, store.state, (feature) => categoryOf(feature).code);
  const placed = recordsLayer.show(shown);
  filters.show(store.state, loaded);
  updateLegend(byId("legend"), { off: store.state.off, counts: counted(loaded), ...placed });
  drawList(shown, loaded.length);
  showAttributions(byId("attributions"), shown);
  notices.replaceChildren(...shortfalls(records, (resource) => records.load(store.state, [resource])));
}

/**
 * @param {import("./records.js").Feature[]} shown
 * @param {number} loaded
 */
function drawList(shown, loaded) {
  const waiting = records.loading && shown.length === 0;
  byId("list-chosen").hidden = !chosen;
  byId("list-chosen-title").textContent = chosen?.title ?? "";
  if (waiting) byId("list").replaceChildren(skeleton());
  else if (shown.length === 0 && records.failures.size === 0 && !chosen?.isWhole)
    byId("list").replaceChildren(
      nothing(
        { loaded, narrowed: isNarrowed() },
        { clear: () => filters.clear(), widen: () => store.change({ since: "", until: "" }) },
      ),
    );
  else if (chosen?.isWhole) list.show(chosen.features);
  else list.show(chosen ? chosen.features.filter((feature) => shown.includes(feature)) : shown);
  const text = waiting
    ? gettext("Loading records …")
    : shown.length === loaded
      ? ngettext("%(count)s record", "%(count)s records", loaded)
      : gettext("%(shown)s of %(count)s records", { shown: number(shown.length), count: number(loaded) });
  if (status.textContent !== text) status.textContent = text; // read aloud only when it changes
}

const isNarrowed = () =>
  Boolean(store.state.categories.length || store.state.verification.length || store.state.off.length);

/** @param {import("./records.js").Feature[]} loaded */
const counted = (loaded) =>
  Object.fromEntries(LAYERS.map(({ layer }) => [layer, loaded.filter((feature) => feature.layer === layer).length]));

/** @param {string} key */
function open(key) {
  store.change({ record: key });
}

/**
 * @param {import("./records.js").Feature[]} features
 * @param {string} title
 */
function openMany(features, title) {
  if (features.length === 1) return open(features[0].key);
  chosen = { features, title };
  draw();
  return panes.choose("list");
}

/** Show the record of the state, or go back to the list. */
function showRecord() {
  const key = store.state.record;
  const feature = records.features.find((each) => each.key === key);
  recordsLayer.select(key, feature);
  list.select(key);
  detail.cancel();
  if (!key) {
    if (panes.pane === "detail") panes.show("list");
    return;
  }
  panes.show("detail");
  panes.bringBack();
  if (panes.height === "peek") panes.raise("half");
  if (feature) recordsLayer.reveal(feature, panes.covered());
  const approach = feature?.geometry ? () => recordsLayer.approach(feature) : undefined;
  detail.showRecord(key, { timeZone: timeZone(), open, approach });
}

/** @param {string} behind "killed:ucdp-ged" */
function listBehind(behind) {
  panes.show("list");
  if (store.state.behind === behind) showBehind();
  else store.change({ record: "", behind });
}

/**
 * What is behind a key figure, in the detail pane.
 * @param {string} title
 * @param {HTMLElement} content
 */
function explain(title, content) {
  if (store.state.record) store.change({ record: "" });
  panes.choose("detail");
  detail.explain(title, content);
}

/** The list of what is behind a figure, or of everything again. */
async function showBehind() {
  behindAbort.abort();
  behindAbort = new AbortController();
  chosen = null;
  if (!store.state.behind) return draw();
  byId("list").replaceChildren(skeleton());
  try {
    chosen = { ...(await recordsBehind(api, store.state, behindAbort.signal)), isWhole: true };
    panes.show("list");
    if (panes.height === "peek") panes.raise("half");
    return draw();
  } catch (error) {
    if (isAbort(error)) return undefined;
    return byId("list").replaceChildren(failure(/** @type {Error} */ (error), showBehind));
  }
}

async function showAreas() {
  try {
    const found = await areas.showCrisis(store.state.crisis);
    baseMap.replaceBordersOf(found ? (crisis()?.countries ?? []) : []);
  } catch (error) {
    if (!isAbort(error)) baseMap.replaceBordersOf([]);
  }
}

function writeNames() {
  byId("map-notes").textContent = crisis()?.map_notes ?? "";
  /** @type {HTMLSelectElement} */ (byId("crisis")).value = store.state.crisis;
  const link = document.getElementById("situation-link");
  if (link instanceof HTMLAnchorElement) {
    link.pathname = link.pathname.replace(`/${link.dataset.slug}/`, `/${store.state.crisis}/`);
    link.dataset.slug = store.state.crisis;
  }
}

store.onChange((state, changed) => {
  if (changed.has("crisis")) {
    chosen = null;
    recordsLayer.situations.outlines.clear();
    goTo(map, state.view, crisis()?.bbox ?? null, panes.covered().right);
    writeNames();
    showAreas();
  }
  if (["crisis", "since", "until"].some((field) => changed.has(/** @type {any} */ (field)))) {
    chosen = null;
    records.load(state);
    keyFigures.load(state, timeZone());
  }
  if (changed.has("behind") || (state.behind && chosen === null)) showBehind();
  if (["categories", "verification", "off"].some((field) => changed.has(/** @type {any} */ (field)))) draw();
  if (changed.has("record")) showRecord();
});

records.onProgress = draw;
map.on("moveend", () => {
  store.rememberView(viewOf(map));
  records.follow(store.state);
});
byId("list-all").addEventListener("click", () => {
  chosen = null;
  store.change({ behind: "" });
  draw();
});
byId("crisis").addEventListener("change", (event) => {
  const slug = /** @type {HTMLSelectElement} */ (event.target).value;
  const next = page.crises.find((/** @type {any} */ each) => each.slug === slug);
  store.change({ crisis: slug, ...days(next), categories: [], verification: [], record: "", behind: "", view: "" });
});
panes.onResize = () => map.invalidateSize();
panes.onChoose = (pane) => {
  if (pane === "list" && store.state.record) store.change({ record: "" });
};

buildLegend(byId("legend"), (off) => store.change({ off }));
/** @type {HTMLDetailsElement} */ (byId("legend-box")).open = window.matchMedia("(min-width: 1361px)").matches;
writeNames();
draw();
records.load(store.state);
keyFigures.load(store.state, timeZone());
showAreas();
if (store.state.behind) showBehind();
if (store.state.record) showRecord();
baseMap.draw().catch((error) => notices.append(failure(error, () => baseMap.draw(), gettext("Base map"))));
