/** What routing a task costs, beside taking the tier that its plan names. */

import {
  type CalibrationRow,
  DEFAULT_LADDER,
  plannerRouter,
  type RouteQuestion,
  type Router,
} from "@terrace/core";
import { type Measured, type Round, summarize } from "./report.js";

/** How much is measured. */
export interface RouteTimeOptions {
  /** What the figure is called. */
  readonly workload: string;
  /** Characters of each brief. */
  readonly briefLength: number;
  readonly tasks: number;
  readonly rounds: number;
}

/** Rounds that are thrown away, in which the code gets warm. */
const WARM_UPS = 2;

/** Takes a router and the plan's own tier over the same tasks, in turns. */
export function measureRouteTime(
  router: Router,
  { workload, briefLength, tasks, rounds }: RouteTimeOptions,
): Measured {
  const questions = Array.from({ length: tasks }, (_, index) => questionOf(index, briefLength));
  const base = plannerRouter();
  const all: Round[] = [];
  for (let round = -WARM_UPS; round < rounds; round += 1) {
    const measured = { subject: msPerTask(router, questions), base: msPerTask(base, questions) };
    if (round >= 0) all.push(measured);
  }
  return { workload, figure: "routing, ms/task", ...summarize(all), goal: { value: 1 } };
}

function msPerTask(router: Router, questions: readonly RouteQuestion[]): number {
  const started = performance.now();
  let proposed = 0;
  for (const question of questions) proposed += router.route(question).proposals.length;
  const elapsed = performance.now() - started;
  // Read, so that no engine may leave the work out.
  if (proposed < 0) throw new Error("A router made fewer proposals than none.");
  return elapsed / questions.length;
}

const KINDS = ["extract", "implement", "security-review", "ask around"];
const TITLES = ["Extract the offers", "Write the parser", "Look for a race condition", "Ask around"];
/** Prose without a signal, so that a text is looked through to its end. */
const PROSE =
  "The list holds one line for each order, with its day, its sum and the name of whoever gave it. ";

const CALIBRATION: readonly CalibrationRow[] = KINDS.slice(0, 2).flatMap((kind) =>
  DEFAULT_LADDER.map((tier) => rowOf(kind, tier)),
);

function questionOf(index: number, briefLength: number): RouteQuestion {
  const of = index % KINDS.length;
  const brief = `${PROSE.repeat(Math.ceil(briefLength / PROSE.length)).slice(0, briefLength - 8)}${index}`;
  return {
    goal: "Bring the orders in order.",
    task: {
      id: `t${index}`,
      title: TITLES[of] ?? "",
      brief,
      role: "worker",
      kind: KINDS[of] ?? "",
      tier: "haiku",
      plannedTier: "haiku",
      tierReason: "It is simple.",
      errorCost: index % 5 === 0 ? "high" : "low",
      criteria: [],
      dependsOn: [],
    },
    ladder: DEFAULT_LADDER,
    models: { haiku: { model: "h" }, sonnet: { model: "s" }, opus: { model: "o" } },
    bounds: { minTier: "haiku", maxTier: "opus" },
    contextTokens: 2_000,
    domain: null,
    userTier: null,
    classification: null,
    calibration: CALIBRATION,
    costOf: (tier) => ({ attempt: 1_000 * (1 + DEFAULT_LADDER.indexOf(tier as "haiku")), review: 500 }),
  };
}

function rowOf(kind: string, tier: string): CalibrationRow {
  const sums = { calls: 40, promptTokens: 80_000, outputTokens: 20_000, microUsd: 40_000, latencyMs: 80_000 };
  const word = { judged: 40, accepted: 30 };
  return {
    ...{ kind, role: "worker", tier, tasks: 40, accepted: 30, escalated: 10, started: 40 },
    ...{ acceptedFirst: 30, attempts: 40, words: { high: word, medium: word, low: word } },
    execute: sums,
    review: sums,
  };
}
