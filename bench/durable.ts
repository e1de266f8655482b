/**
 * What durability costs: W1 with the SQLite store, beside bare batched appends of the same rows to the same file.
 *
 * `--json` prints one JSON object; `--rounds 5` says how often.
 */

import { parseArgs } from "node:util";
import { measureDurable } from "./durable-run.js";
import { toFigure, toTable } from "./report.js";
import { createWorkload } from "./workloads.js";

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, rounds: { type: "string", default: "9" } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`Expected --rounds to be a whole number from 1 up, got "${values.rounds}".`);

const { measured, ...over } = await measureDurable(createWorkload("w1"), { rounds, warmUps: 1 });
const figure = toFigure({ ...measured, goal: { ratio: 2 } });
if (values.json) console.log(JSON.stringify({ ...figure, ...over }));
else {
  const { events, bytes, commits, bareCommits } = over;
  console.log(toTable([figure]));
  console.log(`${events} events, ${bytes} bytes; ${commits} transactions a run, ${bareCommits} bare`);
}
