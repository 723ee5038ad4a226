import assert from "node:assert/strict";
import { test } from "node:test";

import { addressesOf } from "../../web/ahead.js";

const LATER = {
  base: "/assets/0a/",
  with: { "views/trace.js": ["model/trace.js", "views/trace.js"] },
};

test("a view's files are asked for where the build put them", () => {
  assert.deepEqual(addressesOf(LATER, "views/trace.js"), [
    "/assets/0a/model/trace.js",
    "/assets/0a/views/trace.js",
  ]);
});

test("a view that waits for nothing more asks for nothing", () => {
  assert.deepEqual(addressesOf(LATER, "views/app.js"), []);
});
