// A task may be taken back, and be ready again, while a model is asked what sort of task it is: one answer serves both.
import {
  type Answer,
  type Classification,
  classifierRouter,
  defineTeam,
  memoryStore,
  type OrchestratorOptions,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import { accept, blame, eventsOf, planOf, settled } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { slowStore } from "../core/shell/stores.js";
import { laterClock } from "./processes.js";
import { opening, start, usage } from "./support.js";

const team = defineTeam({
  models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "sonnet", minTier: "sonnet" } },
  reviewer: { auditShare: 0 },
  router: classifierRouter(),
});

const SIMPLE: Answer<Classification> = {
  outcome: "ok",
  value: { complexity: "mechanical", errorCost: "low", reason: "It looks so." },
};

const plan = planOf({
  source: {},
  quick: { dependsOn: ["source"] },
  slow: { dependsOn: ["source"] },
  end: { dependsOn: ["quick", "slow"] },
});

const review = {
  quick: (request: Parameters<typeof accept>[0]) =>
    request.attempt === 1 ? blame("source", "It is wrong.")(request) : accept(request),
};

const licencesOf = (log: readonly RunEvent[]) =>
  eventsOf(log, "classification.queued").filter(({ taskId }) => taskId === "slow");

const callsOf = (log: readonly RunEvent[]) =>
  eventsOf(log, "call.sent").filter(({ taskId, purpose }) => taskId === "slow" && purpose === "classify");

/** A run that was completed after it was asked about "slow", which was taken back and ready again meanwhile. */
async function takenBack(store: RunStore, options: Partial<OrchestratorOptions> = {}) {
  const { opened, open } = opening();
  const classify = async ({ task }: { task: { id: string } }) => {
    if (task.id === "slow") await opened;
    return SIMPLE;
  };
  const run = start(store, { usage, classify, review }, { team, ...options }).orchestrator.submit(plan);
  while (licencesOf(run.log).length < 2) await settled();
  open();
  await run.result();
  return run;
}

test("an answer is used by a process that resumes, though its work was licensed anew after it was asked for", async () => {
  const run = await takenBack(memoryStore());
  // Its process died when the answer was recorded, and nothing that follows from it.
  const [asked] = callsOf(run.log);
  const at = run.log.findIndex((event) => event.type === "call.answered" && event.callId === asked?.callId);
  const left = memoryStore();
  const lease = await left.acquire(run.id, "dead", 0, 1);
  await left.append(lease, run.log.slice(0, at + 1), 0);
  const { orchestrator } = start(left, { usage, classify: SIMPLE }, { team, env: laterClock(1) });
  const resumed = await orchestrator.resume(run.id);
  await resumed.result();

  expect(callsOf(resumed.log)).toEqual([asked]);
  expect(resumed.state.tasks.get("slow")).toMatchObject({ status: "accepted" });
});

test("an answer is asked for once, though a slow store has yet to record it when the next in line has its turn", async () => {
  const run = await takenBack(slowStore(), { tierConcurrency: { haiku: 1 } });

  expect(callsOf(run.log)).toHaveLength(1);
});
