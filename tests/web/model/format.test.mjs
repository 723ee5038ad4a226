import assert from "node:assert/strict";
import test from "node:test";

import {
  ago,
  bytes,
  count,
  duration,
  money,
  percent,
  plural,
  timeOf,
} from "../../../web/model/format.js";

test("durations have three figures at most, and their unit", () => {
  const said = [
    0, 0.4, 12.4, 947, 999.6, 1_204, 8_400, 59_960, 125_000, 4_320_000,
    90_000_000,
  ].map(duration);
  assert.deepEqual(said, [
    "0 ms",
    "<1 ms",
    "12 ms",
    "947 ms",
    "1.00 s",
    "1.20 s",
    "8.40 s",
    "1 m 00 s",
    "2 m 05 s",
    "1 h 12 m",
    "1 d 01 h",
  ]);
  assert.equal(duration(null), "–");
  assert.equal(duration(-5), "−5 ms");
});

test("money never shows more than it knows, and never nought for something", () => {
  const said = [0, 0.00001, 0.00412, "0.0412", 3.5, 1234.5].map(money);
  assert.deepEqual(said, [
    "$0",
    "<$0.0001",
    "$0.0041",
    "$0.041",
    "$3.50",
    "$1,235",
  ]);
  assert.equal(money(null), "–");
});

test("shares, sizes and counts are short and keep their unit", () => {
  assert.deepEqual([0, 0.0004, 0.042, 0.5, 1].map(percent), [
    "0 %",
    "<0.1 %",
    "4.2 %",
    "50 %",
    "100 %",
  ]);
  assert.deepEqual([12, 3_210, 1_400_000].map(bytes), [
    "12 B",
    "3.2 KB",
    "1.4 MB",
  ]);
  assert.deepEqual([999, 12_311, 1_250_000].map(count), [
    "999",
    "12,311",
    "1.3M",
  ]);
  assert.deepEqual([plural(1, "run"), plural(2, "run")], ["1 run", "2 runs"]);
});

test("a time without a zone is UTC, as the wire means it", () => {
  assert.equal(timeOf("2026-11-20T12:00:00"), Date.UTC(2026, 10, 20, 12));
  assert.equal(
    timeOf("2026-11-20T12:00:00.250000+00:00"),
    Date.UTC(2026, 10, 20, 12, 0, 0, 250),
  );
  assert.equal(timeOf("yesterday"), null);
  assert.equal(timeOf(null), null);
});

test("how long ago is said in the largest unit that tells", () => {
  const now = Date.UTC(2026, 10, 20, 12);
  const said = [2, 30, 330, 9_000, 200_000].map((seconds) =>
    ago(now - seconds * 1000, now),
  );
  assert.deepEqual(said, ["now", "30 s ago", "5 m ago", "2 h ago", "2 d ago"]);
});
