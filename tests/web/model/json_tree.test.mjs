import assert from "node:assert/strict";
import { test } from "node:test";

import { JsonTree, pathOf, previewOf } from "../../../web/model/json_tree.js";

const keys = (tree) =>
  tree.rows().map((one) => `${"  ".repeat(one.depth - 1)}${one.key}`);

test("a small value is open at first, a large one at its top only", () => {
  assert.deepEqual(keys(new JsonTree({ a: { b: [1, 2] }, c: 3 })), [
    "a",
    "  b",
    "    0",
    "    1",
    "c",
  ]);
  const wide = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [`k${at}`, Array(50).fill(at)]),
  );
  assert.ok(new JsonTree(wide).rows().length <= 60);
  assert.equal(new JsonTree(Array(1_000).fill({ a: 1 })).rows().length, 1_000);
});

test("rows fold and unfold, one by one, all, and to a depth", () => {
  const tree = new JsonTree({ a: { b: { c: 1 } } });
  tree.foldToDepth(0);
  assert.deepEqual(keys(tree), ["a"]);
  tree.foldToDepth(1);
  assert.deepEqual(keys(tree), ["a", "  b"]);
  tree.foldToDepth(Infinity);
  assert.deepEqual(keys(tree), ["a", "  b", "    c"]);
  tree.fold(tree.rows()[1]);
  assert.deepEqual(keys(tree), ["a", "  b"]);
});

test("what folds again, unfolds as it was", () => {
  const tree = new JsonTree({ a: { b: { c: 1 } } });
  const [a] = tree.rows();
  tree.fold(a);
  tree.fold(a);
  assert.deepEqual(keys(tree), ["a", "  b", "    c"]);
});

test("a value that holds nothing has one row", () => {
  for (const value of [null, 0, "", [], {}, undefined]) {
    const rows = new JsonTree(value).rows();
    assert.deepEqual([rows.length, rows[0].key, rows[0].size], [1, null, 0]);
  }
});

test("words are found in keys and values, folded or not, in the order of the rows", () => {
  const tree = new JsonTree({
    cat: 1,
    b: { x: "a Cat", y: ["concatenate"] },
    c: "dog",
  });
  tree.foldToDepth(0);
  const found = tree.search("CAT");
  assert.deepEqual(found.map(pathOf), ["cat", "b.x", "b.y[0]"]);
  assert.deepEqual(tree.search(""), []);
  tree.reveal(found[2]);
  assert.ok(tree.rows().includes(found[2]));
});

test("a path is what code would say", () => {
  const tree = new JsonTree({ a: [{ "odd key": { b: 1 } }] });
  assert.equal(pathOf(tree.search("b").at(-1)), 'a[0]["odd key"].b');
});

test("a folded row tells the beginning of what it holds", () => {
  const [a, b] = new JsonTree(
    {
      a: { x: "1", y: [], z: {} },
      b: Array(20).fill({ role: "user", content: "Hello" }),
    },
    2,
  ).rows();
  assert.equal(previewOf(a), 'x: "1", y: [], z: {}');
  assert.ok(previewOf(b).startsWith('{role: "user", content: "Hello"}, {role'));
  assert.ok(previewOf(b).length <= 81);
});

test("a value of 100,000 keys is opened, searched and folded as any other", () => {
  const value = Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, `v${at}-${i}`]))])); // prettier-ignore
  const tree = new JsonTree(value);
  assert.equal(tree.rows().length, 1_000);
  tree.foldToDepth(Infinity);
  assert.equal(tree.rows().length, 101_000);
  assert.equal(tree.search("v999-99").length, 1);
});

test("a value that nests without end, or in a circle, is followed to a depth only", () => {
  const circle = { a: 1 };
  circle.self = circle;
  const deep = JSON.parse("[".repeat(4_000) + "]".repeat(4_000));
  for (const value of [circle, deep]) {
    const tree = new JsonTree(value);
    tree.foldToDepth(Infinity);
    assert.ok(tree.rows().length <= 500);
    assert.ok(tree.search("a").length <= 500);
  }
});
