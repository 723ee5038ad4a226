import assert from "node:assert/strict";
import test from "node:test";

import {
  rangeOf,
  saidOfCustom,
  saidOfLast,
  spanWords,
  stepOf,
  wider,
} from "../../../web/model/time_range.js";

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const HOUR_MS = 3_600_000;

test("an address says a range by its name, by its ends, or not at all", () => {
  assert.deepEqual(rangeOf({ range: "1h" }, NOW_MS), {
    id: "1h",
    from_ms: NOW_MS - HOUR_MS,
    to_ms: null,
  });
  assert.equal(rangeOf({}, NOW_MS).id, "7d");
  assert.equal(rangeOf({ range: "nonsense" }, NOW_MS).id, "7d");
  assert.deepEqual(rangeOf({ range: "all" }, NOW_MS), {
    id: "all",
    from_ms: 0,
    to_ms: null,
  });
  const custom = rangeOf(
    { from: "2026-11-20T10:00:00Z", to: "2026-11-20T11:00:00Z" },
    NOW_MS,
  );
  assert.deepEqual(custom, {
    id: "custom",
    from_ms: NOW_MS - 2 * HOUR_MS,
    to_ms: NOW_MS - HOUR_MS,
  });
});

test("what is put into the address is read again as it was", () => {
  const said = saidOfCustom(NOW_MS - HOUR_MS, null);
  assert.deepEqual(said, {
    range: null,
    from: "2026-11-20T11:00:00Z",
    to: null,
  });
  assert.equal(rangeOf(said, NOW_MS).from_ms, NOW_MS - HOUR_MS);
  assert.equal(rangeOf(saidOfLast("24h"), NOW_MS).id, "24h");
  assert.equal(saidOfLast("7d").range, null);
});

test("the next wider range ends with all that is kept", () => {
  assert.equal(wider(rangeOf({ range: "14d" }, NOW_MS))?.id, "all");
  assert.equal(wider(rangeOf({ range: "all" }, NOW_MS)), null);
  assert.equal(
    wider(rangeOf({ from: "2026-11-20T10:00:00Z" }, NOW_MS))?.id,
    "all",
  );
});

test("bars are as long as keeps them few, and begin at whole steps", () => {
  assert.equal(stepOf(15 * 60_000), 60);
  assert.equal(stepOf(24 * HOUR_MS), 1800);
  assert.equal(stepOf(14 * 24 * HOUR_MS), 6 * 3600);
  assert.equal(stepOf(400 * 24 * HOUR_MS), 86_400);
});

test("a stretch of time is said by its days, or by clocks where they are no whole days", () => {
  const at = (day, hour) => new Date(2026, 10, day, hour).getTime();
  assert.equal(spanWords(at(18, 0), at(19, 0)), "18 Nov");
  assert.equal(spanWords(at(18, 0), at(20, 0)), "18 Nov – 19 Nov");
  assert.equal(spanWords(at(18, 9), at(18, 10)), "18 Nov, 09:00 – 10:00");
  assert.equal(
    spanWords(at(18, 0), at(20, 12)),
    "18 Nov, 00:00 – 20 Nov, 12:00",
  );
});
