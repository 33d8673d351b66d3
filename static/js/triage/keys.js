/**
 * From keys to commands. A key does nothing while somebody writes in a field, nor together with Ctrl, Alt or Meta.
 */

/** @typedef {Record<string, (key: string) => void>} Commands by key; "digit" stands for 1 to 9 */

const WRITING = "input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]";

/**
 * @param {HTMLElement} page
 * @param {Commands} commands
 */
export function keys(page, commands) {
  const help = /** @type {HTMLDetailsElement | null} */ (page.querySelector("[data-keys]"));
  const all = { ...common(page, help), ...commands };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    const target = /** @type {Element} */ (event.target);
    if (event.key === "Escape") {
      stepOut(page, help, target);
      return;
    }
    if (target.closest(WRITING)) return;
    const command = all[event.key] ?? (/^[1-9]$/.test(event.key) ? all.digit : undefined);
    if (!command) return;
    // A key that is held down opens no second form and sends nothing twice.
    if (event.repeat && !"jk".includes(event.key)) return;
    event.preventDefault();
    command(event.key);
  });
}

/**
 * @param {HTMLElement} page
 * @param {HTMLDetailsElement | null} help
 * @returns {Commands}
 */
function common(page, help) {
  return {
    "?": () => show(help, !help?.open),
    "/": () => /** @type {HTMLElement | null} */ (page.querySelector("[data-search], [data-find]"))?.focus(),
    z: () => /** @type {HTMLFormElement | null} */ (page.querySelector("[data-undo]"))?.requestSubmit(),
  };
}

/**
 * @param {HTMLDetailsElement | null} help
 * @param {boolean} open
 */
function show(help, open) {
  if (!help) return;
  help.open = open;
  help.classList.toggle("is-over", open);
  if (open) help.querySelector("summary")?.focus();
}

/**
 * Out of the help, out of a field, out of an opened act, and at last back to the list.
 * @param {HTMLElement} page
 * @param {HTMLDetailsElement | null} help
 * @param {Element} target
 */
function stepOut(page, help, target) {
  if (help?.open) {
    show(help, false);
    return;
  }
  const act = target.closest("details.act[open]");
  if (act instanceof HTMLDetailsElement) {
    act.open = false;
    act.querySelector("summary")?.focus();
    return;
  }
  if (target.closest(WRITING)) {
    /** @type {HTMLElement} */ (target).blur();
    return;
  }
  if (page.dataset.list) window.location.assign(page.dataset.list);
}
