import { eventsOf, fault, manualClock, ok, planOf, settled, typesOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { failureOf, launch } from "../core/support.js";

const one = planOf({ a: {} });

describe("a provider that", () => {
  test("asks for patience is asked again after it, at the same tier, as the same attempt", async () => {
    const clock = manualClock();
    const busy = fault("transport", { retryAfterMs: 1_000 });
    const { run, agents } = launch(one, { execute: { a: [busy, busy, ok("42")] } }, { env: clock });
    await clock.advance(0);

    expect(agents.requests.execute).toHaveLength(1);
    await clock.advance(999);
    expect(agents.requests.execute).toHaveLength(1);
    await clock.advance(1);
    expect(agents.requests.execute).toHaveLength(2);
    await clock.advance(1_000);

    expect(await run.result()).toMatchObject({ answer: "42", census: { attempts: 1 } });
    expect(agents.requests.execute.map(({ attempt, retry, route }) => [attempt, retry, route.tier])).toEqual([
      [1, 0, "haiku"],
      [1, 1, "haiku"],
      [1, 2, "haiku"],
    ]);
    expect(eventsOf(run.log, "task.escalated")).toEqual([]);
  });

  test("limits one tier holds that tier back, while the others go on", async () => {
    const clock = manualClock();
    const limited = fault("transport", { scope: "tier", retryAfterMs: 60_000, pause: "rate_limit" });
    const plan = planOf({ a: {}, b: {}, c: { tier: "sonnet" }, d: { tier: "sonnet", dependsOn: ["c"] } });
    const { run, agents } = launch(
      plan,
      { execute: { a: [limited, ok("a")] } },
      { env: clock, tierConcurrency: { haiku: 1 } },
    );
    await clock.advance(0);

    expect(agents.requests.execute.map(({ task }) => task.id).sort()).toEqual(["a", "c", "d"]);
    await clock.advance(60_000);
    await run.result();

    expect(
      agents.requests.execute
        .map(({ task }) => task.id)
        .slice(3)
        .sort(),
    ).toEqual(["a", "b"]);
  });

  test("refuses the key pauses the whole run, whose calls under way still count; it goes on when told", async () => {
    const denied = fault("transport", {
      scope: "run",
      retryable: false,
      pause: "auth",
      message: "The key is wrong.",
    });
    const { run, agents } = launch(
      wide(6),
      { execute: { t1: [denied, ok("t1")], t2: () => settled().then(() => ok("t2")) } },
      { concurrency: 2 },
    );
    const failure = await failureOf(run.result());

    expect(failure).toMatchObject({ code: "RUN_PAUSED", state: { halt: { reason: "auth" } } });
    expect(agents.requests.execute.map(({ task }) => task.id)).toEqual(["t1", "t2"]);
    expect(typesOf(run.log, "t2")).toContain("attempt.finished");
    await run.resume();

    expect(await run.result()).toMatchObject({ census: { accepted: 6 } });
  });

  test("can never answer such a request costs its task, and what depends on it", async () => {
    const hopeless = fault("transport", { retryable: false, message: "No such model." });
    const plan = planOf({ a: {}, b: { dependsOn: ["a"] }, c: {} });
    const { run, agents } = launch(plan, { execute: { a: hopeless } });

    expect(await run.result()).toMatchObject({
      outputs: { c: "c by haiku" },
      census: { failed: 1, skipped: 1, accepted: 1 },
    });
    expect(agents.requests.execute.filter(({ task }) => task.id === "a")).toHaveLength(1);
  });

  test("cannot be reached three times over pauses the run when nothing else moves", async () => {
    const { run } = launch(planOf({ a: {}, b: { dependsOn: ["a"] }, c: {} }), {
      execute: { a: fault("transport") },
    });

    expect(await failureOf(run.result())).toMatchObject({ state: { halt: { reason: "network" } } });
    expect(run.state.tasks.get("c")?.status).toBe("accepted");
    expect(eventsOf(run.log, "run.paused")).toMatchObject([{ tasks: ["a"] }]);
  });
});
