/** How a first trace is sent: texts that work as they stand, with this server's address and a key in them. */

/**
 * @typedef {object} Target where traces are to go
 * @property {string} endpoint as LANGSMITH_ENDPOINT has it
 * @property {string | null} key null until one was made
 * @property {string | null} project null is the project "default"
 */

/** @typedef {{id: string, word: string, shell: string | null, file: string, text: string, note: string | null}} Way */

/** What stands where the key will be. */
export const NO_KEY = "<your API key>";

/**
 * The lines that LangSmith's SDKs read, for a shell.
 * @param {Target} target
 */
export const environment = ({ endpoint, key, project }) =>
  lines(
    "export LANGSMITH_TRACING=true",
    `export LANGSMITH_ENDPOINT=${endpoint}`,
    `export LANGSMITH_API_KEY=${quoted(key ?? NO_KEY)}`,
    project && `export LANGSMITH_PROJECT=${quoted(project)}`,
  );

/**
 * All ways, the most usual first.
 * @param {Target} target
 * @returns {Way[]}
 */
export const waysOf = (target) => [
  python(target),
  langGraph(target),
  javaScript(target),
  openTelemetry(target),
  curl(target),
];

/** @param {Target} target @returns {Way} */
const python = (target) => ({
  id: "python",
  word: "Python",
  shell: lines(environment(target), "pip install -U langsmith"),
  file: "first_trace.py",
  text: `from langsmith import traceable

@traceable(run_type="tool")
def look_up(order: str) -> dict:
    return {"order": order, "status": "shipped"}

@traceable
def answer(question: str) -> str:
    found = look_up("A-1042")
    return f"Order {found['order']} was {found['status']}."

print(answer("Where is my order?"))`,
  note: "Model calls are traced as well once their client is wrapped: langsmith.wrappers has wrap_openai and others.",
});

/** @param {Target} target @returns {Way} */
const langGraph = (target) => ({
  id: "langchain",
  word: "LangChain, LangGraph",
  shell: lines(environment(target), "pip install -U langgraph"),
  file: "first_trace.py",
  text: `from typing import TypedDict

from langgraph.graph import END, START, StateGraph

class State(TypedDict):
    question: str
    answer: str

def look_up(state: State) -> dict:
    return {"answer": f"You asked: {state['question']}"}

graph = StateGraph(State)
graph.add_node("look_up", look_up)
graph.add_edge(START, "look_up")
graph.add_edge("look_up", END)

print(graph.compile().invoke({"question": "Where is my order?"}))`,
  note: "Nothing in the code names Tracekeep: chains, graphs, models and tools are traced once the variables are set.",
});

/** @param {Target} target @returns {Way} */
const javaScript = (target) => ({
  id: "javascript",
  word: "JavaScript",
  shell: lines(environment(target), "npm install langsmith"),
  file: "first_trace.mjs",
  text: `import { Client } from "langsmith";
import { traceable } from "langsmith/traceable";

const client = new Client();

const lookUp = traceable(async (order) => ({ order, status: "shipped" }), {
  name: "look_up",
  run_type: "tool",
  client,
});

const answer = traceable(
  async (question) => {
    const found = await lookUp("A-1042");
    return \`Order \${found.order} was \${found.status}.\`;
  },
  { name: "answer", client },
);

console.log(await answer("Where is my order?"));
await client.awaitPendingTraceBatches(); // a program that ends at once waits for what it sent`,
  note: null,
});

/** @param {Target} target @returns {Way} */
const openTelemetry = (target) => ({
  id: "otel",
  word: "OpenTelemetry",
  shell: lines(
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${target.endpoint}/otel`,
    `export OTEL_EXPORTER_OTLP_HEADERS=${quoted(headersOf(target))}`,
    "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
    "pip install -U opentelemetry-sdk opentelemetry-exporter-otlp-proto-http",
  ),
  file: "first_trace.py",
  text: `from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("first-trace")

with tracer.start_as_current_span("answer") as span:
    span.set_attribute("input.value", "Where is my order?")
    with tracer.start_as_current_span("chat") as call:
        call.set_attribute("gen_ai.operation.name", "chat")
        call.set_attribute("gen_ai.request.model", "gpt-4o-mini")
        call.set_attribute("gen_ai.usage.input_tokens", 24)
        call.set_attribute("gen_ai.usage.output_tokens", 8)
    span.set_attribute("output.value", "Order A-1042 was shipped.")

provider.shutdown()`,
  note: "Any language's OTLP exporter over HTTP works, with protobuf or JSON. GenAI, OpenInference, OpenLLMetry and LangSmith attributes are understood.",
});

/** @param {Target} target */
const headersOf = ({ key, project }) =>
  `x-api-key=${key ?? NO_KEY}${project ? `,Langsmith-Project=${encodeURIComponent(project)}` : ""}`;

/** @param {Target} target @returns {Way} */
const curl = ({ endpoint, key, project }) => ({
  id: "curl",
  word: "cURL",
  shell: null,
  file: "in a shell",
  text: `NOW=$(date -u +%Y-%m-%dT%H:%M:%SZ)
curl ${endpoint}/runs \\
  -H ${quoted(`x-api-key: ${key ?? NO_KEY}`)} \\
  -H 'content-type: application/json' \\
  -d @- <<RUN
{
  "id": "$(cat /proc/sys/kernel/random/uuid 2>/dev/null || uuidgen)",
  "name": "answer",
  "run_type": "chain",
  "start_time": "$NOW",
  "end_time": "$NOW",${project ? `\n  "session_name": ${JSON.stringify(project).replaceAll(/[\\$`]/g, "\\$&")},` : ""}
  "inputs": {"question": "Where is my order?"},
  "outputs": {"answer": "Order A-1042 was shipped."}
}
RUN`,
  note: "The answer is 202 with a receipt. What cannot be taken is refused with its reason, and listed under Settings → Ingest.",
});

/** @param {(string | null | false)[]} all */
const lines = (...all) => all.filter(Boolean).join("\n");

/**
 * A word of a shell: as it is where that is safe, else within quotes.
 * @param {string} word
 */
export const quoted = (word) => (/^[\w.:/@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** How long nothing may come before it is time to say what to look at. */
export const PATIENCE_MS = 60_000;

/**
 * What to look at when nothing comes, the likeliest first.
 * @param {Target} target
 */
export const checksOf = ({ endpoint }) => [
  "LANGSMITH_TRACING=true must be set where the program runs, before it starts.",
  `LANGSMITH_ENDPOINT must be ${endpoint}, reachable from there: curl ${endpoint}/info answers without a key.`,
  "The program's own log names a wrong key (401) or a host that does not answer.",
  "A short program must wait for what it sent: Client().flush() in Python, awaitPendingTraceBatches() in JavaScript.",
];
