// Which rows of the fault catalogue have a test, and which have none. A test says which rows it proves by their
// ids in its title: `[P07] a plan with a role nobody declared runs nothing`.
//
// `--json` prints the same as data; a folder instead of `test` may be named. Exits with 1 when a row that is due has
// no test, or a title names no row.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { groups, waiting } from "./fault-rows.mjs";

const named = namedByTests();
const report = groups.map(({ letter, name, rows }) => {
  const tested = rows.filter(({ id }) => named.has(id));
  const rest = rows.filter(({ id }) => !named.has(id));
  const later = rest.filter(({ id }) => waiting.has(id));
  return {
    letter,
    name,
    rows: rows.length,
    tested,
    missing: rest.filter((row) => !later.includes(row)),
    later,
  };
});
const missing = report.flatMap((group) => group.missing);
const known = new Set(groups.flatMap(({ rows }) => rows.map(({ id }) => id)));
const unknown = [...named].filter((id) => !known.has(id)).sort();

if (process.argv.includes("--json")) console.log(JSON.stringify(asData()));
else printAll();
process.exitCode = missing.length + unknown.length > 0 ? 1 : 0;

function asData() {
  const ids = (rows) => rows.map(({ id }) => id);
  const counts = report.map((group) => ({
    ...group,
    tested: ids(group.tested),
    missing: ids(group.missing),
    later: ids(group.later),
  }));
  return { groups: counts, missing: ids(missing), unknown };
}

function printAll() {
  for (const group of report) print(group);
  const tested = report.reduce((sum, group) => sum + group.tested.length, 0);
  console.log(`\n${tested} of ${known.size} rows have a test; ${missing.length} that are due have none.`);
  if (unknown.length > 0)
    console.log(`Titles name rows that the catalogue does not have: ${unknown.join(" ")}`);
}

function print({ letter, name, rows, tested, missing: open, later }) {
  console.log(`${letter}  ${name.padEnd(24)} ${String(tested.length).padStart(2)} of ${rows}`);
  for (const { id, title } of open) console.log(`   ${id}  no test  ${title}`);
  for (const [reason, waiters] of byReason(later)) {
    const untitled = waiters.filter(({ title }) => title === "");
    console.log(`   not due, waits for ${[`${reason}:`, ...ranges(untitled)].join(" ")}`);
    for (const { id, title } of waiters) if (title !== "") console.log(`      ${id}  ${title}`);
  }
}

function byReason(rows) {
  const reasons = new Map();
  for (const row of rows) {
    const reason = waiting.get(row.id);
    reasons.set(reason, [...(reasons.get(reason) ?? []), row]);
  }
  return reasons;
}

/** Ids that follow one another as a range: `B01–B19`. */
function ranges(rows) {
  const runs = [];
  for (const { id } of rows) {
    const last = runs.at(-1);
    if (last !== undefined && Number(last.at(-1).slice(1)) + 1 === Number(id.slice(1))) last.push(id);
    else runs.push([id]);
  }
  return runs.map((run) => (run.length < 3 ? run.join(" ") : `${run[0]}–${run.at(-1)}`));
}

/**
 * The ids in the strings of the test files, which are titles or the parts of titles that tables hold.
 *
 * Tests of the simulator prove what the simulator can do, not what the product does about it; tests that are
 * skipped prove nothing.
 */
function namedByTests() {
  const given = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
  const folder = given ?? fileURLToPath(new URL("../test", import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".test.ts") && !/^(?:simulator|dist)\b/.test(file),
  );
  const ids = files.flatMap((file) => {
    const code = readFileSync(join(folder, file), "utf8").replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
    const run = code.replace(/\.(?:skip|todo)(?:\.each\b[\s\S]*?\)|)\(\s*(["'`])[\s\S]*?\1/g, "");
    return [...run.matchAll(/\[([A-Z]\d\d)\]/g)].map(([, id]) => id);
  });
  return new Set(ids);
}
