import {
  accept,
  blame,
  chain,
  countingIds,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
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

test("[E03] [R08] of a thousand wrong outputs claimed with high confidence a tenth meets a reviewer who sees it, the same each time", async () => {
  const team = { ...testTeam, reviewer: { ...testTeam.reviewer, auditShare: 0.1 } };
  const caughtIn = async () => {
    const ids = countingIds();
    const caught: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { run } = launch(
        wide(100),
        {
          execute: ({ route }) => ok(route.tier === "haiku" ? "wrong" : "right"),
          review: (request) => (request.route.tier === "haiku" ? accept : reject("It is wrong."))(request),
        },
        { team, env: ids },
      );
      await atRest(run);
      for (const { taskId, from } of eventsOf(run.log, "task.escalated")) {
        if (from === "haiku") caught.push(`${run.id}/${taskId}`);
      }
    }
    return caught;
  };
  const caught = await caughtIn();

  expect(caught.length).toBeGreaterThanOrEqual(80);
  expect(caught.length).toBeLessThanOrEqual(120);
  expect(await caughtIn()).toEqual(caught);
});

test("[E03] an executor that is always sure and often wrong shows in the calibration", async () => {
  const { run } = launch(wide(20), {
    execute: ({ route }) => ok(route.tier === "haiku" ? "wrong" : "right", { confidence: "high" }),
    review: (request) => (request.executedAt === "haiku" ? reject("It is wrong.") : accept)(request),
  });
  const { census } = await run.result();

  expect(census.calibration.high).toEqual({ judged: 40, accepted: 20 });
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

test("[R04] when no review can be had the run pauses, the output is kept and nothing is accepted", async () => {
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
