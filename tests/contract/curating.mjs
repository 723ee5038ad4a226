// Datasets, examples and annotation queues by the real JavaScript client; what it read, as JSON on standard output.
//
//   node curating.mjs <name>      LANGSMITH_ENDPOINT, LANGSMITH_API_KEY and LANGSMITH_TRACING in the environment
import { Client } from "langsmith";
import { getCurrentRunTree, traceable } from "langsmith/traceable";

const name = process.argv[2];
const client = new Client();
const ids = [];
const step = traceable(async (q) => ({ a: ids.push(getCurrentRunTree().id) && q }), { name: "answer", client, project_name: name });
await step("refund?");
await step("delay?");
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

async function all(found) {
  const seen = [];
  for await (const one of found) seen.push(one);
  return seen;
}

for (const id of ids) await eventually(() => client.readRun(id), (run) => run.end_time);

const dataset = await client.createDataset(name, { description: "d", metadata: { team: "support" } });
const has = {
  byName: await client.hasDataset({ datasetName: name }),
  byId: await client.hasDataset({ datasetId: dataset.id }),
  another: await client.hasDataset({ datasetName: `${name} not` }),
  anotherId: await client.hasDataset({ datasetId: crypto.randomUUID() }),
};
const one = await client.createExample({ q: 1 }, { a: 2 }, { datasetId: dataset.id, metadata: { m: 1 }, split: "train" });
const many = await client.createExamples([
  { dataset_id: dataset.id, inputs: { n: 1 } },
  { dataset_id: dataset.id, inputs: { n: 2 }, outputs: { n: -2 } },
]);
const copied = await client.createExamples([{ dataset_id: dataset.id, source_run_id: ids[0], use_source_run_io: true }]);
const listed = await all(client.listExamples({ datasetId: dataset.id }));
const train = await all(client.listExamples({ datasetName: name, splits: ["train"], metadata: { m: 1 } }));
await client.updateExample({ id: one.id, dataset_id: dataset.id, outputs: { a: 3 } });
const updated = await client.readExample(one.id);
await client.deleteExample(one.id);
await client.deleteExamples([many[0].id], { hardDelete: true });
const left = await all(client.listExamples({ datasetId: dataset.id }));
const counted = await client.readDataset({ datasetName: name });
const datasets = await all(client.listDatasets({ datasetName: name }));

const queue = await client.createAnnotationQueue({ name, description: "d", rubricInstructions: "look" });
await client.addRunsToAnnotationQueue(queue.id, [ids[0]]);
const run = await client.readRun(ids[1]);
await client.addRunsToAnnotationQueue(queue.id, [
  { runId: run.id, sessionId: run.session_id, startTime: run.start_time },
]);
const first = await client.getRunFromAnnotationQueue(queue.id, 0);
const queued = await all(client.listRunsFromAnnotationQueue(queue.id));
const size = await client.getSizeFromAnnotationQueue(queue.id);
await client.updateAnnotationQueue(queue.id, { name: `${name} renamed` });
const renamed = await client.readAnnotationQueue(queue.id);
const queues = await all(client.listAnnotationQueues({ queueIds: [queue.id] }));
await client.deleteRunFromAnnotationQueue(queue.id, first.queue_run_id);
const after = await all(client.listRunsFromAnnotationQueue(queue.id));
await client.deleteAnnotationQueue(queue.id);
const gone = await client.readAnnotationQueue(queue.id).catch((error) => String(error));
await client.deleteDataset({ datasetId: dataset.id });

process.stdout.write(
  JSON.stringify({
    ids, dataset, has, one, many, copied, listed, train, updated, left, counted, datasets,
    queue, first, queued, size, renamed, queues, after, gone,
    deleted: await client.hasDataset({ datasetId: dataset.id }),
  }),
);
