// One application traced by the real OpenTelemetry SDK for JavaScript; what it sent, as JSON on standard output.
//
//   node otel.mjs <proto|json> <none|gzip> <spans a request>
//
// Where to, and as whom, it reads from the environment: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";

const [form, compression, batch] = process.argv.slice(2);
const CHAT = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o-mini",
  "gen_ai.usage.input_tokens": 1000,
  "gen_ai.usage.output_tokens": 200,
  "gen_ai.usage.cache_read.input_tokens": 600,
};

const Exporter = form === "json" ? JsonExporter : ProtoExporter;
const exporter = new Exporter({ compression });
const kept = new InMemorySpanExporter();
const sending =
  batch === "1"
    ? new SimpleSpanProcessor(exporter)
    : new BatchSpanProcessor(exporter, { maxQueueSize: 64, maxExportBatchSize: Number(batch) });
const provider = new NodeTracerProvider({ spanProcessors: [sending, new SimpleSpanProcessor(kept)] });
provider.register();
const tracer = trace.getTracer("app", "1.2");

/** Run `work` in a span; what it throws is recorded, ends here and leaves the span failed. */
async function inSpan(name, attributes, work) {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work?.(span);
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
    } finally {
      span.end();
    }
  });
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

await inSpan("agent", { "input.value": "schön? ✓", "session.id": "js-otel" }, async (root) => {
  await inSpan("plan", {}, () =>
    inSpan("chat", CHAT, (chat) => {
      chat.addEvent("gen_ai.user.message", { content: "refund?", role: "user" });
      chat.addEvent("gen_ai.choice", { finish_reason: "stop", message: '{"content": "yes"}' });
      chat.addEvent("retried", { after_ms: 20, by: ["a", "b"] });
    }),
  );
  const above = context.active();
  await Promise.all(
    [0, 1, 2, 3].map((number) =>
      context.with(above, () =>
        inSpan(`tool ${number}`, { "gen_ai.tool.name": "look" }, async () => {
          await sleep(5 * (4 - number));
          await inSpan(`inner ${number}`, { n: number, ok: true, ratio: 0.5 });
        }),
      ),
    ),
  );
  await inSpan("fails", {}, () => {
    throw new RangeError("no index");
  });
  root.setAttribute("output.value", '{"answer": "yes"}');
});
await provider.forceFlush();

const us = ([seconds, nanos]) => seconds * 1_000_000 + Math.floor(nanos / 1_000);
const told = kept.getFinishedSpans().map((span) => ({
  name: span.name,
  trace_id: span.spanContext().traceId,
  span_id: span.spanContext().spanId,
  parent_span_id: span.parentSpanContext?.spanId ?? null,
  start_us: us(span.startTime),
  end_us: us(span.endTime),
}));
await provider.shutdown();
process.stdout.write(JSON.stringify(told));
