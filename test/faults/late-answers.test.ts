// What comes too late, twice, or to somebody else: rows E28, E31, R03, R13–R15, A35 and A36.
import { type Agents, checkInvariants, createOrchestrator, type Orchestrator } from "@terrace/core";
import {
  accept,
  blame,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  scriptedAgents,
  testTeam,
  typesOf,
} from "@terrace/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { atRest, complaintOf, launch } from "../core/support.js";

/** A promise that somebody else settles. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

test("[E28] a goal submitted from inside an attempt has lanes of its own: nothing waits for itself, even at one slot", async () => {
  const asked: Orchestrator[] = [];
  const agents = scriptedAgents({
    execute: async ({ task }) => {
      if (task.id === "part") return ok("part");
      const inner = await asked[0]?.submit(planOf({ part: {} })).result();
      return ok(`outer with ${inner?.answer}`);
    },
  });
  const orchestrator = createOrchestrator({ agents, team: testTeam, concurrency: 1 });
  asked.push(orchestrator);

  expect((await orchestrator.submit(planOf({ outer: {} })).result()).answer).toBe("outer with part");
});

/** Two tasks on one input; `quick` blames it while `slow` is under way. */
const disputed = planOf({
  facts: {},
  quick: { dependsOn: ["facts"] },
  slow: { dependsOn: ["facts"] },
  end: { dependsOn: ["quick", "slow"] },
});

test("[E31] an output for a superseded attempt is paid for, and never used", async () => {
  const late = gate();
  const usage = { inputTokens: 10, costMicroUsd: 7 };
  const { run } = launch(disputed, {
    usage,
    execute: async ({ task, attempt, inputs }) => {
      if (task.id === "slow" && attempt === 1) await late.passed;
      return ok(`${task.id}.${attempt}(${inputs.map(({ output }) => output).join()})`);
    },
    review: { quick: [blame("facts", "The facts are wrong."), accept] },
  });
  run.on("task.accepted", ({ taskId, tier }) => taskId === "facts" && tier === "sonnet" && late.open());
  const { outputs, ledger } = await run.result();

  expect(outputs.slow).toBe("slow.2(facts.2())");
  const calls = eventsOf(run.log, "call.sent").filter(({ taskId }) => taskId === "slow");
  expect(calls.map(({ purpose, attempt }) => [purpose, attempt])).toContainEqual(["execute", 1]);
  expect(eventsOf(run.log, "call.answered")).toHaveLength(eventsOf(run.log, "call.sent").length);
  expect(Math.round(ledger.usd * 1_000_000)).toBe(7 * ledger.calls);
  expect(eventsOf(run.log, "attempt.finished").filter(({ taskId }) => taskId === "slow")).toMatchObject([
    { attempt: 2 },
  ]);
  expect(checkInvariants(run.log)).toEqual([]);
});

test("[R13] a verdict on a superseded attempt does not become the verdict on the next one", async () => {
  const late = gate();
  const { run } = launch(disputed, {
    execute: ({ task, attempt }) => ok(`${task.id}.${attempt}`),
    review: async (request) => {
      const { task, attempt } = request;
      if (task.id === "slow" && attempt === 1) {
        await late.passed;
        return accept(request);
      }
      // By now the second attempt is in review, and the late verdict on the first is let through before this one.
      if (task.id === "slow" && attempt === 2) {
        late.open();
        await new Promise((resolve) => setImmediate(resolve));
        return reject("The second is wrong.")(request);
      }
      return task.id === "quick" && attempt === 1 ? blame("facts", "Wrong.")(request) : accept(request);
    },
  });
  const { outputs } = await run.result();

  const verdicts = eventsOf(run.log, "review.returned").filter(({ taskId }) => taskId === "slow");
  expect(verdicts.map(({ attempt, verdict }) => [attempt, verdict])).toEqual([
    [2, "rerun"],
    [3, "accept"],
  ]);
  expect(outputs.slow).toBe("slow.3");
  expect(checkInvariants(run.log)).toEqual([]);
});

test("[R14] a verdict after the cancellation is recorded as paid for, and changes nothing", async () => {
  const { run } = launch(planOf({ a: {} }), {
    usage: { costMicroUsd: 5 },
    review: async (request) => {
      await run.cancel("Enough.");
      return accept(request);
    },
  });
  await atRest(run);

  expect(typesOf(run.log).slice(-2)).toEqual(["run.cancelled", "call.answered"]);
  expect(run.ledger).toMatchObject({ calls: 2, usd: 0.00001 });
  expect(run.census.accepted).toBe(0);
});

test("[R15] nobody can take back what was accepted, but for a reviewer downstream: a person settles flagged tasks alone", async () => {
  const { run } = launch(planOf({ a: {}, b: { dependsOn: ["a"] } }), {
    review: { b: reject("It is wrong.") },
  });
  await atRest(run);

  expect(await complaintOf(run.resolve("a", { action: "give_up" }))).toEqual({
    code: "TASK_NOT_FLAGGED",
    message:
      'Expected task "a" to be flagged for a person, but it is accepted. Only a flagged task can be settled.',
  });
});

const EXECUTIONS = ["ok", "invalid_output", "empty", "truncated", "refused", "context_exceeded"] as const;
const REVIEWS = ["reject", "contrary", "invalid_output", "truncated"] as const;

test("[R03] whatever an executor answers and a reviewer objects, a task is tried at most twice at each tier", async () => {
  const answers = fc.array(fc.constantFrom(...EXECUTIONS), { minLength: 6, maxLength: 6 });
  const objections = fc.array(fc.constantFrom(...REVIEWS), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(answers, objections, async (executions, reviews) => {
      const { run, agents } = launch(planOf({ a: {} }), {
        execute: executions.map((each, turn) => (each === "ok" ? ok(`draft ${turn}`) : fault(each))),
        review: reviews.map((each) =>
          each === "reject" ? reject("Too long.") : each === "contrary" ? reject("Too short.") : fault(each),
        ),
      });
      await atRest(run);

      expect(run.state.status).toBe("paused");
      expect(run.state.tasks.get("a")?.status).toBe("flagged");
      expect(agents.requests.execute.length).toBeLessThanOrEqual(2 * 3);
      expect(agents.requests.review.length).toBeLessThanOrEqual(2 * agents.requests.execute.length);
    }),
    { numRuns: 300 },
  );
});

test("[A35] an answer that is delivered twice is charged once", async () => {
  const scripted = scriptedAgents({});
  const agents: Agents = {
    ...scripted,
    async execute(request) {
      const { calls, route } = request;
      const callId = await calls.sent({
        model: route.model,
        effort: null,
        maxTokens: 100,
        key: "key",
        reservedMicroUsd: null,
      });
      const usage = {
        inputTokens: 3,
        outputTokens: 2,
        thinkingTokens: 0,
        cacheReadTokens: 0,
        cacheWrite5mTokens: 0,
        cacheWrite1hTokens: 0,
      };
      const answer = {
        model: route.model,
        requestId: null,
        stopReason: "end_turn",
        usage,
        costMicroUsd: 9,
        priceAsOf: "2026-11-21",
        latencyMs: 0,
        raw: "done",
      };
      await calls.answered(callId, answer);
      await calls.answered(callId, answer);
      return scripted.execute(request);
    },
  };
  const run = createOrchestrator({ agents, team: testTeam }).submit(planOf({ a: {} }));
  const { ledger } = await run.result();

  expect(ledger).toMatchObject({ calls: 1, usd: 0.000009, inputTokens: 3, outputTokens: 2 });
});
