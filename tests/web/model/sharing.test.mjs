import assert from "node:assert/strict";
import test from "node:test";

import {
  allowedExpiries,
  endSaid,
  expiryAsked,
  firstExpiry,
  hiddenPlaces,
  limitAsked,
  limitOf,
  namesIn,
  rulesIn,
  rulesSaid,
  rulesText,
  sameRules,
} from "../../../web/model/sharing.js";

const DAY_S = 86_400;
const NO_RULES = {
  keys: [],
  paths: [],
  patterns: [],
  custom: [],
  inputs: false,
  outputs: false,
  metadata: false,
  attachments: false,
};

test("a choice asks for so many seconds, for the trace's own end, or for the end of a day", () => {
  assert.deepEqual(expiryAsked("7", ""), { expires_in: 7 * DAY_S });
  assert.deepEqual(expiryAsked("trace", ""), { expires_at: null });
  assert.deepEqual(expiryAsked("date", "2027-01-31"), {
    expires_at: new Date("2027-01-31T23:59:59").toISOString(),
  });
  assert.equal(expiryAsked("date", ""), null);
});

test("a workspace's longest time leaves out what would be refused", () => {
  assert.deepEqual(
    allowedExpiries(7 * DAY_S).map(({ id }) => id),
    ["1", "7", "date"],
  );
  assert.equal(allowedExpiries(null).length, 5);
});

test("a new link begins with the workspace's default, and never with more than is allowed", () => {
  const first = (usual, most) =>
    firstExpiry({ default_expires_in: usual, max_expires_in: most });
  assert.equal(first(null, null), "trace");
  assert.equal(first(7 * DAY_S, null), "7");
  assert.equal(first(10 * DAY_S, null), "7");
  assert.equal(first(null, 30 * DAY_S), "30");
  assert.equal(first(30 * DAY_S, 7 * DAY_S), "7");
  assert.equal(first(3_600, null), "date");
});

test("names are taken from lines and commas, each once, without space around them", () => {
  assert.deepEqual(namesIn(" password, *token*\n\nssn,password "), [
    "password",
    "*token*",
    "ssn",
  ]);
  assert.deepEqual(namesIn(" \n,"), []);
});

test("rules are the same in whatever order, and not where one is missing", () => {
  const one = { ...NO_RULES, keys: ["a", "b"], patterns: ["email", "card"] };
  assert.ok(
    sameRules(one, { ...one, keys: ["b", "a"], patterns: ["card", "email"] }),
  );
  assert.ok(!sameRules(one, { ...one, keys: ["a"] }));
  assert.ok(!sameRules(one, { ...one, outputs: true }));
});

test("rules are said in words, and none as nothing", () => {
  assert.equal(rulesSaid(NO_RULES), "nothing");
  const rules = {
    ...NO_RULES,
    keys: ["a", "b"],
    patterns: ["email", "api_key"],
    custom: [{ name: "order", expression: "ORD-\\d+" }],
    inputs: true,
  };
  assert.equal(
    rulesSaid(rules),
    "2 key names, e-mail addresses, API keys, order, all inputs",
  );
});

test("what is hidden is summed, the rule that hides most first", () => {
  assert.deepEqual(hiddenPlaces({ email: 2, password: 9 }), {
    total: 11,
    rules: [
      { rule: "password", places: 9 },
      { rule: "email", places: 2 },
    ],
  });
  assert.equal(hiddenPlaces({}).total, 0);
});

test("an end says its year only where it is another one", () => {
  const now_ms = Date.parse("2026-11-20T12:00:00Z");
  assert.equal(endSaid(null, now_ms).word, "with its trace");
  assert.equal(endSaid("2026-12-04T12:00:00Z", now_ms).word, "4 Dec");
  assert.equal(endSaid("2027-01-04T12:00:00Z", now_ms).word, "4 Jan 2027");
});

test("rules in an address are read back, and what is no rules is none", () => {
  const rules = {
    ...NO_RULES,
    keys: ["password", "*token*"],
    custom: [{ name: "order", expression: "ORD-\\d{6}" }],
    outputs: true,
  };
  assert.deepEqual(rulesIn(rulesText(rules)), rules);
  assert.deepEqual(rulesIn(rulesText(NO_RULES)), NO_RULES);
  assert.equal(rulesText(NO_RULES), "{}");
  for (const none of [null, "", "nonsense", "[]", "7"])
    assert.equal(rulesIn(none), null);
  assert.deepEqual(
    rulesIn('{"keys": "password", "inputs": 1, "odd": []}'),
    NO_RULES,
  );
});

test("how long links may work is one of the choices, or any number of days", () => {
  for (const seconds of [null, DAY_S, 7 * DAY_S, 12 * DAY_S, DAY_S / 2])
    assert.equal(limitAsked(limitOf(seconds)).seconds, seconds);
  assert.deepEqual(limitOf(12 * DAY_S), { choice: "days", days: "12" });
  for (const days of ["", "0", "-1", "many", "4000"])
    assert.match(
      limitAsked({ choice: "days", days }).wrong ?? "",
      /3,650 at most/,
    );
});
