/** Answers of GET /series, small enough to be counted by hand. */

export const columns = () => ({
  points: {
    count: [0, 4, 2],
    errors: [0, 1, 0],
    latency_p50_us: [null, 1_500_000, 2_000_000],
    latency_p99_us: [null, 9_000_000, 2_000_000],
    first_token_p50_us: [null, 250_000, null],
    first_token_p99_us: [null, 250_000, null],
    prompt_tokens: [0, 2000, 10],
    completion_tokens: [0, 200, 1],
    total_tokens: [0, 2200, 11],
    cost_nano_usd: [null, 6_000_000, 0],
  },
  whole: {
    ...{
      count: 6,
      errors: 1,
      latency_p50_us: 1_600_000,
      latency_p99_us: 9_000_000,
      first_token_p50_us: 250_000,
    },
    ...{
      first_token_p99_us: 250_000,
      prompt_tokens: 2010,
      completion_tokens: 201,
      total_tokens: 2211,
    },
    cost_nano_usd: 6_000_000,
  },
});

export const answer = () => ({
  step_s: 3600,
  starts_us: [0, 3_600_000_000, 7_200_000_000],
  counted_since_us: null,
  groups: [{ name: null, joined: 0, traces: columns(), runs: columns() }],
  run_types: [{ name: "llm", joined: 0, runs: columns() }],
  tools: [
    { name: "search", joined: 0, runs: columns() },
    { name: null, joined: 3, runs: columns() },
  ],
  feedback: [
    {
      key: "correct",
      points: { count: [0, 2, 0], average: [null, 0.5, null] },
      whole: { count: 2, average: 0.5 },
    },
    {
      key: "words",
      points: { count: [1, 0, 0], average: [null, null, null] },
      whole: { count: 1, average: null },
    },
  ],
  feedback_since_us: null,
});
