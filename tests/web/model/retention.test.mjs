import assert from "node:assert/strict";
import test from "node:test";

import {
  choicesOf,
  daysOf,
  keptFacts,
  laterWords,
  saysSomething,
  ttlOf,
  whyNot,
} from "../../../web/model/retention.js";

const kept = {
  sentence: "",
  cause: "feedback",
  id: null,
  name: "correct",
  by: "api",
  at_us: 1795176060000000,
};

test("a cause is told with its name, who it was and when", () => {
  assert.deepEqual(
    keptFacts(kept).map(({ word, value }) => [word, value]),
    [
      ["Cause", "Feedback “correct”"],
      ["Who", "api"],
      ["When", "20 November 2026"],
    ],
  );
});

test("what is not known of a cause is left out", () => {
  const shown = keptFacts({ ...kept, cause: "project", name: null, by: null });
  assert.deepEqual(
    shown.map(({ word }) => word),
    ["Cause", "When"],
  );
  assert.equal(shown[0].value, "Tier of its project");
  assert.equal(
    keptFacts({ ...kept, cause: "new", name: null })[0].value,
    "new",
  );
  assert.notEqual(whyNot("longlived"), whyNot("shortlived"));
});

test("a workspace goes by the organization where it says nothing itself", () => {
  const says = { default_trace_tier: "longlived", longlived_ttl_days: null };
  const rows = [
    { tenant_id: "w", says },
    { tenant_id: null },
    { tenant_id: "x" },
  ];
  assert.equal(choicesOf(rows, "w").own.tenant_id, "w");
  assert.equal(choicesOf(rows, "w").counts.tenant_id, "w");
  assert.equal(choicesOf(rows, "other").counts.tenant_id, null);
  assert.equal(choicesOf(rows, "other").own, null);
});

test("days are whole and within the tier's; none, or all of them, is the tier's own", () => {
  assert.deepEqual(daysOf(" 90 ", 400), { days: 90, wrong: null });
  for (const text of ["", " ", "400"])
    assert.deepEqual(daysOf(text, 400), { days: null, wrong: null });
  for (const text of ["0", "401", "1.5", "x", "-1"])
    assert.match(daysOf(text, 400).wrong, /1 to 400/);
});

test("a box that is not checked says no", () => {
  assert.deepEqual(ttlOf({ tier: "longlived", feedback: "on" }), {
    default_trace_tier: "longlived",
    apply_to_all_projects: false,
    feedback_extends_retention: true,
    app_feedback_extends_retention: false,
  });
  assert.equal(ttlOf({ all: "on" }).apply_to_all_projects, true);
});

test("a workspace that took back all it said has nothing of its own", () => {
  const says = { default_trace_tier: null, feedback_extends_retention: null };
  const rows = [{ tenant_id: null }, { tenant_id: "w", says }];
  assert.equal(choicesOf(rows, "w").own, null);
  assert.equal(saysSomething(rows[1]), false);
  assert.ok(
    saysSomething({ says: { ...says, feedback_extends_retention: false } }),
  );
});

test("later causes are told in their order, and how many more there are", () => {
  const later = Array.from({ length: 11 }, (_, at) => ({
    ...kept,
    sentence: `cause ${at}`,
  }));
  const { sentences, more } = laterWords(later);
  assert.deepEqual([sentences[0], sentences.length, more], ["cause 0", 8, 3]);
  assert.deepEqual(laterWords([]), { sentences: [], more: 0 });
});
