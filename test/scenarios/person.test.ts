import { type Check, checkInvariants, type Review, type ReviewRequest } from "@terrace/core";
import { accept, eventsOf, ok, planOf, type Reply, reject, tiersOf, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { atRest, failureOf, launch } from "../core/support.js";

const plan = planOf(
  { facts: { tier: "sonnet" }, essay: { dependsOn: ["facts"] }, other: {}, cover: { dependsOn: ["other"] } },
  "essay",
);

describe("a task that is rejected at the top of the ladder", () => {
  test("is flagged: what depends on it waits, everything else goes on, and then the run pauses", async () => {
    const { run } = launch(plan, { review: { facts: reject("No source.") } });
    const failure = await failureOf(run.result());

    expect(failure.message).toBe(
      'Run "run_1" is paused (person): Task "facts" is flagged for a person after "sonnet", "opus". ' +
        'Last reason: No source. Settle it with `run.resolve("facts", …)`. (2 of 4 tasks accepted, 0.000000 USD spent).',
    );
    expect(Object.fromEntries([...run.state.tasks].map(([id, { status }]) => [id, status]))).toEqual({
      facts: "flagged",
      essay: "waiting",
      other: "accepted",
      cover: "accepted",
    });
    expect(eventsOf(run.log, "run.paused")).toMatchObject([{ reason: "person", tasks: ["facts"] }]);
  });
});

describe("a person", () => {
  /** A run that waits for a person to settle "facts". */
  const waiting = async (...later: readonly Reply<ReviewRequest, Review>[]) => {
    const { run, agents } = launch(plan, {
      execute: { facts: { opus: [ok("facts by opus"), ok("facts by opus, again")] } },
      review: { facts: [reject("No source."), reject("No source."), ...later] },
    });
    await atRest(run);
    return { run, agents };
  };

  test("accepts the draft as it is", async () => {
    const { run, agents } = await waiting();
    await run.resolve("facts", { action: "accept" });

    expect(await run.result()).toMatchObject({
      answer: "essay by haiku",
      outputs: { facts: "facts by opus" },
    });
    expect(eventsOf(run.log, "task.accepted").find(({ taskId }) => taskId === "facts")).toMatchObject({
      by: "person",
    });
    expect(agents.requests.execute.at(-1)?.inputs).toMatchObject([{ taskId: "facts", acceptedBy: "person" }]);
  });

  test("supplies the answer, which nobody reviews", async () => {
    const { run, agents } = await waiting();
    const reviews = agents.requests.review.length;
    await run.resolve("facts", { action: "answer", output: { figures: [1, 2] } });

    expect(await run.result()).toMatchObject({ outputs: { facts: { figures: [1, 2] } } });
    expect(agents.requests.review.slice(reviews).map(({ task }) => task.id)).toEqual(["essay"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("has the task re-run at a tier, with the rejected draft", async () => {
    const { run, agents } = await waiting(accept);
    await run.resolve("facts", { action: "rerun", tier: "opus" });

    expect(await run.result()).toMatchObject({ census: { accepted: 4 } });
    expect(tiersOf(run.log, "facts")).toEqual(["sonnet", "opus", "opus"]);
    expect(agents.requests.execute.filter(({ task }) => task.id === "facts").at(-1)).toMatchObject({
      reason: "person",
      draft: { output: "facts by opus", findings: ["No source."] },
    });
  });

  test("gives it up: what depends on it is skipped, and the run fails when that was the answer", async () => {
    const { run } = await waiting();
    await run.resolve("facts", { action: "give_up" }, { reason: "Nobody knows." });

    expect(await failureOf(run.result())).toMatchObject({
      code: "RUN_FAILED",
      message:
        'Run "run_1" failed: Task "essay", which gives the answer, was not done: it needs "facts", which failed ' +
        "(2 of 4 tasks accepted, 0.000000 USD spent).",
    });
    expect(eventsOf(run.log, "task.failed")).toMatchObject([{ taskId: "facts", reason: "Nobody knows." }]);
    expect(eventsOf(run.log, "task.skipped")).toMatchObject([{ taskId: "essay", dueTo: "facts" }]);
  });

  test("is asked again when the re-run is rejected too", async () => {
    const { run } = await waiting(reject("Still none."));
    await run.resolve("facts", { action: "rerun", tier: "opus" });
    await atRest(run);

    expect(eventsOf(run.log, "task.flagged")).toMatchObject([
      { reason: "No source." },
      { reason: "Still none." },
    ]);
    expect(typesOf(run.log).at(-1)).toBe("run.paused");
  });

  test("settles several tasks one by one, and the run goes on when nothing is left to settle", async () => {
    const both = planOf({ a: { tier: "opus" }, b: { tier: "opus" }, c: { dependsOn: ["a", "b"] } });
    const { run } = launch(both, { review: { a: reject("No."), b: reject("No.") } });
    await atRest(run);
    await run.resolve("a", { action: "accept" });
    await atRest(run);

    expect(run.state.status).toBe("paused");
    await run.resolve("b", { action: "accept" });

    expect(await run.result()).toMatchObject({ census: { accepted: 3 } });
  });
});

describe("an answer that a person supplies is checked like any other", () => {
  const sources: Check = {
    name: "sources",
    run: (output) => (String(output).includes("source") ? [] : ["none"]),
  };
  const one = planOf({ facts: { tier: "opus" } });

  test("by the checks of its task", async () => {
    const { run } = launch(one, {}, {}, { checks: { facts: [sources] } });
    await atRest(run);
    await run.resolve("facts", { action: "answer", output: "Trust me." });
    await atRest(run);

    expect(eventsOf(run.log, "task.flagged").at(-1)).toMatchObject({
      cause: "check",
      reason: "sources: none",
    });
    await run.resolve("facts", { action: "answer", output: "Here is a source." });

    expect(await run.result()).toMatchObject({ answer: "Here is a source." });
  });

  test("by the form that is expected", async () => {
    const { run } = launch(one, { execute: ok("no number") }, {}, { outputs: { facts: z.number() } });
    await atRest(run);
    await run.resolve("facts", { action: "answer", output: "seven" });
    await atRest(run);

    expect(run.state.tasks.get("facts")?.status).toBe("flagged");
    await run.resolve("facts", { action: "answer", output: 7 });

    expect(await run.result()).toMatchObject({ answer: 7 });
  });
});
