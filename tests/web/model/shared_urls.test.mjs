import assert from "node:assert/strict";
import test from "node:test";

import {
  chosenWith,
  linksAsked,
  reasonSaid,
  sortedBy,
} from "../../../web/model/shared_urls.js";

const ROWS = ["a", "b", "c", "d"];
const pressed = (chosen, press) =>
  [...chosenWith(ROWS, new Set(chosen), press)].sort().join("");

test("an address says which links are wanted; what it says wrongly is as if it were not said", () => {
  const asked = linksAsked(
    new URLSearchParams("q=refund&sort=views&order=asc&workspace=w"),
  );
  assert.deepEqual(asked, {
    q: "refund",
    sort: "views",
    order: "asc",
    workspace: "w",
  });
  const usual = { q: "", sort: "created_at", order: "desc", workspace: "" };
  assert.deepEqual(linksAsked(new URLSearchParams()), usual);
  assert.deepEqual(
    linksAsked(new URLSearchParams("sort=toString&order=up")),
    usual,
  );
  assert.equal(linksAsked(new URLSearchParams("sort=run_name")).order, "asc");
});

test("a column begins with what is looked for most, and turns when it is pressed again", () => {
  const asked = linksAsked(new URLSearchParams());
  const views = sortedBy(asked, "views");
  assert.deepEqual(views, { sort: "views", order: "desc" });
  assert.deepEqual(sortedBy({ ...asked, ...views }, "views"), {
    sort: "views",
    order: "asc",
  });
  assert.deepEqual(sortedBy({ ...asked, ...views }, "run_name"), {
    sort: "run_name",
    order: "asc",
  });
});

test("a press chooses one row; with Shift all from the row pressed before, upwards and downwards", () => {
  assert.equal(pressed("", { token: "b", from: null, isOn: true }), "b");
  assert.equal(pressed("b", { token: "b", from: null, isOn: false }), "");
  assert.equal(pressed("b", { token: "d", from: "b", isOn: true }), "bcd");
  assert.equal(pressed("d", { token: "a", from: "d", isOn: true }), "abcd");
  assert.equal(pressed("abcd", { token: "c", from: "b", isOn: false }), "ad");
  assert.equal(pressed("", { token: "b", from: "gone", isOn: true }), "b");
});

test("why a link works no more is said in words, also for a reason that nobody knows yet", () => {
  assert.equal(reasonSaid({ state: "done", reason: "ended" }), "Expired");
  assert.equal(
    reasonSaid({ state: "removing", reason: "unshared all" }),
    "Unshared with all others",
  );
  assert.equal(reasonSaid({ state: "done", reason: "moved" }), "moved");
  assert.equal(reasonSaid({ state: "shared", reason: null }), "Shared");
});
