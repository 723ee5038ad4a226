import assert from "node:assert/strict";
import test from "node:test";

import { PreviewFiles } from "../../../web/ask/preview_files.js";
import { sharedSource } from "../../../web/ask/shared_trace.js";

const RULES = /** @type {any} */ ({ keys: ["password"] });

/** A server that has these files at this revision; it notes what it is asked. */
function server(files, revision = () => "1") {
  const asked = [];
  const ask = async (method, path, { body }) => {
    asked.push(body.names ?? "first");
    const names = body.names ?? ["trace.json", "index.json"];
    return {
      files: Object.fromEntries(
        names
          .filter((name) => name in files)
          .map((name) => [name, files[name]]),
      ),
      revision: revision(),
      hidden: { password: 2 },
      runs: 1,
      not_looked_for: 0,
      attachments_left_out: 0,
    };
  };
  return { ask, asked };
}

test("what comes first is asked for once, another file when it is read, and what is hidden is counted", async () => {
  const { ask, asked } = server({
    "trace.json": { a: 1 },
    "index.json": {},
    "runs/3.json": [{ id: "x" }],
  });
  const files = await new PreviewFiles("t", RULES, ask).open();
  assert.deepEqual(files.counts.hidden, { password: 2 });
  assert.deepEqual(await files.read("trace.json"), { a: 1 });
  assert.deepEqual(await files.read("runs/3.json"), [{ id: "x" }]);
  assert.deepEqual(await files.read("runs/3.json"), [{ id: "x" }]);
  assert.deepEqual(asked, ["first", ["runs/3.json"]]);
});

test("files of two revisions are never put together", async () => {
  let revision = "1";
  const { ask } = server(
    { "trace.json": {}, "runs/0.json": [] },
    () => revision,
  );
  const files = await new PreviewFiles("t", RULES, ask).open();
  revision = "2";
  await assert.rejects(files.read("runs/0.json"), { status: 409 });
});

test("a file that the copy has not is said to be missing", async () => {
  const { ask } = server({ "trace.json": {} });
  const files = await new PreviewFiles("t", RULES, ask).open();
  await assert.rejects(files.read("runs/9.json"), { status: 404 });
});

test("a preview is no live trace: nothing is polled for", async () => {
  const { ask } = server({});
  assert.equal(
    sharedSource(await new PreviewFiles("t", RULES, ask).open()).isLive,
    false,
  );
});
