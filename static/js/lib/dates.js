/**
 * Civil days ("2024-11-27") and moments, written for people. Days never pass through a time zone.
 */

import { dateFormat } from "./i18n.js";

const DAY = 86_400_000;
const short = dateFormat({ day: "numeric", month: "short", timeZone: "UTC" });
const long = dateFormat({ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const weekday = dateFormat({ weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** @param {string} day */
const asDate = (day) => new Date(`${day.slice(0, 10)}T00:00:00Z`);

/**
 * 27 Nov 2024.
 * @param {string} day
 */
export const formatDay = (day) => long.format(asDate(day));

/**
 * Wed 27 November 2024.
 * @param {string} day
 */
export const formatWeekday = (day) => weekday.format(asDate(day));

/**
 * 27 Nov 2024, or 27–30 Nov 2024, or 28 Dec 2023 – 3 Jan 2024.
 * @param {string | null} from
 * @param {string | null} to
 */
export function formatPeriod(from, to) {
  if (!from || !to || from === to) return from || to ? formatDay(/** @type {string} */ (from || to)) : "";
  if (from.slice(0, 7) === to.slice(0, 7)) return `${Number(from.slice(8, 10))}–${formatDay(to)}`;
  if (from.slice(0, 4) === to.slice(0, 4)) return `${short.format(asDate(from))} – ${formatDay(to)}`;
  return `${formatDay(from)} – ${formatDay(to)}`;
}

/**
 * A moment in the crisis's own time zone: 30 Nov 2024, 18:10.
 * @param {string} moment ISO 8601 with offset
 * @param {string} timeZone
 */
export function formatMoment(moment, timeZone) {
  const options = /** @type {const} */ ({
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  return dateFormat({ ...options, hour12: false, timeZone }).format(new Date(moment));
}

/**
 * The day `days` later (or earlier, when negative).
 * @param {string} day
 * @param {number} days
 */
export const shifted = (day, days) => new Date(asDate(day).getTime() + days * DAY).toISOString().slice(0, 10);

/**
 * Whether the text is a day that exists.
 * @param {string | null} text
 */
export function isDay(text) {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = asDate(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
