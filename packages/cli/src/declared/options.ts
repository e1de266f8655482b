// Options that several commands take.

export const parallel: readonly [string, string] = [
  "--concurrency <n>",
  "calls under way at once (default 8)",
];

export const place: readonly [string, string] = [
  "--store <path>",
  "the file that keeps the runs, or postgres://… (default .terrace/terrace.db)",
];
export const shown = [
  "--reporter <name>",
  "tree, line, ndjson (an event a line), json (the result alone) or silent",
] as const;
export const asJson = [
  "--json",
  "one JSON object a line; the last is the result (--reporter ndjson)",
] as const;
export const summed = [
  "--summary-file <path>",
  "write what the run came to into a file, in Markdown, also when it is paused or failed",
] as const;
/** What is said of the run screen below the options of a command that shows one. */
export const keysHelp = `
On a terminal the run is a screen with keys: arrows choose a task, Enter shows its details, a approves and
r rejects what waits for a person, p pauses as Ctrl-C does, x cancels. q leaves the screen, and the run goes
on in this process, told in lines: a run lives no longer than its process, but any process can resume it.
`;
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
