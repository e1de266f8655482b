// Options that several commands take.

export const parallel: readonly [string, string] = [
  "--concurrency <n>",
  "calls under way at once (default 8)",
];

export const place: readonly [string, string] = [
  "--store <path>",
  "the file that keeps the runs (default .terrace/terrace.db)",
];
