// Worlds whose faults are planted: outcomes are drawn by seed, and a reviewer that is never wrong judges them.
import {
  type Alarm,
  type CalibrationReport,
  type Confidence,
  createOrchestrator,
  defineTeam,
  memoryStore,
  plannerRouter,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import { accept, countingIds, ok, planOf, reject, scriptedAgents } from "@terrace/core/testing";

/** Haiku, Sonnet and Opus, and a router that starts tasks where the plan says: at the lowest tier. */
export const team = defineTeam({
  models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
  reviewer: { auditShare: 0 },
  router: plannerRouter(),
});

/** What an attempt costs at each tier, in micro-dollars; a review costs what one at haiku does. */
const COSTS: { readonly [tier: string]: number } = { haiku: 1_000, sonnet: 3_000, opus: 5_000 };

/** How a world goes. */
export interface World {
  /** How likely the output of the nth task is to be right, from 0. */
  readonly right: (kind: string, tier: string, task: number) => number;
  /** What the executor says of it. @default high of what is right, low of what is wrong */
  readonly says?: (isRight: boolean, task: number) => Confidence;
}

/** What is done in it. */
export interface Life {
  readonly seed: number;
  readonly tasks: number;
  readonly perRun?: number;
  readonly kinds?: readonly string[];
}

/** An alarm, and after how many tasks that were judged it was raised. */
type Heard = Alarm & { readonly after: number };

/** What came of it. */
export interface Lived {
  readonly store: RunStore;
  readonly logs: readonly (readonly RunEvent[])[];
  readonly alarms: readonly Heard[];
  readonly report: CalibrationReport;
}

/** Runs of a few tasks each, one after the other, in one store. */
export async function live(
  { right, says = (isRight) => (isRight ? "high" : "low") }: World,
  { seed, tasks, perRun = 10, kinds = ["extract"] }: Life,
): Promise<Lived> {
  const store = memoryStore();
  const agents = scriptedAgents({
    execute: ({ task, route }) => {
      const isRight =
        roll(`${seed}/${task.id}/${route.tier}`) < right(task.kind, route.tier, Number(task.id));
      return ok(isRight ? "right" : `wrong at ${route.tier}`, { confidence: says(isRight, Number(task.id)) });
    },
    review: (request) => (request.output === "right" ? accept : reject("It is wrong."))(request),
    usage: ({ route, ...request }) => ({
      inputTokens: 1,
      costMicroUsd: "output" in request ? 1_000 : (COSTS[route.tier] ?? 0),
    }),
  });
  const orchestrator = createOrchestrator({ agents, team, store, env: countingIds(), concurrency: 1 });
  const logs: (readonly RunEvent[])[] = [];
  for (let from = 0; from < tasks; from += perRun) {
    const ids = Array.from({ length: Math.min(perRun, tasks - from) }, (_, index) => from + index);
    const plan = planOf(
      Object.fromEntries(ids.map((id) => [id, { kind: kinds[id % kinds.length] ?? "extract" }])),
      String(from),
    );
    const run = orchestrator.submit(plan);
    // What nobody can do waits for a person, who gives it up here.
    await run.result().catch(() => run.cancel("Nobody can do it."));
    logs.push(run.log);
  }
  return { store, logs, alarms: heardIn(logs), report: await orchestrator.calibration() };
}

function heardIn(logs: readonly (readonly RunEvent[])[]): readonly Heard[] {
  const judged = new Set<string>();
  const heard = new Map<string, Heard>();
  for (const event of logs.flat()) {
    if (event.type === "review.returned") judged.add(event.taskId);
    if (event.type !== "alarm.raised") continue;
    const key = JSON.stringify([event.alarm, event.kind, event.tier]);
    if (!heard.has(key)) heard.set(key, { ...event, after: judged.size });
  }
  return [...heard.values()];
}

/** From 0 to 1, by name. */
function roll(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** The same life in so many worlds, each with a seed of its own; lived one after the other. */
export async function livesOf(
  seeds: number,
  world: World,
  life: Omit<Life, "seed">,
): Promise<readonly Lived[]> {
  const lives: Lived[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) lives.push(await live(world, { ...life, seed }));
  return lives;
}

/** The share of lives in which something holds. */
export function shareOf(lives: readonly Lived[], holds: (lived: Lived) => boolean): number {
  return lives.filter(holds).length / lives.length;
}
