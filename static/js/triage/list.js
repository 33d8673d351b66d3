/**
 * A list of what waits: one row is at hand; j and k move, Enter opens, x selects. Selected rows share one act.
 */

import { gettext, ngettext } from "../lib/i18n.js";

/**
 * @param {HTMLElement} page
 * @param {HTMLElement} container
 * @param {(text: string) => void} say
 * @returns {import("./keys.js").Commands}
 */
export function list(page, container, say) {
  const rows = /** @type {HTMLElement[]} */ ([...container.querySelectorAll("[data-row]")]);
  const more = /** @type {HTMLAnchorElement | null} */ (page.querySelector("[data-next-page]"));
  let at = -1;

  /** @param {number} index */
  const go = (index) => {
    if (index >= rows.length) {
      if (more) more.click();
      else say(gettext("This is the last one."));
      return;
    }
    at = Math.max(0, index);
    for (const row of rows) row.classList.toggle("is-at", row === rows[at]);
    link(rows[at])?.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };

  container.addEventListener("focusin", (event) => {
    const row = /** @type {Element} */ (event.target).closest("[data-row]");
    at = rows.indexOf(/** @type {HTMLElement} */ (row));
    for (const each of rows) each.classList.toggle("is-at", each === row);
  });

  const picked = picking(page, say);
  return {
    j: () => go(at + 1),
    k: () => go(at - 1),
    Enter: () => link(rows[at] ?? rows[0])?.click(),
    x: () => {
      const box = rows[at]?.querySelector("[data-pick]");
      if (box instanceof HTMLInputElement) picked(box);
    },
    v: () => act(page, "verify"),
    r: () => act(page, "release"),
  };
}

/** @param {HTMLElement | undefined} row */
const link = (row) => /** @type {HTMLAnchorElement | null} */ (row?.querySelector("[data-open]") ?? null);

/**
 * Choose an act for the selected rows and ask why.
 * @param {HTMLElement} page
 * @param {string} code
 */
function act(page, code) {
  const select = /** @type {HTMLSelectElement | null} */ (page.querySelector("[data-bulk-act]"));
  if (!select || !page.querySelector("[data-pick]:checked")) return;
  select.value = code;
  select.dispatchEvent(new Event("change"));
  const wanted = code === "verify" ? "[name=basis]" : "[name=reason]";
  /** @type {HTMLElement | null} */ (page.querySelector(`[data-bulk] ${wanted}`))?.focus();
}

/**
 * Counts what is selected; the bar of acts stands there only while something is.
 * @param {HTMLElement} page
 * @param {(text: string) => void} say
 * @returns {(box: HTMLInputElement) => void} selects or leaves one
 */
function picking(page, say) {
  const form = page.querySelector("[data-bulk]");
  if (!(form instanceof HTMLFormElement)) return () => {};
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("[data-pick]")]);
  const all = /** @type {HTMLInputElement} */ (form.querySelector("[data-pick-all]"));
  const words = /** @type {HTMLElement} */ (form.querySelector("[data-picked]"));
  const bar = /** @type {HTMLElement} */ (form.querySelector("[data-bulk-bar]"));
  const basis = /** @type {HTMLElement} */ (form.querySelector("[data-basis]"));
  const chosen = /** @type {HTMLSelectElement} */ (form.querySelector("[data-bulk-act]"));

  const tell = () => {
    const count = boxes.filter((box) => box.checked).length;
    bar.hidden = count === 0;
    all.checked = count === boxes.length;
    words.textContent = ngettext("%(count)s selected", "%(count)s selected", count);
    basis.hidden = chosen.value !== "verify";
    /** @type {HTMLSelectElement} */ (basis.querySelector("select")).required = !basis.hidden;
  };

  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  for (const box of boxes) box.addEventListener("change", tell);
  chosen.addEventListener("change", tell);
  tell();
  return (box) => {
    box.checked = !box.checked;
    tell();
    say(box.checked ? gettext("selected") : gettext("not selected"));
  };
}
