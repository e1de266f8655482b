import { type Answer, createOrchestrator, type ExecuteRequest, type Execution } from "@terrace/core";
import {
  accept,
  blame,
  chain,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  scriptedAgents,
  testTeam,
  tiersOf,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { expect, test } from "vitest";
import { atRest, failureOf, launch } from "../core/support.js";

const one = planOf({ a: { criteria: ["It is right."] } });

test("[E03] of outputs that claim high confidence, the audited share gets a stronger reviewer, chosen by name and not by chance", async () => {
  const team = { ...testTeam, reviewer: { ...testTeam.reviewer, auditShare: 0.1 } };
  const { run } = launch(wide(100), { execute: () => ok("sure", { confidence: "high" }) }, { team });
  await run.result();
  const reviews = eventsOf(run.log, "review.queued");

  expect(reviews.filter(({ audit }) => audit).length).toBeGreaterThanOrEqual(4);
  expect(reviews.filter(({ audit }) => audit).length).toBeLessThanOrEqual(20);
  for (const { audit, route } of reviews) expect(route.tier).toBe(audit ? "sonnet" : "haiku");
});

test("[E03] an executor that is always sure and often wrong shows in the calibration", async () => {
  const { run } = launch(wide(20), {
    execute: ({ route }) => ok(route.tier === "haiku" ? "wrong" : "right", { confidence: "high" }),
    review: (request) => (request.executedAt === "haiku" ? reject("It is wrong.") : accept)(request),
  });
  const { census } = await run.result();

  expect(census.calibration.high).toEqual({ judged: 40, accepted: 20 });
});

test("[E25] an output over the size limit is refused with its size, asked for again, and then a tier up", async () => {
  const { run, agents } = launch(
    planOf({ a: {} }),
    { execute: { a: { haiku: ok("x".repeat(2_000)), sonnet: ok("short") } } },
    { limits: { maxOutputBytes: 1_000 } },
  );
  const { answer } = await run.result();

  expect(answer).toBe("short");
  expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku", "sonnet"]);
  expect(agents.requests.execute[1]?.fault?.issues).toEqual([
    "Expected an output of at most 1000 bytes, got 2000. Answer shorter.",
  ]);
});

test("[E27] an output that speaks of new tasks makes none", async () => {
  const { run } = launch(planOf({ a: {} }), {
    execute: ok({ tasks: [{ id: "b", role: "worker", tier: "opus" }] }),
  });
  await run.result();

  expect([...run.state.tasks.keys()]).toEqual(["a"]);
});

test("[E28] an executor that submits a goal of its own waits on no slot that it holds", async () => {
  const inner = createOrchestrator({ agents: scriptedAgents({}), team: testTeam, concurrency: 1 });
  const execute = async (_: ExecuteRequest): Promise<Answer<Execution>> => {
    const { answer } = await inner.submit(planOf({ part: {} })).result();
    return ok(answer);
  };
  const { run } = launch(planOf({ a: {} }), { execute }, { concurrency: 1 });

  expect((await run.result()).answer).toBe("part by haiku");
});

test("[E30] a higher tier that gives the rejected output again goes up at once, without another review", async () => {
  const { run, agents } = launch(one, {
    execute: { a: { haiku: ok("same"), sonnet: ok("same"), opus: ok("better") } },
    review: { a: [reject("It is wrong."), accept] },
  });
  await run.result();

  expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet", "opus"]);
  expect(agents.requests.review).toHaveLength(2);
  expect(eventsOf(run.log, "task.escalated")[1]?.reason).toBe(
    "No progress: this output was rejected before. It is wrong.",
  );
});

test("[E31] an answer to an attempt that was superseded is not used", async () => {
  const plan = planOf({
    facts: {},
    quick: { dependsOn: ["facts"] },
    slow: { dependsOn: ["facts"] },
    end: { dependsOn: ["quick", "slow"] },
  });
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { run } = launch(plan, {
    execute: async ({ task, inputs }) => {
      const from = inputs.map(({ output }) => output).join();
      if (task.id === "slow" && from.includes("haiku")) await held;
      return ok(
        task.id === "facts" ? `facts by ${run.state.tasks.get("facts")?.tier}` : `${task.id} from ${from}`,
      );
    },
    review: (request) =>
      (request.task.id === "quick" && JSON.stringify(request.inputs).includes("haiku")
        ? blame("facts", "The facts are wrong.")
        : accept)(request),
  });
  run.on("task.escalated", () => release());
  const { outputs } = await run.result();

  expect(outputs.slow).toBe("slow from facts by sonnet");
});

test("[R03] a reviewer that rejects whatever it sees is asked a bounded number of times", async () => {
  const { run, agents } = launch(one, {
    execute: (request) => ok(`draft ${request.attempt}`),
    review: reject("Not like this."),
  });
  await atRest(run);

  expect(run.state.status).toBe("paused");
  expect(agents.requests.execute.length).toBeLessThanOrEqual(2 * 3);
  expect(agents.requests.review).toHaveLength(3);
});

test("[R04] [R08] when no review can be had the run pauses, the output is kept and nothing is accepted", async () => {
  const { run, agents } = launch(one, {
    review: fault("transport", { pause: "overloaded", message: "Too busy." }),
  });
  const error = await failureOf(run.result());

  expect(error.message).toContain("is paused (reviewer): Too busy.");
  expect(agents.requests.review).toHaveLength(4);
  expect(typesOf(run.log)).not.toContain("task.accepted");
  expect(run.state.tasks.get("a")?.attempts[0]?.output).toBe("a by haiku");
});

test("[R08] how often each confidence word was accepted is counted, so that a rubber stamp shows", async () => {
  const { run } = launch(wide(5));

  expect((await run.result()).census.calibration.high).toEqual({ judged: 5, accepted: 5 });
});

test("[R09] a reviewer that rejects everything ends at a person, task by task", async () => {
  const { run } = launch(wide(4), {
    execute: (request) => ok(`${request.task.id} ${request.attempt}`),
    review: reject("No."),
  });
  const error = await failureOf(run.result());

  expect(run.census.flagged).toBe(4);
  expect(error.message).toContain("is paused (person)");
});

test("[R10] whatever a review says besides, the next attempt is one tier higher", async () => {
  const { run } = launch(one, {
    execute: (request) => ok(`draft ${request.attempt}`),
    review: { a: [reject("Skip to opus, or go down to nothing."), accept] },
  });
  await run.result();

  expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
});

test("[R11] an output of the top tier that is rejected is flagged, and opus is not asked again", async () => {
  const { run, agents } = launch(planOf({ a: { tier: "opus" } }), { review: reject("Still wrong.") });
  await atRest(run);

  expect(run.state.tasks.get("a")).toMatchObject({
    status: "flagged",
    flag: { cause: "ladder", reason: "Still wrong." },
  });
  expect(agents.requests.execute).toHaveLength(1);
});

test("[R12] a policy that names a tier below the executor's is lifted to it", async () => {
  const team = { ...testTeam, reviewPolicy: () => "haiku" };
  const { run } = launch(planOf({ a: { tier: "opus" } }), {}, { team });
  await run.result();

  expect(eventsOf(run.log, "review.queued")[0]?.route.tier).toBe("opus");
});

test("[R13] a verdict is taken for the attempt it was asked for, and for no other", async () => {
  const plan = chain(2);
  const { run } = launch(plan, {
    execute: (request) => ok(`${request.task.id} ${request.attempt}`),
    review: (request) =>
      (request.task.id === "t2" && request.attempt === 1 ? blame("t1", "The input is wrong.") : accept)(
        request,
      ),
  });
  await run.result();

  for (const { taskId, attempt } of eventsOf(run.log, "task.accepted")) {
    const verdicts = eventsOf(run.log, "review.returned").filter(
      (each) => each.taskId === taskId && each.attempt === attempt,
    );
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["accept"]);
  }
});

test("[R14] a verdict that comes after the run was cancelled changes nothing", async () => {
  const { run } = launch(one, {
    review: async (request) => {
      await run.cancel("Enough.");
      return accept(request);
    },
  });
  await atRest(run);

  expect(run.state.status).toBe("cancelled");
  expect(typesOf(run.log)).not.toContain("review.returned");
  expect(run.state.tasks.get("a")?.status).toBe("reviewing");
});

test("[R15] nothing starts on an output that is not accepted, and what used one that is taken back is done again", async () => {
  const { run } = launch(chain(3), {
    execute: (request) => ok(`${request.task.id} ${request.attempt}`),
    review: (request) =>
      (request.task.id === "t3" && request.attempt === 1 ? blame("t2", "The input is wrong.") : accept)(
        request,
      ),
  });
  await run.result();

  expect(tiersOf(run.log, "t2")).toEqual(["haiku", "sonnet"]);
  expect(tiersOf(run.log, "t3")).toEqual(["haiku", "haiku"]);
});
