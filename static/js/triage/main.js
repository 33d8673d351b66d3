/**
 * The review queue for those who work through it by keyboard. Everything here is also a link or a form: without scripts
 * the pages do the same.
 */

import { bench } from "./bench.js";
import { keys } from "./keys.js";
import { list } from "./list.js";

const page = document.querySelector("[data-queue]");

if (page instanceof HTMLElement) {
  const said = /** @type {HTMLElement} */ (page.querySelector("[data-said]"));
  /** @param {string} text spoken by a screen reader, seen by nobody */
  const say = (text) => {
    said.textContent = text;
  };
  const rows = page.querySelector("[data-rows]");
  const commands = rows instanceof HTMLElement ? list(page, rows, say) : bench(page, say);
  keys(page, commands);
}
