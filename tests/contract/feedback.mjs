// Feedback by the real JavaScript client, in every way it has; what it read, as JSON on standard output.
//
//   node feedback.mjs <project>      LANGSMITH_ENDPOINT, LANGSMITH_API_KEY and LANGSMITH_TRACING in the environment
import { Client } from "langsmith";
import { getCurrentRunTree, traceable } from "langsmith/traceable";

const project = process.argv[2];
const client = new Client();
let runId;
const step = traceable(async () => (runId = getCurrentRunTree().id), { name: "step", client, project_name: project });
await traceable(async () => step(), { name: "operation", client, project_name: project })();
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

async function listed(query) {
  const found = [];
  for await (const one of client.listFeedback(query)) found.push(one);
  return found;
}

const given = await client.createFeedback(runId, "helpful", {
  score: 0.123456,
  value: { label: "ok" },
  comment: "so so",
  sourceInfo: { page: "/x" },
});
const atOnce = await client.readFeedback(given.id);
await client.createFeedback(runId, "helpful", { score: true, feedbackSourceType: "model", extendTraceRetention: false });
const both = await listed({ runIds: [runId], feedbackKeys: ["helpful"] });
const byModel = await listed({ runIds: [runId], feedbackSourceTypes: ["model"] });
await client.updateFeedback(given.id, { score: 1, comment: "good" });
const updated = await client.readFeedback(given.id);
const run = await eventually(
  () => client.readRun(runId),
  (seen) => seen.feedback_stats?.helpful?.n === 2 && seen.feedback_stats.helpful.avg === 1,
);
await client.deleteFeedback(given.id);
const deleted = await client.readFeedback(given.id).catch((error) => String(error));
const token = await client.createPresignedFeedbackToken(runId, "thumb", { expiration: { minutes: 5 } });
const used = await fetch(token.url, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ score: 1 }),
});
const tokens = [];
for await (const one of client.listPresignedFeedbackTokens(runId)) tokens.push(one.id);

process.stdout.write(
  JSON.stringify({
    runId,
    given: given.id,
    atOnce,
    both: both.map((one) => one.id),
    byModel,
    updated,
    stats: run.feedback_stats,
    deleted,
    left: (await listed({ runIds: [runId] })).map((one) => one.key).sort(),
    token: { used: used.status, listed: tokens.includes(token.id) },
  }),
);
