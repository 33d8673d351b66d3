/**
 * One record on the workbench: a letter opens an act and asks why, a digit chooses a reported figure and asks why.
 */

import { gettext } from "../lib/i18n.js";

/**
 * @param {HTMLElement} page
 * @param {(text: string) => void} say
 * @returns {import("./keys.js").Commands}
 */
export function bench(page, say) {
  for (const act of page.querySelectorAll("details.act")) act.addEventListener("toggle", () => opened(act));
  for (const form of page.querySelectorAll("form[method=post]")) form.addEventListener("submit", once);

  /** @param {string[]} codes the first of these acts that the page offers */
  const open = (...codes) => {
    const found = codes.map((code) => page.querySelector(`details[data-act="${code}"]`)).find(Boolean);
    if (!(found instanceof HTMLDetailsElement)) {
      say(gettext("Not possible here."));
      return;
    }
    found.open = true;
    opened(found);
  };
  /** @param {string | undefined} address */
  const go = (address) => {
    if (address) window.location.assign(address);
    else say(gettext("This is the last one."));
  };
  return {
    j: () => go(page.dataset.after),
    k: () => go(page.dataset.before),
    v: () => open("verify"),
    d: () => open("dispute"),
    u: () => open("unverifiable"),
    r: () => open("release", "unrelease"),
    m: () => merge(page, open),
    digit: (key) => choose(page, key, say),
  };
}

/** @param {Element} act */
function opened(act) {
  if (!(act instanceof HTMLDetailsElement) || !act.open) return;
  const first = act.querySelector("form :is(select, input):not([type=hidden])");
  if (first instanceof HTMLElement && !act.contains(document.activeElement?.closest("form") ?? null)) first.focus();
}

/**
 * @param {HTMLElement} page
 * @param {string} key
 * @param {(text: string) => void} say
 */
function choose(page, key, say) {
  const radio = page.querySelector(`[data-number="${key}"]`);
  if (!(radio instanceof HTMLInputElement)) {
    say(gettext("There is no reported figure of that number."));
    return;
  }
  radio.checked = true;
  const reason = radio.form?.elements.namedItem("reason");
  if (reason instanceof HTMLElement) reason.focus();
}

/**
 * With another record beside this one, the act; without, the place to look for one.
 * @param {HTMLElement} page
 * @param {(...codes: string[]) => void} open
 */
function merge(page, open) {
  if (page.querySelector('[data-act="merge"]')) {
    open("merge");
    return;
  }
  const first = page.querySelector(".candidate a, [data-find]");
  if (first instanceof HTMLElement) first.focus();
}

/**
 * A second click sends nothing: the server would answer the same, but the reader would wait twice.
 * @param {Event} event
 */
function once(event) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
}

// A page that comes back from the browser's memory may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]"))
    delete (/** @type {HTMLElement} */ (form).dataset.sent);
});
