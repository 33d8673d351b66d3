import assert from "node:assert/strict";
import test from "node:test";
import { scripts } from "./page.mjs";

const { narrowed, readState, writeState } = await import(new URL("dashboard/state.js", scripts));

const page = {
  crisis: "syria",
  crises: [
    { slug: "syria", since: "2024-11-27", until: "2024-12-02" },
    { slug: "sudan", since: "", until: "" },
  ],
};

test("an empty address shows the page's crisis and its own days", () => {
  const state = readState("", page);
  assert.deepEqual([state.crisis, state.since, state.until], ["syria", "2024-11-27", "2024-12-02"]);
});

test("an address read and written again is the same", () => {
  const address =
    "?crisis=syria&since=2024-11-28&until=2024-11-30&category=incidents.battles,access.status:closed" +
    "&verification=disputed&off=displacement&record=incidents/0193-ab&behind=killed:ucdp-ged&view=8/36.200/37.100";
  assert.equal(writeState(readState(address, page)), address);
});

test("days left open on purpose stay open", () => {
  assert.equal(readState("?crisis=syria&since=&until=", page).since, "");
});

test("what makes no sense in an address is ignored", () => {
  const state = readState("?crisis=nowhere&since=yesterday&record=../admin&behind=../x:y", page);
  assert.deepEqual([state.crisis, state.since, state.record, state.behind], ["syria", "2024-11-27", "", ""]);
});

test("nothing ticked shows everything, a tick narrows, a layer can be off", () => {
  const feature = (layer, category, verification) => ({ layer, properties: { category, verification } });
  const features = [
    feature("incidents", "battles", "verified"),
    feature("incidents", "protests", "disputed"),
    feature("access", "insecurity", "verified"),
  ];
  const shown = (changes) =>
    narrowed(features, { ...readState("", page), ...changes }, ({ properties }) => properties.category).length;
  assert.equal(shown({}), 3);
  assert.equal(shown({ categories: ["incidents.battles"] }), 1);
  assert.equal(shown({ verification: ["verified"] }), 2);
  assert.equal(shown({ off: ["incidents"] }), 1);
});
