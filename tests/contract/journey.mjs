// One application traced and read back by the real JavaScript client; what it read, as JSON on standard output.
//
//   node journey.mjs <project>      LANGSMITH_ENDPOINT, LANGSMITH_API_KEY and LANGSMITH_TRACING in the environment
import { Client } from "langsmith";
import { getCurrentRunTree, traceable } from "langsmith/traceable";

const project = process.argv[2];
const PICTURE = Uint8Array.from({ length: 3000 }, (_, index) => index % 256);
const MODEL = { ls_provider: "openai", ls_model_name: "gpt-4o" };
const USAGE = { input_tokens: 1200, output_tokens: 300, total_tokens: 1500, input_token_details: { cache_read: 200 } };

// What leaves this process: the client calls fetch, and nothing of its request is changed.
const uploads = [];
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const answer = await plainFetch(input, init);
  const { method, body } = init ?? {};
  const headers = new Headers(init?.headers);
  if (method === "POST" && String(input).includes("/multipart")) {
    uploads.push({ status: answer.status, encoding: headers.get("content-encoding"), isStream: body instanceof ReadableStream });
  }
  return answer;
};

const client = new Client();
const ids = {};
const note = (name) => (ids[name] = getCurrentRunTree().id);

const model = traceable(
  async (messages) => {
    note("model");
    return { role: "assistant", content: `about ${messages[0].content}`, usage_metadata: USAGE };
  },
  { name: "model", run_type: "llm", client, project_name: project, metadata: MODEL },
);
const lookup = traceable(
  async () => {
    note("lookup");
    throw new Error("nothing: schön");
  },
  { name: "lookup", run_type: "tool", client, project_name: project },
);
const speak = traceable(
  async function* (words) {
    note("speak");
    yield* words;
  },
  { name: "speak", run_type: "llm", client, project_name: project, aggregator: (words) => ({ content: words.join("") }) },
);
const agent = traceable(
  async ({ question }) => {
    note("agent");
    await lookup().catch(() => undefined);
    const said = await model([{ role: "user", content: question }]);
    for await (const word of speak(["14 ", "days"])) void word;
    return { answer: said.content };
  },
  {
    name: "agent",
    client,
    project_name: project,
    tags: ["b", "a", "b"],
    metadata: { thread_id: "js-thread", n: 1, ok: true },
    extractAttachments: (input) => [{ picture: ["image/png", PICTURE] }, input],
  },
);

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
  const runs = [];
  for await (const run of client.listRuns(query)) runs.push(run);
  return runs;
}

const parallel = Array.from({ length: 120 }, (_, n) =>
  traceable(async () => n, { name: "one of many", client, project_name: `${project} many` })(),
);
await agent({ question: "How long?" });
await Promise.all(parallel);
await client.awaitPendingTraceBatches();
// An update may overtake its create, so ended is not yet whole: all that was accepted must be recorded.
await eventually(
  async () => (await plainFetch(new URL("/__local/queue", process.env.LANGSMITH_ENDPOINT))).json(),
  (queue) => queue.waiting === 0 && queue.in_flight === 0,
);

const runs = await eventually(
  () => listed({ traceId: ids.agent }),
  (seen) => seen.length === 4 && seen.every((run) => run.end_time),
);
const many = await eventually(
  () => listed({ projectName: `${project} many`, isRoot: true }),
  (seen) => seen.length >= parallel.length && seen.every((run) => run.end_time),
);
const root = await client.readRun(ids.agent, { loadChildRuns: true });
const picture = Object.values(root.s3_urls ?? {})[0];
const bytes = new Uint8Array(await (await plainFetch(picture.presigned_url)).arrayBuffer());
const missing = await client.readRun("00000000-0000-4000-8000-000000000000").catch((error) => error.status ?? String(error));

process.stdout.write(
  JSON.stringify({
    ids,
    uploads,
    runs,
    root: { ...root, child_runs: root.child_runs.map((run) => run.name) },
    many: many.map((run) => run.id),
    picture: { mime: picture.mime_type, same: Buffer.compare(Buffer.from(bytes), Buffer.from(PICTURE)) === 0 },
    missing,
    project: await client.readProject({ projectName: project, includeStats: true }),
  }),
);
