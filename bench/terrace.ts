/** Terrace as the bench runs it: every event heard, every output reviewed. */

import {
  type Agents,
  type Answer,
  createOrchestrator,
  defineTeam,
  type EventType,
  eventSchemas,
  type Orchestrator,
  type Plan,
  type Review,
  type RunStore,
} from "@terrace/core";
import type { Implementation, RunTask } from "./measure.js";
import type { Workload } from "./workloads.js";

const TEAM = defineTeam({
  models: { haiku: "bench-haiku", sonnet: "bench-sonnet", opus: "bench-opus" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
});

const EVENT_TYPES = Object.keys(eventSchemas) as EventType[];

// The workloads go far beyond what a plan of a model may hold.
const LIMITS = { maxTasks: 1_000_000, maxEdges: 10_000_000, maxDepth: 1_000_000 };

const ACCEPTED: Answer<Review> = { outcome: "ok", value: { criteria: [], problems: [], blame: null } };

/** The model call of the goal that is being pursued; goals come one after the other. */
let current: RunTask = () => Promise.reject(new Error("No goal is being pursued."));

const AGENTS: Agents = {
  plan: () => Promise.reject(new Error("The bench hands its plans in.")),
  execute: async ({ task }) => {
    const { text } = await current(Number(task.id.slice(1)));
    return {
      outcome: "ok",
      value: { output: text, confidence: "high", because: "It is fixed.", unverified: [] },
    };
  },
  review: () => Promise.resolve(ACCEPTED),
};

/** Runs a workload as one plan, with the store in memory. Making and checking the plan is part of what is timed. */
export const runOnTerrace: Implementation = terraceOn(undefined);

/** The same with a store: wired once, as a program would, and handed one goal after the other. */
export function terraceOn(store: RunStore | undefined): Implementation {
  const orchestrators = new Map<number, Orchestrator>();
  const orchestratorFor = (concurrency: number): Orchestrator => {
    const known = orchestrators.get(concurrency);
    if (known !== undefined) return known;
    const options = { team: TEAM, agents: AGENTS, concurrency, limits: LIMITS, ...(store && { store }) };
    const orchestrator = createOrchestrator(options);
    orchestrators.set(concurrency, orchestrator);
    return orchestrator;
  };
  return (workload, run, concurrency) => runGoal(orchestratorFor(concurrency), workload, run);
}

async function runGoal(orchestrator: Orchestrator, workload: Workload, run: RunTask): Promise<void> {
  current = run;
  const handle = orchestrator.submit(toPlan(workload));
  let heard = 0;
  for (const type of EVENT_TYPES) {
    handle.on(type, () => {
      heard += 1;
    });
  }
  await handle.result();
  if (heard < workload.tasks.length)
    throw new Error(`Expected to hear of every task, heard ${heard} events.`);
}

function toPlan({ tasks }: Workload): Plan {
  return {
    tasks: tasks.map(({ id, dependsOn }) => ({
      id: `t${id}`,
      title: "Answer",
      brief: "Answer the question.",
      role: "worker",
      kind: "answer",
      tier: "haiku",
      tierReason: "There is nothing to weigh.",
      errorCost: "low",
      criteria: [],
      dependsOn: dependsOn.map((needed) => `t${needed}`),
    })),
    answer: `t${tasks.length - 1}`,
  };
}
