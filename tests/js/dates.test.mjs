import assert from "node:assert/strict";
import test from "node:test";
import { scripts } from "./page.mjs";

const { formatMoment, formatPeriod, isDay, shifted } = await import(new URL("lib/dates.js", scripts));

test("a period repeats only what differs", () => {
  assert.equal(formatPeriod("2024-11-27", "2024-11-27"), "27 Nov 2024");
  assert.equal(formatPeriod("2024-11-27", "2024-11-30"), "27–30 Nov 2024");
  assert.equal(formatPeriod("2024-11-27", "2024-12-02"), "27 Nov – 2 Dec 2024");
  assert.equal(formatPeriod("2023-12-28", "2024-01-03"), "28 Dec 2023 – 3 Jan 2024");
});

test("a moment is shown in the crisis's time zone", () => {
  assert.equal(formatMoment("2024-11-30T18:10:00Z", "Asia/Damascus"), "30 Nov 2024, 21:10");
});

test("days move across months and leap years", () => {
  assert.equal(shifted("2024-12-02", -6), "2024-11-26");
  assert.equal(shifted("2024-02-28", 1), "2024-02-29");
});

test("only days that exist are days", () => {
  assert.equal(isDay("2024-02-29"), true);
  assert.equal(isDay("2023-02-29"), false);
  assert.equal(isDay("27 Nov"), false);
  assert.equal(isDay(null), false);
});
