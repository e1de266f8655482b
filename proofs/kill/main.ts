/**
 * Kills processes in the middle of a run, everywhere, and sees whether the run comes out as it would have.
 *
 * `--all`: at every event, before its write, after it, and once what it licenses has begun. `--random N`: from outside
 * at any time. `--double N`: again while resuming. `--races N`: two resume at once. `--zombies N`: one sleeps past its
 * lease and wakes. `--only <event>:<position>` is one point. `--seed`, `--lanes`; `--json` for the last line alone.
 */

import { parseArgs } from "node:util";
import { toCount } from "../arguments.js";
import type { Findings } from "./judge.js";
import { killAgain, killAtPoints, killAtRandom, type Result, type Setting } from "./modes.js";
import { allPoints, pointNamed } from "./points.js";
import { race, wakeZombies } from "./races.js";
import { referenceRun } from "./reference-run.js";
import { tallyOf } from "./tally.js";

const OPTIONS = {
  all: { type: "boolean", default: false },
  only: { type: "string" },
  random: { type: "string" },
  double: { type: "string" },
  races: { type: "string" },
  zombies: { type: "string" },
  seed: { type: "string" },
  lanes: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

try {
  await main();
} catch (error) {
  // Whoever misspelt an argument needs no stack.
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const begun = performance.now();
  const seed = toCount("seed", values.seed, 1_000_000_000, 1);
  const onJudged = values.json ? tellTroubles : tellAll;
  const reference = await referenceRun();
  if (!values.json) {
    console.log(`The reference run: ${reference.log.length} events in ${Math.round(reference.ms)} ms.`);
  }
  const setting = { reference, lanes: toCount("lanes", values.lanes, 16, 3), onJudged };
  const { found, extra } = await disturb(values, seed, setting);
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const { failures, ...tally } = tallyOf(found);
  const summary = { ...tally, ...extra, seed, failures, seconds };
  if (values.json) console.log(JSON.stringify(summary));
  else for (const [name, value] of Object.entries(summary)) console.log(`${name.padEnd(24)} ${value}`);
  if (failures > 0 || found.length === 0) process.exitCode = 1;
}

function disturb(values: Values, seed: number, setting: Setting): Promise<Result> {
  const { only, random, double, races, zombies } = values;
  const points = allPoints(setting.reference);
  if (only !== undefined) return killAtPoints([pointNamed(only, points)], setting);
  if (random !== undefined) return killAtRandom(toCount("random", random, 100_000, 1), seed, setting);
  if (double !== undefined) return killAgain(toCount("double", double, 100_000, 1), seed, setting);
  if (races !== undefined) return race(toCount("races", races, 100_000, 1), seed, setting);
  if (zombies !== undefined) {
    return wakeZombies(toCount("zombies", zombies, 100_000, 1), seed, "stop", setting);
  }
  if (values.all) return killAtPoints(points, setting);
  throw new RangeError("Expected one of --all, --only, --random, --double, --races and --zombies, got none.");
}

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

function tellAll(name: string, found: Findings): void {
  const orphans = found.orphans.length === 0 ? "" : `  orphans: ${found.orphans.join(", ")}`;
  console.log(`${found.troubles.length === 0 ? "✔" : "✖"} ${name}${orphans}`);
  tellTroubles(name, found);
}

/** What is wrong, and how to have it once more. */
function tellTroubles(name: string, { troubles }: Findings): void {
  if (troubles.length === 0) return;
  const again = name.startsWith("seed ")
    ? `--seed ${name.slice(5).split(":")[0]}, and 1 run`
    : `--only ${name}`;
  console.error([`${name}: run again with ${again}.`, ...troubles].join("\n    ").slice(0, 5_000));
}
