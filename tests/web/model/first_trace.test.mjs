import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import {
  NO_KEY,
  checksOf,
  environment,
  quoted,
  waysOf,
} from "../../../web/model/first_trace.js";

const TARGET = {
  endpoint: "http://localhost:1984/api/v1",
  key: "lsv2_sk_12ab",
  project: null,
};

const HOSTILE = `it's "a" $(touch x) \`id\` $HOME \\ , = é`;

/** What a shell makes of it. */
const shell = (script) =>
  execFileSync("/bin/sh", ["-c", script], { encoding: "utf8" });

test("every way names the server and the key, and nothing else where one should put a key", () => {
  for (const way of waysOf(TARGET)) {
    const whole = `${way.shell ?? ""}\n${way.text}`;
    assert.ok(whole.includes(TARGET.endpoint), way.id);
    assert.ok(whole.includes(TARGET.key), way.id);
    assert.ok(!whole.includes(NO_KEY), way.id);
  }
});

test("without a key each way says where it belongs, in a form that a shell does not take apart", () => {
  for (const way of waysOf({ ...TARGET, key: null }))
    assert.ok(`${way.shell ?? ""}\n${way.text}`.includes(NO_KEY), way.id);
  const said = shell(
    `${environment({ ...TARGET, key: null })}\nprintf %s "$LANGSMITH_API_KEY"`,
  );
  assert.equal(said, NO_KEY);
});

test("a shell reads a project's name as it is, whatever stands in it", () => {
  assert.equal(shell(`printf %s ${quoted(HOSTILE)}`), HOSTILE);
  const lines = environment({ ...TARGET, project: HOSTILE });
  assert.equal(shell(`${lines}\nprintf %s "$LANGSMITH_PROJECT"`), HOSTILE);
  assert.equal(quoted("plain-1.0"), "plain-1.0");
});

test("what curl is given is JSON with the project's name as it is, whatever stands in it", () => {
  const way = waysOf({ ...TARGET, project: HOSTILE }).find(
    (one) => one.id === "curl",
  );
  const sent = JSON.parse(shell(`curl() { cat; }\n${way?.text}`));
  assert.equal(sent.session_name, HOSTILE);
  assert.match(sent.id, /^[0-9a-fA-F-]{36}$/);
});

test("the OpenTelemetry header keeps a project's name in one piece", () => {
  const way = waysOf({ ...TARGET, project: "shop, two=2" }).find(
    (one) => one.id === "otel",
  );
  const said = shell(
    `pip() { :; }\n${way?.shell}\nprintf %s "$OTEL_EXPORTER_OTLP_HEADERS"`,
  );
  assert.equal(
    said,
    "x-api-key=lsv2_sk_12ab,Langsmith-Project=shop%2C%20two%3D2",
  );
});

test("where nothing comes, one may try whether the very server that is waited for can be reached", () => {
  assert.ok(
    checksOf(TARGET).some((one) =>
      one.includes(`curl ${TARGET.endpoint}/info`),
    ),
  );
});
