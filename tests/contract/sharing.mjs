// Sharing by the real JavaScript client, in every way it has; what it read, as JSON on standard output.
//
//   node sharing.mjs <project>      LANGSMITH_ENDPOINT, LANGSMITH_API_KEY and LANGSMITH_TRACING in the environment
import { Client } from "langsmith";
import { getCurrentRunTree, traceable } from "langsmith/traceable";

const project = process.argv[2];
const client = new Client();
let stepId, rootId;
const step = traceable(async () => (stepId = getCurrentRunTree().id), {
  name: "step",
  client,
  project_name: project,
});
const operation = traceable(
  async (question) => {
    rootId = getCurrentRunTree().id;
    await step();
    return { answer: question };
  },
  { name: "operation", client, project_name: project },
);
await operation("how?");
await client.awaitPendingTraceBatches();

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What `look` gives once `accept` takes it; an error when that takes longer than 20 s. */
async function eventually(look, accept) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = await look().catch((error) => error);
    if (!(seen instanceof Error) && accept(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(
        `not within 20 s; last seen: ${JSON.stringify(seen) ?? seen}`,
      );
    await sleep(30);
  }
}

const status = (error) => error.status ?? error.message;
await eventually(
  () => client.readRun(rootId),
  (run) => run.end_time,
);
await eventually(
  () => client.readRun(stepId),
  (run) => run.end_time,
);
const before = await client.readRunSharedLink(stepId);
const link = await client.shareRun(stepId);
const again = await client.shareRun(rootId);
const read = await client.readRunSharedLink(rootId);
const token = link.split("/").at(-2);
const nobody = new Client({ apiKey: "nobody's key" });
const all = await nobody.listSharedRuns(token);
const one = await nobody.listSharedRuns(token, { runIds: [stepId] });
await client.unshareRun(rootId);
const refused = await nobody.listSharedRuns(token).then(() => "read", status);
const after = await client.readRunSharedLink(stepId);
const v2 = await secondJourney();

/** The same by the second API, as the deprecations of the first say: share, look, read as nobody, list, unshare. */
async function secondJourney() {
  const { session_id: project_id, start_time } = await client.readRun(rootId);
  const shareUrl = async () =>
    (await client.runs.retrieve(rootId, { project_id, selects: ["SHARE_URL"] }))
      .share_url;
  const before = await shareUrl();
  const { share_token } = await client.runs.share.create(stepId, {
    session_id: project_id,
    trace_id: rootId,
  });
  const again = await client.runs.share.create(rootId, {
    session_id: project_id,
    trace_id: rootId,
  });
  const url = await shareUrl();
  const { items } = await nobody.public.runs.query(share_token, {
    selects: ["ID", "NAME", "OUTPUTS"],
  });
  const asked = {
    share_token,
    selects: ["NAME", "INPUTS"],
    start_time: new Date(start_time).toISOString(),
  };
  const root = await nobody.public.runs.retrieve(rootId, asked);
  const listed = await eventually(
    () => listedTokens(),
    (tokens) => tokens.includes(share_token),
  );
  const page = `${new URL(process.env.LANGSMITH_ENDPOINT).origin}/public/${share_token}`;
  const signed = await (await fetch(`${page}/sign`)).json();
  const file = `${new URL(page).origin}${signed.base}trace.json?${signed.query}`;
  const opened = [await statusOf(`${page}/r`), await statusOf(file)];
  const started = performance.now();
  await client.runs.share.delete(rootId, { session_id: project_id });
  const ends = [
    await nobody.public.runs
      .query(share_token, { selects: ["ID"] })
      .then(() => "read", status),
    await nobody.public.runs.retrieve(rootId, asked).then(() => "read", status),
    await statusOf(`${page}/r`),
    await eventually(
      () => statusOf(file),
      (found) => found === 403,
    ),
  ];
  const tookMs = performance.now() - started;
  await client.runs.share.delete(rootId, { session_id: project_id });
  const tokens = [share_token, again.share_token];
  return { before: before ?? null, tokens, url, items, root, listed, opened, ends, tookMs, after: (await shareUrl()) ?? null, left: await listedTokens() }; // prettier-ignore
}

async function statusOf(url) {
  return (await fetch(url)).status;
}

/** What Settings → Shared URLs shows; the client has no method for it. */
async function listedTokens() {
  const headers = { "x-api-key": process.env.LANGSMITH_API_KEY };
  const answer = await fetch(
    `${process.env.LANGSMITH_ENDPOINT}/workspaces/current/shared?limit=100`,
    { headers },
  );
  return (await answer.json()).entities.map((one) => one.share_token);
}

console.log(
  JSON.stringify({
    before: before ?? null,
    links: [link, again, read],
    all: all.map((run) => [run.name, run.outputs]),
    one: one.map((run) => run.id),
    stepId,
    refused,
    after: after ?? null,
    v2,
  }),
);
