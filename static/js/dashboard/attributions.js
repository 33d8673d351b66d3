/**
 * Whose work is on screen: every licence asks that it be named, also on a picture taken of the map.
 */

import { gettext, number } from "../lib/i18n.js";

const NAMED = 4;

/**
 * @param {HTMLElement} place
 * @param {import("./records.js").Feature[]} features what is shown
 */
export function showAttributions(place, features) {
  const names = [...new Set(features.map(({ properties }) => properties.attribution || properties.source_name))].filter(
    Boolean,
  );
  const more = names.length - NAMED;
  const text = [
    ...names.slice(0, NAMED),
    ...(more > 0 ? [gettext("%(count)s more", { count: number(more) })] : []),
  ].join("; ");
  place.textContent = text && gettext("Records: %(names)s.", { names: text });
  place.title = names.join("; ");
}
