// A run in which everything happens: the measure of whether a run that was stopped comes out the same.
import type { ExecuteRequest, Plan, ReviewRequest } from "@terrace/core";
import {
  accept,
  blame,
  fault,
  ok,
  planOf,
  reject,
  requestKey,
  type ScriptedAgents,
  scriptedAgents,
  testTeam,
} from "@terrace/core/testing";

/** Calls under way at once in a reference run. */
export const SLOTS = 4;

/** What each call of a reference run costs, and what is reserved for it, in micro-dollars. */
export const COST = 10;
export const RESERVED = 100;

/** Twenty-two tasks in four layers. */
export const referencePlan: Plan = planOf(
  {
    ...tasks("source", 6, () => []),
    ...tasks("middle", 9, (n) => [`source${(n % 6) + 1}`, `source${((n + 1) % 6) + 1}`]),
    ...tasks("late", 6, (n) => (n === 3 ? ["source1", "middle3"] : [`middle${n}`, `middle${n + 3}`])),
    answer: { dependsOn: Array.from({ length: 6 }, (_, index) => `late${index + 1}`) },
  },
  "answer",
);

function tasks(name: string, count: number, dependsOn: (n: number) => readonly string[]) {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return Object.fromEntries(numbers.map((n) => [`${name}${n}`, { dependsOn: dependsOn(n), role: "worker" }]));
}

/** What was really asked of agents, over all processes: the keys, in order. */
export type Asked = string[];

/**
 * The agents of one process. They answer by what they are asked and nothing else, so that every process answers alike:
 * a plan that does not stand and one that does, faults in transport, a repair, escalations, a review that cannot be
 * read, a task that is rejected at every tier, one that is refused, and a blame.
 */
export function referenceAgents(asked: Asked = []): ScriptedAgents {
  return scriptedAgents({
    usage: { inputTokens: 1, costMicroUsd: COST, reservedMicroUsd: RESERVED },
    plan: (request: Parameters<typeof requestKey>[0] & { attempt: number }) => {
      asked.push(requestKey(request));
      return request.attempt === 1 ? { tasks: [], answer: "none" } : referencePlan;
    },
    execute(request) {
      asked.push(requestKey(request));
      return execution(request);
    },
    review(request) {
      asked.push(requestKey(request));
      return review(request);
    },
  });
}

function execution({ task, route, reason, retry, inputs }: ExecuteRequest) {
  if (task.id === "middle2" && retry === 0) return fault("transport", { retryAfterMs: 1 });
  if (task.id === "middle1" && reason === "first") {
    return fault("invalid_output", { issues: ["It is no JSON."] });
  }
  if (task.id === "late4") return fault("refused");
  const from = inputs.map(({ taskId, tier }) => `${taskId}@${tier}`).join(", ");
  return ok(`${task.id}@${route.tier} from ${from}`, {
    confidence: task.id.startsWith("late") ? "low" : "high",
  });
}

function review(request: ReviewRequest) {
  const { task, retry, issues, executedAt, inputs } = request;
  switch (task.id) {
    case "source4":
    case "middle7":
      return executedAt === "haiku" ? reject("It is shallow.")(request) : accept(request);
    case "middle5":
      return retry === 0 ? fault("transport", { retryAfterMs: 1 }) : accept(request);
    case "late1":
      return issues.length === 0 ? fault("invalid_output", { issues: ["No verdict."] }) : accept(request);
    case "late2":
      return reject("It will never do.")(request);
    case "late3":
      return inputs.find(({ taskId }) => taskId === "source1")?.tier === "haiku"
        ? blame("source1", "The source is wrong.")(request)
        : accept(request);
    default:
      return accept(request);
  }
}

/** The team and the checks of a reference run; one check waits, and one finds something. */
export const referenceOptions = {
  team: testTeam,
  concurrency: SLOTS,
  checks: {
    worker: [
      {
        name: "depth",
        async run(output: unknown) {
          await Promise.resolve();
          return String(output).startsWith("source6@haiku") ? ["It is too short."] : [];
        },
      },
    ],
  },
} as const;
