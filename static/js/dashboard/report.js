/**
 * The report form: the phone's own position on request, and one sending at a time. The form works without this.
 */

import { gettext } from "../lib/i18n.js";

/** Digits after the point: about a metre, no finer than a phone knows. */
const DIGITS = 5;

/** @param {HTMLButtonElement} button */
function offerPosition(button) {
  const name = button.dataset.position;
  const field = document.querySelector(`input[name="${name}"]`);
  const says = document.querySelector(`[data-position-says="${name}"]`);
  if (!(field instanceof HTMLInputElement) || !says || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    says.textContent = gettext("Looking for your position …");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = `${coords.latitude.toFixed(DIGITS)}, ${coords.longitude.toFixed(DIGITS)}`;
        says.textContent = gettext("Your position is filled in, right to about %(metres)s m.", {
          metres: Math.round(coords.accuracy),
        });
      },
      () => {
        says.textContent = gettext("Your position is not to be had. Write a name instead.");
      },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    );
  });
}

/** A second press while the first is under way does nothing; the server would store it once all the same. */
function sendOnce() {
  const form = document.querySelector("form[data-report]");
  form?.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) event.preventDefault();
    form.setAttribute("aria-busy", "true");
  });
  // Back from the receipt: the page may be shown as it was left.
  window.addEventListener("pageshow", () => form?.removeAttribute("aria-busy"));
}

for (const button of document.querySelectorAll("button[data-position]")) offerPosition(button);
sendOnce();
