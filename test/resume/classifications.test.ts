import {
  type Answer,
  type Classification,
  classifierRouter,
  defineTeam,
  memoryStore,
  type RunEvent,
} from "@terrace/core";
import { accept, blame, eventsOf, planOf, settled } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { laterClock } from "./processes.js";
import { opening, start, usage } from "./support.js";

const team = defineTeam({
  models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
  planner: { tier: "opus" },
  executors: { worker: { tier: "haiku" } },
  reviewer: { auditShare: 0 },
  router: classifierRouter(),
});

const SIMPLE: Answer<Classification> = {
  outcome: "ok",
  value: { complexity: "mechanical", errorCost: "low", reason: "It looks so." },
};

const callsOf = (log: readonly RunEvent[]) =>
  eventsOf(log, "call.sent").filter(({ taskId, purpose }) => taskId === "slow" && purpose === "classify");

test("what sort of task it is, is not asked again when the answer came after the task was taken back, and ready again", async () => {
  const store = memoryStore();
  const { opened, open } = opening();
  const script = {
    usage,
    classify: async ({ task }: { task: { id: string } }) => {
      if (task.id === "slow") await opened;
      return SIMPLE;
    },
    review: {
      quick: (request: Parameters<typeof accept>[0]) =>
        request.attempt === 1 ? blame("source", "It is wrong.")(request) : accept(request),
    },
  };
  const plan = planOf({
    source: {},
    quick: { dependsOn: ["source"] },
    slow: { dependsOn: ["source"] },
    end: { dependsOn: ["quick", "slow"] },
  });
  const run = start(store, script, { team }).orchestrator.submit(plan);
  await settled();
  expect(eventsOf(run.log, "classification.queued").filter(({ taskId }) => taskId === "slow")).toHaveLength(
    2,
  );
  open();
  await run.result();

  // Its process died when the answer was recorded, and nothing that follows from it.
  const [asked] = callsOf(run.log);
  const at = run.log.findIndex((event) => event.type === "call.answered" && event.callId === asked?.callId);
  const left = memoryStore();
  const lease = await left.acquire(run.id, "dead", 0, 1);
  await left.append(lease, run.log.slice(0, at + 1), 0);
  const { orchestrator } = start(left, script, { team, env: laterClock(1) });
  const resumed = await orchestrator.resume(run.id);
  await resumed.result();

  expect(callsOf(resumed.log)).toEqual([asked]);
  expect(resumed.state.tasks.get("slow")).toMatchObject({ status: "accepted" });
});
