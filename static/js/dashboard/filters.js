/**
 * The filters: dates, categories by layer, verification. Nothing ticked in a list means all of it.
 */

import { isDay, shifted } from "../lib/dates.js";
import { html } from "../lib/dom.js";
import { gettext, number } from "../lib/i18n.js";
import { drawSymbol } from "../map/symbols.js";
import { categoryOf, LAYERS, symbolOf, VERIFICATION } from "./records.js";

/** @typedef {import("./records.js").Feature} Feature */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Store} Store */

/** Lists longer than this start folded. */
const FOLDED_FROM = 8;

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {Store} store
   * @param {() => {since: string, until: string}} wholeCrisis the crisis's own days
   */
  constructor(form, store, wholeCrisis) {
    this.form = form;
    this.store = store;
    this.wholeCrisis = wholeCrisis;
    this.since = /** @type {HTMLInputElement} */ (form.elements.namedItem("since"));
    this.until = /** @type {HTMLInputElement} */ (form.elements.namedItem("until"));
    this.categories = /** @type {HTMLElement} */ (form.querySelector("[data-categories]"));
    this.verification = /** @type {HTMLElement} */ (form.querySelector("[data-verification]"));
    /** @type {Set<string>} */
    this.unfolded = new Set();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", (event) => this.changed(/** @type {HTMLInputElement} */ (event.target)));
    form.addEventListener("click", (event) => this.clicked(/** @type {HTMLElement} */ (event.target)));
  }

  /** @param {HTMLInputElement} input */
  changed(input) {
    if (input === this.since || input === this.until) this.changeDates();
    if (input.name === "category") this.store.change({ categories: this.ticked("category") });
    if (input.name === "verification") this.store.change({ verification: this.ticked("verification") });
  }

  changeDates() {
    const since = this.since.value;
    const until = this.until.value;
    const backwards = isDay(since) && isDay(until) && since > until;
    this.until.setCustomValidity(backwards ? gettext("The last day lies before the first.") : "");
    if (backwards) this.until.reportValidity();
    else this.store.change({ since, until });
  }

  /** @param {HTMLElement} target */
  clicked(target) {
    const quick = target.closest("[data-days]");
    if (quick) this.store.change(this.quickRange(String(quick.getAttribute("data-days"))));
    const unfold = target.closest("[data-unfold]");
    if (unfold) {
      this.unfolded.add(String(unfold.getAttribute("data-unfold")));
      unfold.closest("fieldset")?.classList.remove("is-folded");
      unfold.remove();
    }
    if (target.closest("[data-clear]")) this.clear();
  }

  clear() {
    this.store.change({ ...this.wholeCrisis(), categories: [], verification: [], off: [] });
  }

  /**
   * The last days up to the crisis's last day (today while it goes on).
   * @param {string} days a number, or "all"
   */
  quickRange(days) {
    const whole = this.wholeCrisis();
    if (days === "all") return whole;
    const until = whole.until || new Date().toISOString().slice(0, 10);
    return { since: shifted(until, 1 - Number(days)), until };
  }

  /** @param {string} name */
  ticked(name) {
    const boxes = /** @type {NodeListOf<HTMLInputElement>} */ (
      this.form.querySelectorAll(`input[name="${name}"]:checked`)
    );
    return [...boxes].map((box) => box.value);
  }

  /**
   * Write the state into the form and list what can be chosen, with how many there are.
   * @param {State} state
   * @param {Feature[]} features all loaded, before narrowing
   */
  show(state, features) {
    this.since.value = state.since;
    this.until.value = state.until;
    for (const quick of this.form.querySelectorAll("[data-days]")) {
      const range = this.quickRange(String(quick.getAttribute("data-days")));
      quick.setAttribute("aria-pressed", String(range.since === state.since && range.until === state.until));
    }
    const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement : null;
    this.categories.replaceChildren(
      ...LAYERS.map(({ layer, label }) => this.layerList(layer, label, state, features)).filter(Boolean),
    );
    this.verification.replaceChildren(...verificationBoxes(state, features));
    if (focused && !focused.isConnected) {
      /** @type {HTMLElement | null} */ (
        this.form.querySelector(`input[name="${focused.name}"][value="${CSS.escape(focused.value)}"]`)
      )?.focus();
    }
  }

  /**
   * @param {string} layer
   * @param {string} label
   * @param {State} state
   * @param {Feature[]} features
   */
  layerList(layer, label, state, features) {
    const found = new Map();
    for (const feature of features.filter((each) => each.layer === layer)) {
      const { code, label: text } = categoryOf(feature);
      const known = found.get(code);
      if (known) known.count += 1;
      else
        found.set(code, {
          text,
          count: 1,
          symbol: { ...symbolOf(feature.resource, feature.properties), filling: "filled", stale: false, kept: false },
        });
    }
    // What is ticked stays to be unticked, even where no record is left.
    for (const ticked of state.categories.filter((value) => value.startsWith(`${layer}.`))) {
      const code = ticked.slice(layer.length + 1);
      if (!found.has(code)) found.set(code, { text: code.replace(/^status:/, ""), count: 0, symbol: null });
    }
    if (found.size === 0) return null;
    const rows = [...found].sort(([, a], [, b]) => b.count - a.count);
    const folded =
      rows.length > FOLDED_FROM &&
      !this.unfolded.has(layer) &&
      !rows.slice(FOLDED_FROM).some(([code]) => state.categories.includes(`${layer}.${code}`));
    return html(
      "fieldset",
      { class: `filter-group${folded ? " is-folded" : ""}` },
      html("legend", {}, label),
      ...rows.map(([code, { text, count, symbol }]) =>
        tickBox(
          "category",
          `${layer}.${code}`,
          state.categories.includes(`${layer}.${code}`),
          text,
          count,
          symbol && drawSymbol(symbol, 16),
        ),
      ),
      folded &&
        html(
          "button",
          { type: "button", class: "link", "data-unfold": layer },
          gettext("%(count)s more", { count: number(rows.length - FOLDED_FROM) }),
        ),
    );
  }
}

/**
 * @param {State} state
 * @param {Feature[]} features
 */
function verificationBoxes(state, features) {
  const counts = new Map();
  for (const { properties } of features)
    counts.set(properties.verification, (counts.get(properties.verification) ?? 0) + 1);
  return Object.entries(VERIFICATION)
    .filter(([code]) => counts.has(code) || state.verification.includes(code))
    .map(([code, text]) => {
      const filling = code === "disputed" ? "split" : code === "verified" ? "filled" : "hollow";
      return tickBox(
        "verification",
        code,
        state.verification.includes(code),
        text,
        counts.get(code) ?? 0,
        drawSymbol({ shape: "stock", filling }, 14),
      );
    });
}

/**
 * @param {string} name
 * @param {string} value
 * @param {boolean} checked
 * @param {string} text
 * @param {number} count
 * @param {SVGElement | null} symbol
 */
const tickBox = (name, value, checked, text, count, symbol) =>
  html(
    "label",
    { class: "tick" },
    html("input", { type: "checkbox", name, value, checked }),
    symbol,
    html("span", { class: "tick-text" }, text),
    html("span", { class: "tick-count number" }, number(count)),
  );
