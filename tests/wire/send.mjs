// One scenario sent by the real JavaScript client: `node send.mjs <scenario>`.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.TRACEKEEP_NODE_MODULES + "/");
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { Client } = await load("langsmith");
const { traceable } = await load("langsmith/traceable");

const ROOT = "019aa0b0-0000-7000-8000-000000000001";
const client = new Client();

const scenarios = {
  async gzip() {
    const model = traceable(
      async (question) => ({ answer: `to ${question}`, usage_metadata: { input_tokens: 7, output_tokens: 3, total_tokens: 10 } }),
      { name: "model", run_type: "llm", client, metadata: { ls_provider: "p", ls_model_name: "m" } },
    );
    const tool = traceable(
      async () => {
        throw new Error("no such thing: schön");
      },
      { name: "tool", run_type: "tool", client },
    );
    const root = traceable(
      async (question) => {
        await tool().catch(() => undefined);
        return model(question);
      },
      { name: "root", id: ROOT, client, tags: ["b", "a", "b"], metadata: { thread_id: "t1", n: 1, ok: true } },
    );
    await root("why?");
  },
  async attachments() {
    const root = traceable(async (question) => question, {
      name: "with files",
      id: ROOT,
      client,
      extractAttachments: (question) => [
        { picture: ["image/png", new Uint8Array([0x89, 0x50, 0x0d, 0x0a, 0x2d, 0x2d, 0xff])] },
        { question },
      ],
    });
    await root("why?");
  },
};

await scenarios[process.argv[2]]();
await client.awaitPendingTraceBatches();
