/**
 * What Terrace costs beside a bare p-queue, and how near its makespans come to the shortest possible.
 *
 * `--json` prints one JSON object a line; `--only w1,w5` measures some workloads; `--subject base` sets the base
 * against itself, which shows how far two equal figures lie apart on this machine.
 */

import { parseArgs } from "node:util";
import { measureGrowth, measureMemory } from "./fresh-process.js";
import { type ImplementationName, isImplementationName, loadImplementation } from "./implementations.js";
import { CONCURRENCY } from "./measure.js";
import { type Figure, type Measured, toFigure, toTable } from "./report.js";
import { type Contest, measureGoalTime, measureMakespan, measureTaskTime } from "./same-process.js";

interface Suite {
  readonly name: string;
  readonly measure: (contest: Contest, subject: ImplementationName) => Promise<Measured | Measured[]>;
}

const SUITES: readonly Suite[] = [
  { name: "w1", measure: (contest) => measureTaskTime(contest, "w1", { ratio: 2 }) },
  { name: "w2", measure: (contest) => measureTaskTime(contest, "w2", { ratio: 2 }) },
  { name: "w1m", measure: (contest) => measureTaskTime(contest, "w1m") },
  { name: "w2m", measure: (contest) => measureTaskTime(contest, "w2m") },
  { name: "w5", measure: (contest) => measureGoalTime(contest, { ratio: 3, value: 0.15 }) },
  { name: "w3", measure: (contest) => measureMakespan(contest, "w3", { value: 1.05 }) },
  { name: "w3b", measure: (contest) => measureMakespan(contest, "w3b", { value: 1.21 }) },
  { name: "w4", measure: (_, subject) => measureGrowth(subject) },
  { name: "memory", measure: (_, subject) => measureMemory(subject) },
];

await main();

async function main(): Promise<void> {
  const { json, subject, only } = readArguments();
  const contest: Contest = {
    subject: await loadImplementation(subject),
    base: await loadImplementation("base"),
    concurrency: CONCURRENCY,
  };

  const figures: Figure[] = [];
  for (const suite of SUITES) {
    if (only.length > 0 && !only.includes(suite.name)) continue;
    const measured = await suite.measure(contest, subject);
    for (const figure of [measured].flat().map(toFigure)) {
      figures.push(figure);
      if (json) console.log(JSON.stringify(figure));
    }
  }
  if (!json) console.log(toTable(figures));
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      subject: { type: "string", default: "terrace" },
      only: { type: "string", default: "" },
    },
  });
  const { json, subject } = values;
  if (!isImplementationName(subject)) throw new Error(`There is no implementation named "${subject}".`);
  const only = values.only === "" ? [] : values.only.split(",");
  const unknown = only.find((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown !== undefined) throw new Error(`There is no workload named "${unknown}".`);
  return { json, subject, only };
}
