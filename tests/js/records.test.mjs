import assert from "node:assert/strict";
import test from "node:test";
import { scripts } from "./page.mjs";

const { areaOf, asFeature, placement, staleWords, symbolOf } = await import(new URL("dashboard/records.js", scripts));
const { byArea } = await import(new URL("map/rings.js", scripts));

const NOW = Date.parse("2024-12-02T12:00:00Z");
const at = (location_accuracy, rest = {}) =>
  asFeature("incidents", {
    id: "1",
    geometry: { type: "Point", coordinates: [37.1, 36.2] },
    properties: { location_accuracy, adm1_pcode: "SY02", adm1_name: "Aleppo", adm2_pcode: "SY0200", ...rest },
  });

test("what is known only to a district or coarser is a ring, never a symbol", () => {
  for (const accuracy of ["adm0", "adm1", "adm2", "adm3"]) assert.equal(placement(at(accuracy)), "ring");
  for (const accuracy of ["settlement", "point"]) assert.equal(placement(at(accuracy)), "symbol");
});

test("a situation is an outline, even where it has a point", () => {
  assert.equal(placement(at("point", { kind: "situation" })), "outline");
});

test("a record whose place is withheld is nowhere", () => {
  assert.equal(placement({ ...at("point"), geometry: null }), "nowhere");
});

test("a coarse record belongs to the area of its own accuracy, not to a finer one it happens to carry", () => {
  assert.equal(areaOf(at("adm1").properties).pcode, "SY02");
  assert.equal(areaOf(at("point").properties).pcode, "SY0200");
});

test("rings gather the records of one area", () => {
  const rings = byArea([at("adm1"), at("adm1"), at("adm2")]);
  assert.deepEqual(
    rings.map(({ records }) => records.length),
    [2, 1],
  );
});

test("filling follows verification, and out of date follows the clock", () => {
  const symbol = (properties) => symbolOf("incidents", properties, NOW);
  assert.equal(symbol({ verification: "verified" }).filling, "filled");
  assert.equal(symbol({ verification: "under_review" }).filling, "hollow");
  assert.equal(symbol({ verification: "disputed" }).filling, "split");
  assert.equal(symbol({ stale_after: "2024-12-01T00:00:00Z" }).stale, true);
  assert.equal(symbol({ stale_after: "2024-12-03T00:00:00Z" }).stale, false);
  assert.equal(symbol({ sensitivity: "restricted" }).kept, true);
});

test("what nobody confirmed for too long says since when", () => {
  const words = (properties) => staleWords(properties, NOW);
  const stale = { end_date: "2024-11-20", stale_after: "2024-12-01T00:00:00Z" };
  assert.match(words(stale), /^not confirmed since .*20/);
  assert.match(words({ ...stale, confirmed_at: "2024-11-24T08:00:00Z" }), /^not confirmed since .*24/);
  assert.equal(words({ ...stale, stale_after: "2024-12-03T00:00:00Z" }), null);
  assert.equal(words({ end_date: "2024-11-20", stale_after: null }), null);
});

test("shape follows what happened", () => {
  const shape = (resource, properties) => symbolOf(resource, properties, NOW).shape;
  assert.equal(shape("incidents", { category: "battles", category_scheme: "acled" }), "conflict");
  assert.equal(shape("incidents", { category: "EQ", category_scheme: "glide" }), "hazard");
  assert.equal(shape("incidents", { category: "EP", category_scheme: "glide" }), "health");
  assert.equal(shape("displacement", { measure: "stock" }), "stock");
  assert.equal(shape("displacement", { measure: "flow" }), "flow");
});

test("an access symbol is barred when closed, half barred when restricted, free when open", () => {
  const bar = (status) => symbolOf("asset-status", { status }, NOW).bar;
  assert.deepEqual(["closed", "destroyed", "restricted", "open", "unknown"].map(bar), [
    "closed",
    "closed",
    "restricted",
    "open",
    "unknown",
  ]);
});

test("two reports that differ on a road make its symbol split", () => {
  assert.equal(symbolOf("asset-status", { status: "closed", is_disputed: true }, NOW).filling, "split");
});
