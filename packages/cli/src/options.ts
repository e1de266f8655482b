// Options that several commands take.

export const parallel: readonly [string, string] = [
  "--concurrency <n>",
  "calls under way at once (default 8)",
];

export const place: readonly [string, string] = [
  "--store <path>",
  "the file that keeps the runs (default .terrace/terrace.db)",
];
export const shown = ["--reporter <name>", "tree, line, json or silent"] as const;
export const asJson = ["--json", "one JSON object a line; the last is the result"] as const;
export const dollars = [
  "--budget-usd <n>",
  "what the run may spend in all, in US dollars at list price",
] as const;
export const soft = ["--soft-usd <n>", "US dollars at which the run says so, and goes on"] as const;
export const tokens = ["--max-tokens <n>", "how many tokens its calls may use in all"] as const;
export const calls = ["--max-calls <n>", "how many calls the run may send in all"] as const;
export const exceed = [
  "--on-exceed <what>",
  "what becomes of a run that may spend no more: pause (default), degrade to cheaper tiers, or stop",
] as const;
export const items = [
  "--max-items <n>",
  "let a plan do a task for each item of a list, of up to so many (default 0: no plan does)",
] as const;
export const nesting = [
  "--max-nesting <n>",
  "let parts of a plan be planned when they are due, so deep in one another (default 0)",
] as const;
export const revisions = [
  "--max-revisions <n>",
  "how often the planner may change a plan that meets a failure or a contradiction (default 0)",
] as const;
export const waits = [
  "--urgency <when>",
  "live (default) or batch: batch lets tasks wait, up to a day, for half the price",
] as const;
