/**
 * Texts in the reader's language. The page carries locale/<language>/scripts.json; a missing text stays English.
 */

import { embedded } from "./dom.js";

/** @type {Record<string, string | Record<string, string>>} */
const catalogue = document.getElementById("catalogue") ? embedded("catalogue") : {};

export const language = document.documentElement.lang || "en";

// Latin digits in every language: figures are compared across reports and read out on the radio.
const locale = `${language}-u-nu-latn`;

/**
 * The text in the reader's language, with %(name)s replaced.
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 */
export function gettext(text, values = {}) {
  const found = catalogue[text];
  return filled(typeof found === "string" ? found : text, values);
}

/**
 * One form for a single thing, another for several; `count` fills %(count)s as a written number.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function ngettext(one, many, count, values = {}) {
  const found = catalogue[one];
  const english = count === 1 ? one : many;
  const text = typeof found === "object" ? (found[plurals.select(count)] ?? found.other ?? english) : english;
  return filled(text, { count: number(count), ...values });
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
const filled = (text, values) =>
  text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));

const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(locale);

/**
 * 14000 as "14,000".
 * @param {number} value
 */
export const number = (value) => numbers.format(value);

/**
 * @param {Intl.DateTimeFormatOptions} options
 */
export const dateFormat = (options) => new Intl.DateTimeFormat(language === "en" ? "en-GB-u-nu-latn" : locale, options);
