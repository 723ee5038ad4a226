import assert from "node:assert/strict";
import test from "node:test";

import { placeOf } from "../../web/addresses.js";
import { subjectOf, titleOf } from "../../web/arrival.js";

const subject = (address) => subjectOf(placeOf(address));

test("filters, tabs and the selected run are ways to look at the same; another trace is another thing", () => {
  assert.equal(
    subject("/o/w/projects/p/s/r/t"),
    subject("/o/w/projects/p/s/r/t?run=r2&view=timeline&q=refund"),
  );
  assert.equal(subject("/o/w/settings"), subject("/o/w/settings/keys"));
  const others = [
    "/o/w/projects",
    "/o/w2/projects",
    "/o/w/projects/p/s",
    "/o/w/projects/p/s2",
    "/o/w/projects/p/s/r/t",
    "/o/w/projects/p/s/r/t2",
    "/o/w/projects/p/s/r/t/public",
    "/o/w/projects/p/s/t/t",
    "/o/w/projects/p/s/compare/a/b",
    "/o/w/projects/p/s/compare/b/a",
    "/o/w/annotation-queues",
    "/o/w/annotation-queues/q",
    "/o/w/annotation-queues/q2",
    "/o/w/datasets",
    "/o/w/datasets/d",
    "/o/w/settings",
    "/sign-in",
    "/nowhere",
  ];
  assert.equal(new Set(others.map(subject)).size, others.length);
});

test("every view has a title of its own", () => {
  const addresses = [
    "/",
    "/sign-in",
    "/settings",
    "/o/w/projects/p/s",
    "/o/w/projects/p/s/r/t",
    "/o/w/projects/p/s/r/t/public",
    "/o/w/projects/p/s/t/t",
    "/o/w/projects/p/s/compare/a/b",
    "/nowhere",
  ];
  const titles = addresses.map((address) => titleOf(placeOf(address)));
  assert.equal(new Set(titles).size, addresses.length);
  for (const title of titles) assert.match(title, /^\w.* · Tracekeep$/);
});
