/** What values a field is likely to have, out of a project's facets. */

/** @typedef {{value: unknown, count?: number}} Value */

/** @type {Record<string, unknown[]>} */
const KNOWN = {
  status: ["success", "error", "pending"],
  run_type: ["llm", "tool", "chain", "retriever", "prompt", "embedding", "parser"],
  is_root: [true, false],
  feedback_source: ["api", "app", "model"],
  latency: ["1s", "5s", "10s", "30s", "1m", "5m"],
  time_to_first_token: ["500ms", "1s", "2s", "5s"],
  total_tokens: [1000, 5000, 10_000, 50_000],
  total_cost: [0.01, 0.05, 0.1, 1],
};

/** @type {Record<string, string>} */
const LISTS = {
  name: "names",
  run_type: "run_types",
  status: "statuses",
  tags: "tags",
  feedback: "feedback_keys",
  feedback_key: "feedback_keys",
};

/**
 * The likeliest first.
 * @param {any} facets as `/sessions/{id}/facets` answers; null where they are not known
 * @param {string} field
 * @param {string | null} [key] of metadata, whose values are asked for
 * @returns {Value[]}
 */
export function valuesOf(facets, field, key = null) {
  const keys = /** @type {{key: string, count: number, values: Value[]}[]} */ (facets?.metadata ?? []);
  if (field === "metadata_key" || (field === "metadata" && key === null))
    return keys.map((one) => ({ value: one.key, count: one.count }));
  if (field === "metadata_value" || field === "metadata") return keys.find((one) => one.key === key)?.values ?? [];
  if (field === "thread_id")
    return keys.find((one) => ["session_id", "thread_id", "conversation_id"].includes(one.key))?.values ?? [];
  const said = /** @type {Value[]} */ (facets?.[LISTS[field]] ?? []);
  const rest = (KNOWN[field] ?? []).filter((value) => !said.some((one) => one.value === value));
  return [...said, ...rest.map((value) => ({ value }))];
}
