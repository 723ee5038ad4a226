import assert from "node:assert/strict";
import test from "node:test";

import { ApiError, ask, workIn } from "../../web/api.js";

/** Ask once, and give back what was sent; the server answers as it is told. */
async function sent(answer = new Response("{}"), asked = {}) {
  const real = globalThis.fetch;
  let request;
  globalThis.fetch = async (url, init) => {
    request = { url, ...init };
    return answer;
  };
  try {
    await ask("GET", "/sessions", asked);
    return { request };
  } finally {
    globalThis.fetch = real;
  }
}

test("a question names the workspace that the person works in, and none where it is the key's own", async () => {
  assert.equal((await sent()).request.headers["x-tenant-id"], undefined);
  workIn("b43c03ca-002e-4f36-9417-8c137b10aa0c");
  assert.equal(
    (await sent()).request.headers["x-tenant-id"],
    "b43c03ca-002e-4f36-9417-8c137b10aa0c",
  );
  workIn(null);
  assert.equal((await sent()).request.headers["x-tenant-id"], undefined);
});

test("every question says that it is the page's, which is what a session needs to write", async () => {
  assert.equal((await sent()).request.headers["x-tracekeep-page"], "1");
});

test("what is not known is left out of the query, and lists are repeated", async () => {
  const query = { id: ["a", "b c"], limit: 5, q: null, cursor: undefined };
  const { request } = await sent(undefined, { query });
  assert.equal(request.url, "/api/v1/sessions?id=a&id=b+c&limit=5");
});

test("a refusal says what the server said, in each of its forms", async () => {
  const refused = (body, status) =>
    sent(new Response(JSON.stringify(body), { status }));
  const forms = [
    [{ detail: "taken" }, "taken"],
    [
      { detail: [{ msg: "too long" }, { msg: "no name" }] },
      "too long; no name",
    ],
    [{ error: "no such run" }, "no such run"],
  ];
  for (const [body, message] of forms)
    await assert.rejects(refused(body, 409), { message, status: 409 });
  await assert.rejects(
    sent(new Response("<html>", { status: 502, statusText: "Bad Gateway" })),
    (error) =>
      error instanceof ApiError &&
      error.mayPass &&
      error.message === "The server answered 502 Bad Gateway",
  );
});
