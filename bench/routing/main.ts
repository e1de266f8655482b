/**
 * Routing judged on recorded outcomes of real models.
 *
 * `--data <folder>` has a folder a dataset; `--json` prints one JSON object a line. Without `--fitted <file>` every task is
 * judged by a table from the other four folds; `--fit <file>` writes the tables that all of the data give.
 *
 * Instead of figures in expectation: `--replay` sends every task through the real orchestrator, `--http` some of them through
 * Claude's agents and SDK over HTTP, `--confidence` puts stated confidence in the reviewer's place, and `--verify` sets the
 * anchors beside those that others published for these outcomes.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Asked, readArguments } from "./arguments.js";
import { sweepGates } from "./confidence-gate.js";
import { crossValidate, fitAll, judge } from "./cross-validate.js";
import { type Figure, figureOf } from "./figure.js";
import { type FittedPolicies, policyKey, readFitted, writeFitted } from "./fitted-file.js";
import { type Ladder, readLadder } from "./ladder.js";
import { type PolicyName, recipeOf } from "./policies.js";
import { compareWithPublished, deviations } from "./published.js";
import { readConfidences } from "./replay/confidences.js";
import { replayInProcess, SEED } from "./replay/in-process.js";
import { replayOverHttp } from "./replay/over-http.js";
import { replayFigure } from "./replay/replay-figure.js";
import { toTable } from "./report.js";
import type { Reviewer } from "./reviewer.js";

await main();

async function main(): Promise<void> {
  const asked = readArguments(process.argv.slice(2));
  switch (asked.mode) {
    case "figures":
      return printFigures(asked);
    case "verify":
      return verify(asked);
    case "confidence":
      return printGates(asked);
    default:
      return printReplays(asked, asked.mode);
  }
}

function printFigures(asked: Asked): void {
  const fitted = asked.fitted === undefined ? undefined : readFitted(asked.fitted);
  const written: FittedPolicies = new Map();
  const figures: Figure[] = [];
  for (const ladder of ladders(asked)) {
    for (const reviewer of asked.reviewers) {
      for (const policy of asked.policies) {
        const figure = judgeBy(ladder, reviewer, policy, fitted);
        figures.push(figure);
        if (asked.json) console.log(JSON.stringify(figure));
        if (asked.fit === undefined) continue;
        written.set(keyOf(ladder, reviewer, policy), fitAll(ladder, recipeOf(policy, ladder, reviewer)));
      }
    }
  }
  if (asked.fit !== undefined) writeFitted(asked.fit, written);
  if (!asked.json) console.log(toTable(figures));
}

async function printReplays(asked: Asked, mode: "replay" | "http"): Promise<void> {
  const provider = fileURLToPath(new URL("./replay/provider.js", import.meta.url));
  for (const ladder of ladders(asked)) {
    const confidences = readConfidences(asked.data, ladder.spec.rungs.length);
    for (const reviewer of asked.reviewers) {
      const name = reviewer.fee === "own" ? `${reviewer.name}, at the executor's tier` : reviewer.name;
      if (mode === "replay") {
        const replayed = await replayInProcess(ladder, reviewer, { confidences });
        console.log(JSON.stringify(replayFigure(ladder, name, "in process", replayed)));
        continue;
      }
      const { data, tasks } = asked;
      const { halved, fee } = reviewer;
      const { list } = ladder;
      const order = {
        data,
        ladder: ladder.name,
        list,
        reviewer: reviewer.name,
        halved,
        fee,
        tasks,
        seed: SEED,
      };
      console.log(
        JSON.stringify(replayFigure(ladder, name, "over HTTP", await replayOverHttp(provider, order))),
      );
    }
  }
}

function printGates(asked: Asked): void {
  for (const ladder of ladders(asked)) {
    const confidences = readConfidences(asked.data, ladder.spec.rungs.length);
    if (confidences === undefined) throw new Error(`${asked.data} holds no measured confidences.`);
    for (const figure of sweepGates(ladder, confidences)) console.log(JSON.stringify(figure));
  }
}

/** Says which anchors are off from the published ones by more than a point. */
function verify(asked: Asked): void {
  for (const ladder of ladders(asked)) {
    const compared = compareWithPublished(ladder);
    const off = deviations(compared);
    if (compared.length > 0) {
      const near = compared.length - off.length;
      console.log(`${ladder.name} at ${ladder.list}: ${near} of ${compared.length} anchors as published`);
    }
    for (const { what, ours, published } of off)
      console.log(`  ${what}: ${ours.toFixed(1)}, published ${published}`);
  }
}

/** The ladders whose dataset is there, at each list that was asked for. */
function* ladders({ data, ladders, lists }: Asked): Generator<Ladder> {
  for (const spec of ladders) {
    if (!existsSync(join(data, spec.folder))) continue;
    for (const list of spec.lists) {
      if (lists.length === 0 || lists.includes(list)) yield readLadder(data, spec, list);
    }
  }
}

function judgeBy(ladder: Ladder, reviewer: Reviewer, policy: PolicyName, fitted: FittedPolicies | undefined) {
  const recipe = recipeOf(policy, ladder, reviewer);
  if (fitted === undefined) return figureOf(ladder, reviewer, policy, crossValidate(ladder, recipe));
  const key = keyOf(ladder, reviewer, policy);
  const found = fitted.get(key);
  if (found === undefined)
    throw new Error(`No policy was fitted for "${key}". Fit it with the same options.`);
  return figureOf(ladder, reviewer, policy, judge(ladder, found, recipe));
}

function keyOf(ladder: Ladder, { name, fee, halved }: Reviewer, policy: PolicyName): string {
  return policyKey([ladder.name, ladder.list, name, fee, halved ? "halved" : "as measured", policy]);
}
