/** What filters can ask of: the fields, their comparators, how a value is written. `docs/filters.md` has the language. */

/** @typedef {"text" | "id" | "word" | "number" | "money" | "duration" | "time" | "truth" | "tags" | "entry" | "score"} Kind */

/**
 * @typedef {object} Field
 * @property {string} id as a filter writes it
 * @property {string} word as a person reads it
 * @property {Kind} kind
 * @property {string} [hint]
 */

/** @type {Field[]} those that chips offer, the most asked first */
export const CHIP_FIELDS = [
  { id: "status", word: "status", kind: "word" },
  { id: "name", word: "name", kind: "text" },
  { id: "run_type", word: "kind", kind: "word" },
  { id: "latency", word: "latency", kind: "duration", hint: "like 5s, 200ms, 2m" },
  { id: "time_to_first_token", word: "first token", kind: "duration", hint: "like 1s, 500ms" },
  { id: "error", word: "error", kind: "text" },
  { id: "tags", word: "tag", kind: "tags" },
  { id: "metadata", word: "metadata", kind: "entry" },
  { id: "feedback", word: "feedback", kind: "score" },
  { id: "total_tokens", word: "tokens", kind: "number" },
  { id: "prompt_tokens", word: "prompt tokens", kind: "number" },
  { id: "completion_tokens", word: "completion tokens", kind: "number" },
  { id: "total_cost", word: "cost", kind: "money", hint: "in dollars, like 0.05" },
  { id: "thread_id", word: "thread", kind: "text" },
  { id: "inputs", word: "whole input", kind: "text", hint: "reads every payload" },
  { id: "outputs", word: "whole output", kind: "text", hint: "reads every payload" },
  { id: "start_time", word: "start", kind: "time", hint: "like 2026-11-20T18:23:00Z" },
  { id: "end_time", word: "end", kind: "time", hint: "like 2026-11-20T18:23:00Z" },
  { id: "is_root", word: "is root", kind: "truth" },
  { id: "trace_id", word: "trace id", kind: "id" },
  { id: "id", word: "run id", kind: "id" },
  { id: "parent_run_id", word: "parent run id", kind: "id" },
];

/** @type {Field[]} the rest of the language */
const OTHER_FIELDS = [
  { id: "session_id", word: "project id", kind: "id" },
  { id: "project_id", word: "project id", kind: "id" },
  { id: "reference_example_id", word: "example id", kind: "id" },
  { id: "first_token_time", word: "time of the first token", kind: "time" },
  { id: "prompt_cost", word: "prompt cost", kind: "money" },
  { id: "completion_cost", word: "completion cost", kind: "money" },
  { id: "execution_order", word: "order", kind: "number" },
  { id: "metadata_key", word: "metadata key", kind: "text" },
  { id: "metadata_value", word: "metadata value", kind: "text" },
  { id: "input_key", word: "input key", kind: "text" },
  { id: "input_value", word: "input value", kind: "text" },
  { id: "output_key", word: "output key", kind: "text" },
  { id: "output_value", word: "output value", kind: "text" },
  { id: "feedback_key", word: "feedback key", kind: "text" },
  { id: "feedback_score", word: "feedback score", kind: "number" },
  { id: "feedback_value", word: "feedback value", kind: "text" },
  { id: "feedback_comment", word: "feedback comment", kind: "text" },
  { id: "feedback_source", word: "feedback source", kind: "word" },
  { id: "feedback_source_type", word: "feedback source", kind: "word" },
];

/** Of the whole language; `metadata` and `feedback` are written by their parts, or within has() and exists(). */
export const FIELDS = new Map([...CHIP_FIELDS, ...OTHER_FIELDS].map((field) => [field.id, field]));

/** @type {{id: string, word: string, takes: string}[]} */
export const CALLS = [
  { id: "and", word: "all of these", takes: "conditions" },
  { id: "or", word: "any of these", takes: "conditions" },
  { id: "not", word: "the contrary", takes: "condition" },
  { id: "eq", word: "is", takes: "field, value" },
  { id: "neq", word: "is not", takes: "field, value" },
  { id: "gt", word: "greater than", takes: "field, value" },
  { id: "gte", word: "at least", takes: "field, value" },
  { id: "lt", word: "less than", takes: "field, value" },
  { id: "lte", word: "at most", takes: "field, value" },
  { id: "in", word: "one of", takes: "field, [values]" },
  { id: "like", word: "has the form", takes: 'field, "%x%"' },
  { id: "notlike", word: "has not the form", takes: 'field, "%x%"' },
  { id: "search", word: "contains", takes: '"words" or field, "text"' },
  { id: "has", word: "has the tag or entries", takes: 'tags, "x"' },
  { id: "exists", word: "has the key", takes: 'metadata, "key"' },
];

export const CALL_NAMES = new Set(CALLS.map((one) => one.id));

/** @type {Record<Kind, [string, string][]>} comparators of a chip, the usual first, each with its word */
export const OPERATORS = {
  word: [
    ["eq", "is"],
    ["neq", "is not"],
  ],
  text: [
    ["eq", "is"],
    ["neq", "is not"],
    ["search", "contains"],
    ["like", "has the form"],
    ["notlike", "has not the form"],
  ],
  id: [
    ["eq", "is"],
    ["neq", "is not"],
  ],
  number: comparisons(),
  money: comparisons(),
  duration: comparisons(),
  time: [
    ["gte", "from"],
    ["lt", "before"],
  ],
  truth: [["eq", "is"]],
  tags: [
    ["has", "is"],
    ["neq", "is not"],
  ],
  entry: [
    ["eq", "is"],
    ["neq", "is not"],
    ["search", "contains"],
    ["exists", "is there"],
  ],
  score: [["exists", "is there"], ...comparisons(), ["eq", "="]],
};

/** @returns {[string, string][]} */
function comparisons() {
  return [
    ["gt", ">"],
    ["gte", "≥"],
    ["lt", "<"],
    ["lte", "≤"],
  ];
}

/** The word between a field and its value. @param {Kind} kind @param {string} op */
export const wordOf = (kind, op) => OPERATORS[kind].find(([id]) => id === op)?.[1] ?? op;
