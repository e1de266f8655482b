import { type CalibrationRow, DEFAULT_LADDER, type RouteQuestion } from "@terrace/core";
import { taskOf } from "@terrace/core/testing";

/** A question about a task of which only some things matter. */
export function question({
  task = {},
  ...rest
}: Partial<Omit<RouteQuestion, "task">> & { task?: Partial<RouteQuestion["task"]> } = {}): RouteQuestion {
  return {
    goal: "anything",
    task: { plannedTier: "haiku", ...taskOf("t1", task) },
    ladder: DEFAULT_LADDER,
    models: { haiku: { model: "h" }, sonnet: { model: "s" }, opus: { model: "o" } },
    bounds: { minTier: "haiku", maxTier: "opus" },
    contextTokens: 1_000,
    domain: null,
    userTier: null,
    classification: null,
    calibration: [],
    costOf: () => null,
    ...rest,
  };
}

const NO_CALLS = { calls: 0, promptTokens: 0, outputTokens: 0, microUsd: 0, latencyMs: 0 };

/** What became of `tasks` tasks at a tier, of which `accepted` were accepted at their first attempt. */
export function row(
  tier: string,
  tasks: number,
  accepted: number,
  changes: Partial<CalibrationRow> = {},
): CalibrationRow {
  return {
    kind: "task",
    role: "worker",
    tier,
    tasks,
    accepted,
    escalated: tasks - accepted,
    started: tasks,
    acceptedFirst: accepted,
    attempts: tasks,
    words: {
      high: { judged: tasks, accepted },
      medium: { judged: 0, accepted: 0 },
      low: { judged: 0, accepted: 0 },
    },
    execute: NO_CALLS,
    review: NO_CALLS,
    ...changes,
  };
}
