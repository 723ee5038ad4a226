import assert from "node:assert/strict";
import test from "node:test";

import { expiresAt, standing } from "../../../web/model/keys.js";

const NOW_MS = Date.UTC(2026, 10, 20, 12);

test("a key of n days ends n days from now, by the server's clock", () => {
  assert.equal(expiresAt("7", "", NOW_MS), "2026-11-27T12:00:00.000Z");
  assert.equal(
    expiresAt("90", "2020-01-01", NOW_MS),
    "2027-02-18T12:00:00.000Z",
  );
});

test("never is never, and so is a day that was not chosen", () => {
  assert.equal(expiresAt("never", "2027-01-01", NOW_MS), null);
  assert.equal(expiresAt("date", "", NOW_MS), null);
});

test("a key works until its day is over where the person is", () => {
  const end = new Date(String(expiresAt("date", "2027-01-31", NOW_MS)));
  assert.deepEqual(
    [end.getDate(), end.getHours(), end.getMinutes()],
    [31, 23, 59],
  );
});

test("a key that has ended is expired, one that ends within a week ends soon", () => {
  const inHours = (hours) => new Date(NOW_MS + hours * 3_600_000).toISOString();
  assert.equal(standing(null, NOW_MS), "good");
  assert.equal(standing(inHours(0), NOW_MS), "expired");
  assert.equal(standing(inHours(167), NOW_MS), "soon");
  assert.equal(standing(inHours(169), NOW_MS), "good");
});
