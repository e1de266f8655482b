import { checkInvariants } from "@terrace/core";
import { accept, eventsOf, fault, ok, planOf, reject, tiersOf, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../core/support.js";

const facts = planOf({ facts: { criteria: ["Each figure has a source."] } });

describe("a task that is rejected twice", () => {
  const launched = () =>
    launch(facts, {
      execute: {
        facts: {
          haiku: ok("a guess", { confidence: "low", because: "It is from memory." }),
          sonnet: ok("two sources", { confidence: "medium" }),
          opus: ok("three sources"),
        },
      },
      review: { facts: [reject("No source at all."), reject("No source for the third figure."), accept] },
    });

  test("climbs the ladder tier by tier, and stands when it is right", async () => {
    const { run } = launched();

    expect(await run.result()).toMatchObject({
      answer: "three sources",
      census: { escalated: 1, attempts: 3 },
    });
    expect(tiersOf(run.log, "facts")).toEqual(["haiku", "sonnet", "opus"]);
    expect(eventsOf(run.log, "task.escalated")).toMatchObject([
      { from: "haiku", to: "sonnet", reason: "No source at all." },
      { from: "sonnet", to: "opus", reason: "No source for the third figure." },
    ]);
  });

  test("hands each rejected draft up with what was found wrong with it", async () => {
    const { run, agents } = launched();
    await run.result();

    expect(agents.requests.execute).toMatchObject([
      { route: { tier: "haiku" }, attempt: 1, reason: "first", draft: undefined },
      {
        route: { tier: "sonnet", model: "model-sonnet" },
        attempt: 2,
        reason: "escalation",
        draft: { output: "a guess", tier: "haiku", findings: ["No source at all."] },
      },
      {
        route: { tier: "opus", model: "model-opus", effort: "medium" },
        attempt: 3,
        reason: "escalation",
        draft: { output: "two sources", tier: "sonnet", findings: ["No source for the third figure."] },
      },
    ]);
  });

  test("is reviewed by a tier that its confidence calls for, which is never told of it", async () => {
    const { run, agents } = launched();
    await run.result();

    expect(agents.requests.review.map(({ route, executedAt }) => [executedAt, route.tier])).toEqual([
      ["haiku", "sonnet"],
      ["sonnet", "opus"],
      ["opus", "opus"],
    ]);
    expect(JSON.stringify(agents.requests.review)).not.toContain("It is from memory.");
    expect(agents.requests.review.every((request) => !("confidence" in request))).toBe(true);
  });

  test("leaves a log in the order of what happened", async () => {
    const { run } = launched();
    await run.result();
    const attempt = [
      "attempt.queued",
      "attempt.started",
      "attempt.finished",
      "attempt.checked",
      "review.queued",
    ];

    expect(typesOf(run.log)).toEqual([
      "run.submitted",
      "plan.accepted",
      ...attempt,
      "review.returned",
      "task.escalated",
      ...attempt,
      "review.returned",
      "task.escalated",
      ...attempt,
      "review.returned",
      "task.accepted",
      "run.completed",
    ]);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

test("a confident output is not accepted for its confidence", async () => {
  const { run } = launch(facts, {
    execute: ok("certain", { confidence: "high" }),
    review: reject("It is made up."),
  });
  await atRest(run);

  expect(run.state.tasks.get("facts")).toMatchObject({ status: "flagged", acceptedBy: null });
});

describe("an output that nobody needs to review again", () => {
  test("because it is the rejected one, word for word, goes up directly", async () => {
    const { run, agents } = launch(facts, {
      execute: { facts: { haiku: ok("same"), sonnet: ok("same"), opus: ok("other") } },
      review: { facts: [reject("No source."), accept] },
    });
    await run.result();

    expect(agents.requests.review.map(({ output }) => output)).toEqual(["same", "other"]);
    expect(eventsOf(run.log, "task.escalated")[1]?.reason).toBe(
      "No progress: this output was rejected before. No source.",
    );
    expect(agents.requests.execute[2]).toMatchObject({ draft: { output: "same", tier: "sonnet" } });
  });
});

describe("a draft", () => {
  test("survives a tier that brings no output: whoever is next still has it", async () => {
    const { run, agents } = launch(facts, {
      execute: { facts: { haiku: ok("a guess"), sonnet: fault("refused", { message: "It declines." }) } },
      review: { facts: [reject("No source."), accept] },
    });
    await run.result();

    expect(agents.requests.execute[2]).toMatchObject({
      route: { tier: "opus" },
      draft: { output: "a guess", tier: "haiku", findings: ["No source."] },
      fault: { outcome: "refused", message: "It declines." },
    });
  });

  test("survives a pause", async () => {
    const stalled = fault("transport", { scope: "run", pause: "auth" });
    const { run, agents } = launch(facts, {
      execute: { facts: { haiku: ok("a guess"), sonnet: [stalled, ok("sourced")] } },
      review: { facts: [reject("No source."), accept] },
    });
    await atRest(run);
    await run.resume();
    await run.result();

    expect(agents.requests.execute.slice(1)).toMatchObject([
      { route: { tier: "sonnet" }, reason: "escalation", retry: 0, draft: { output: "a guess" } },
      { route: { tier: "sonnet" }, reason: "escalation", retry: 1, draft: { output: "a guess" } },
    ]);
  });

  test("that no reviewer could judge is handed up with the reason", async () => {
    const { run, agents } = launch(facts, {
      review: { facts: [fault("empty"), fault("empty", { message: "The reviewer said nothing." }), accept] },
    });
    await run.result();

    expect(agents.requests.execute[1]).toMatchObject({
      draft: { output: "facts by haiku", findings: ["No usable review: The reviewer said nothing."] },
      fault: undefined,
    });
  });
});
