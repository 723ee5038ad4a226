// Sharing by the real JavaScript client, in every way it has; what it read, as JSON on standard output.
//
//   node sharing.mjs <project>      LANGSMITH_ENDPOINT, LANGSMITH_API_KEY and LANGSMITH_TRACING in the environment
import { Client } from "langsmith";
import { getCurrentRunTree, traceable } from "langsmith/traceable";

const project = process.argv[2];
const client = new Client();
let stepId, rootId;
const step = traceable(async () => (stepId = getCurrentRunTree().id), { name: "step", client, project_name: project });
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
    if (Date.now() > deadline) throw new Error(`not within 20 s; last seen: ${JSON.stringify(seen) ?? seen}`);
    await sleep(30);
  }
}

const status = (error) => error.status ?? error.message;
await eventually(() => client.readRun(rootId), (run) => run.end_time);
await eventually(() => client.readRun(stepId), (run) => run.end_time);
const before = await client.readRunSharedLink(stepId);
const link = await client.shareRun(stepId);
const again = await client.shareRun(rootId);
const read = await client.readRunSharedLink(rootId);
const token = link.split("/").at(-2);
const nobody = new Client({ apiKey: "nobody's key" });
const all = await nobody.listSharedRuns(token);
const one = await nobody.listSharedRuns(token, { runIds: [stepId] });
const started = Date.now();
await client.unshareRun(rootId);
const refused = await nobody.listSharedRuns(token).then(() => "read", status);
const tookMs = Date.now() - started;
const after = await client.readRunSharedLink(stepId);

console.log(
  JSON.stringify({
    before: before ?? null,
    links: [link, again, read],
    all: all.map((run) => [run.name, run.outputs]),
    one: one.map((run) => run.id),
    stepId,
    refused,
    tookMs,
    after: after ?? null,
  }),
);
