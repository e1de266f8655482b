// Which rows of the fault catalogue have a test, and which have none. A test says which rows it proves by their
// ids in its title: `[P07] a plan with a role nobody declared runs nothing`.
//
// `--json` prints the same as data. Exits with 1 when a row that is due has no test.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const groups = [
  { letter: "P", name: "planner output", rows: 36 },
  { letter: "E", name: "executors and tools", rows: 31 },
  { letter: "R", name: "reviewer", rows: 16 },
  { letter: "A", name: "model API and network", rows: 44 },
  { letter: "K", name: "process and store", rows: 41 },
  { letter: "B", name: "budget and limits", rows: 19 },
  { letter: "H", name: "human review", rows: 13 },
  { letter: "C", name: "configuration", rows: 15 },
  { letter: "S", name: "server and dashboard", rows: 26 },
];

// What a row waits for before it can be proven at all.
const waiting = new Map([
  ["P33", "budgets"],
  ...[9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 26].map((row) => [id("E", row), "tools"]),
  ...whole("K", "the kill harness"),
  ...whole("B", "budgets"),
  ...whole("H", "the command that settles"),
  ...whole("C", "a configuration file"),
  ...whole("S", "a dashboard"),
]);

const titles = testTitles();
const report = groups.map(({ letter, name, rows }) => {
  const ids = Array.from({ length: rows }, (_, index) => id(letter, index + 1));
  const tested = ids.filter((row) => titles.has(row));
  const rest = ids.filter((row) => !titles.has(row));
  const later = rest.filter((row) => waiting.has(row));
  return { letter, name, rows, tested, missing: rest.filter((row) => !waiting.has(row)), later };
});
const missing = report.flatMap((group) => group.missing);

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ groups: report, missing }));
} else {
  for (const group of report) print(group);
  const tested = report.reduce((sum, group) => sum + group.tested.length, 0);
  const rows = report.reduce((sum, group) => sum + group.rows, 0);
  console.log(`\n${tested} of ${rows} rows have a test; ${missing.length} that are due have none.`);
}
process.exitCode = missing.length > 0 ? 1 : 0;

function print({ letter, name, rows, tested, missing: open, later }) {
  console.log(`${letter}  ${name.padEnd(24)} ${String(tested.length).padStart(2)} of ${rows}`);
  if (open.length > 0) console.log(`   no test: ${open.join(" ")}`);
  for (const [reason, ids] of byReason(later)) console.log(`   waits for ${reason}: ${ids.join(" ")}`);
}

function byReason(later) {
  const reasons = new Map();
  for (const row of later) reasons.set(waiting.get(row), [...(reasons.get(waiting.get(row)) ?? []), row]);
  return reasons;
}

/** The ids that stand in the titles of tests. */
function testTitles() {
  const folder = fileURLToPath(new URL("../test", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  const found = files.flatMap((file) => [
    ...readFileSync(join(folder, file), "utf8").matchAll(/\[([A-Z]\d\d)\]/g),
  ]);
  return new Set(found.map(([, row]) => row));
}

function whole(letter, reason) {
  const { rows } = groups.find((group) => group.letter === letter);
  return Array.from({ length: rows }, (_, index) => [id(letter, index + 1), reason]);
}

function id(letter, row) {
  return `${letter}${String(row).padStart(2, "0")}`;
}
