/**
 * What every page does: the theme button, and on a phone the menu, which closes when the reader turns elsewhere.
 */

import { themeButton } from "./theme.js";

const button = document.querySelector("[data-theme-button]");
if (button instanceof HTMLElement) themeButton(button);

const menuButton = document.querySelector("[data-menu-button]");
if (menuButton instanceof HTMLElement) {
  const menu = /** @type {HTMLElement} */ (menuButton.parentElement);
  /** @param {boolean} open */
  const show = (open) => menuButton.setAttribute("aria-expanded", String(open));
  menuButton.addEventListener("click", () => show(menuButton.getAttribute("aria-expanded") !== "true"));
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) show(false);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    menuButton.focus();
  });
}

for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => /** @type {HTMLSelectElement} */ (select).form?.requestSubmit());
}
