import assert from "node:assert/strict";
import test from "node:test";

import {
  columnsOf,
  columnsSaid,
  template,
  toggled,
  widthWithin,
} from "../../../web/model/columns.js";

const ids = (columns) => columns.map((one) => one.id);

test("unasked, the most telling columns are shown, and more where there is room", () => {
  assert.deepEqual(ids(columnsOf("traces", null, 390)), [
    "status",
    "name",
    "start",
  ]);
  const wide = ids(columnsOf("traces", null, 1232));
  assert.deepEqual(wide.slice(0, 4), ["status", "name", "input", "output"]);
  assert.ok(wide.includes("feedback") && !wide.includes("runs"));
  assert.ok(ids(columnsOf("traces", null, 1900)).includes("runs"));
});

test("what is shown unasked fits", () => {
  for (const width_px of [900, 1100, 1232, 1440, 1920]) {
    const needed = columnsOf("runs", null, width_px).reduce(
      (sum, one) => sum + one.width_px,
      0,
    );
    assert.ok(needed <= width_px, `${needed} of ${width_px}`);
  }
});

test("chosen columns keep their order; metadata has one a key; what does not exist is left out", () => {
  const shown = columnsOf(
    "traces",
    ["latency", "metadata.plan", "name", "turns"],
    400,
  );
  assert.deepEqual(ids(shown), ["latency", "metadata.plan", "name"]);
  assert.equal(shown[1].word, "plan");
  assert.deepEqual(columnsSaid(" name, latency ,"), ["name", "latency"]);
  assert.equal(columnsSaid(""), null);
});

test("a column is put in where it usually stands, and the last one stays", () => {
  const shown = columnsOf("traces", ["status", "name", "cost"], 400);
  assert.deepEqual(toggled(shown, "latency"), [
    "status",
    "name",
    "latency",
    "cost",
  ]);
  assert.deepEqual(toggled(shown, "metadata.plan"), [
    "status",
    "name",
    "cost",
    "metadata.plan",
  ]);
  assert.deepEqual(toggled(shown, "name"), ["status", "cost"]);
  assert.deepEqual(toggled(columnsOf("traces", ["name"], 400), "name"), [
    "name",
  ]);
});

test("dragged widths are kept, and something always takes the rest", () => {
  const shown = columnsOf("traces", ["name", "input", "cost"], 400);
  assert.equal(template(shown, { name: 300 }), "300px minmax(150px, 1fr) 80px");
  assert.equal(
    template(shown, { input: 200, cost: 90 }),
    "minmax(176px, 1fr) 200px 90px",
  );
  assert.equal(widthWithin(3), 32);
});
