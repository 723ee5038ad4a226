import assert from "node:assert/strict";
import test from "node:test";

import {
  bannerOf,
  beyondWords,
  limitOf,
  retriedWords,
  standAt,
  stateOf,
  wordOf,
} from "../../../web/model/limits.js";

const stand = (said = {}) => {
  const used = said.used ?? 0;
  const limit = said.limit ?? 100;
  return {
    limit_type: "monthly_traces",
    limit_id: "L",
    owner: "the owner of the workspace",
    used,
    limit,
    is_near: used >= 0.8 * limit,
    is_reached: used >= limit,
    when_reached: "reject",
    sample_rate: null,
    resets_at: "2026-12-01T00:00:00Z",
    ...said,
  };
};

const UPGRADES = "monthly_longlived_traces";

test("nothing is said while every limit is far", () => {
  assert.equal(bannerOf({ limits: [] }), null);
  assert.equal(bannerOf({ limits: [stand({ used: 79 })] }), null);
});

test("a limit that is near is told with its share, its owner and its end", () => {
  const { look, title, text } = bannerOf({ limits: [stand({ used: 80 })] });
  assert.deepEqual([look, title], ["warn", "A limit is near."]);
  assert.match(
    text,
    /^80 of 100 traces a month are used \(80\s?%\), a limit set by the owner of the workspace\./u,
  );
  assert.match(text, /It begins anew on (30 November|1 December) 2026\.$/);
});

test("of several the gravest is told: refusing, then sampling, base only, upgrades, near", () => {
  const all = [
    stand({ used: 90 }),
    stand({ used: 100, limit_type: UPGRADES }),
    stand({ used: 100, when_reached: "base_only" }),
    stand({ used: 100, when_reached: "sample", sample_rate: 0.25 }),
    stand({ used: 100 }),
  ];
  const titles = [];
  for (let left = all; left.length; left = left.slice(0, -1))
    titles.push(bannerOf({ limits: left }).title);
  assert.deepEqual(titles, [
    "New traces are refused.",
    "New traces are sampled: 25 % are taken.",
    "New traces go to the base tier alone, and none is upgraded.",
    "Nothing more is upgraded to the extended tier.",
    "A limit is near.",
  ]);
  assert.equal(bannerOf({ limits: all }).look, "error");
});

test("what was dismissed comes back when it gets worse, changes, or begins anew", () => {
  const keys = [
    stand({ used: 80 }),
    stand({ used: 100 }),
    stand({ used: 100, limit: 110 }),
    stand({ used: 100, limit_id: "M" }),
    stand({ used: 100, resets_at: "2027-01-01T00:00:00Z" }),
  ].map((one) => bannerOf({ limits: [one] }).key);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(
    bannerOf({ limits: [stand({ used: 81 })] }).key,
    bannerOf({ limits: [stand({ used: 99 })] }).key,
  );
});

test("a limit of nought has no share", () => {
  const { text } = bannerOf({ limits: [stand({ used: 0, limit: 0 })] });
  assert.match(text, /^0 of 0 traces a month are used, a limit/);
});

test("what happens beyond a limit, in words", () => {
  assert.equal(beyondWords(stand()), "New traces are refused");
  assert.equal(
    beyondWords(stand({ limit_type: UPGRADES })),
    "Nothing more is upgraded",
  );
  assert.equal(wordOf(UPGRADES), "Extended traces");
  assert.equal(stateOf(stand({ used: 80 })), "near");
});

test("a form says a limit, or what is wrong with it", () => {
  const form = { scope: "workspace", type: "monthly_traces", beyond: "sample" };
  assert.deepEqual(limitOf({ ...form, value: "100,000", share: "12.5 %" }), {
    said: {
      isWhole: false,
      limit_type: "monthly_traces",
      limit_value: 100000,
      when_reached: "sample",
      sample_rate: 0.125,
    },
    wrong: {},
  });
  const upgrades = { scope: "organization", type: UPGRADES, value: "0" };
  assert.deepEqual(limitOf(upgrades).said, {
    isWhole: true,
    limit_type: UPGRADES,
    limit_value: 0,
  });
  for (const [value, share, field] of [
    ["many", "10", "value"],
    ["10", "0", "share"],
    ["10", "100", "share"],
    ["10", "", "share"],
  ]) {
    const { said, wrong } = limitOf({ ...form, value, share });
    assert.equal(said, null);
    assert.deepEqual(Object.keys(wrong), [field]);
  }
});

test("a limit is found among the standings by its id; the plan's is none of them", () => {
  const limits = [stand({ limit_id: null }), stand({ used: 3 })];
  assert.equal(standAt({ limits }, { id: "L" }).used, 3);
  assert.equal(standAt({ limits }, { id: "M" }), null);
});

test("what came of trying again is told in a sentence", () => {
  const said = { extended: 1, already: 0, gone: 0, refused_by: null };
  assert.equal(retriedWords(said), "1 trace is extended");
  assert.equal(
    retriedWords({ extended: 3, already: 1, gone: 2, refused_by: "…" }),
    "4 traces are extended, 2 had ended; then the limit was reached again",
  );
});
