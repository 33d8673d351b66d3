import assert from "node:assert/strict";
import test from "node:test";
import { scripts } from "./page.mjs";

const { formatFigure, formatScope, formatSpread, formatSum } = await import(new URL("lib/figures.js", scripts));
const said = (quantifier, low, best, high) => formatFigure({ quantifier, low, best, high });

test("a figure is written exactly as strong as it was said", () => {
  assert.equal(said("more_than", 301, null, null), "> 300");
  assert.equal(said("at_least", 20, 20, null), "≥ 20");
  assert.equal(said("less_than", null, null, 49), "< 50");
  assert.equal(said("at_most", null, null, 50), "≤ 50");
  assert.equal(said("about", 4000, 4000, 4000), "about 4,000");
  assert.equal(said("between", 120, null, 150), "120–150");
  assert.equal(said("exact", 4, 4, 4), "4");
});

test("zero is a figure and silence is a question mark", () => {
  assert.equal(said("exact", 0, 0, 0), "0");
  assert.equal(said("not_given", null, null, null), "?");
  assert.equal(said("more_than", null, null, null), "?");
  assert.equal(said(null, null, null, null), "?");
});

test("a figure without a best estimate shows its bounds", () => {
  assert.equal(said("exact", 3, null, 9), "3–9");
  assert.equal(said(null, 3, null, null), "≥ 3");
  assert.equal(said(null, null, null, 9), "≤ 9");
});

test("a running total says since when and as of when", () => {
  const total = { scope: "running_total", counts_from: "2024-11-27", as_of_date: "2024-11-30" };
  assert.equal(formatScope(total), "since 27 Nov 2024, as of 30 Nov 2024");
});

test("a period total says its days, a stock its day", () => {
  assert.equal(formatScope({ scope: "period_total", from_date: "2024-11-27", to_date: "2024-11-29" }), "27–29 Nov 2024");
  assert.equal(formatScope({ scope: "stock", as_of_date: "2024-11-28" }), "as of 28 Nov 2024");
});

test("a sum says how far it may lie to either side", () => {
  assert.equal(formatSum({ low: 3, best: 4, high: 6 }), "4 (3–6)");
  assert.equal(formatSum({ low: 4, best: 4, high: 4 }), "4");
  assert.equal(formatSpread({ low: 3, best: 4, high: null }), "");
});

test("a sum without an upper end is a lower bound, whatever its best", () => {
  assert.equal(formatSum({ low: 300, best: 310, high: null }), "≥ 300");
});
