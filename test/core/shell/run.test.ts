import type { EventType } from "@terrace/core";
import { diamond, fault, ok, planOf, reject, settled, typesOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { complaintOf, failureOf, launch } from "../support.js";

/** Everything an iteration over a run brings. */
async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe("a submitted run", () => {
  test("is returned before anything happens, so that a listener misses nothing", async () => {
    const { run } = launch(wide(1));

    expect(run.log).toEqual([]);
    const heard: string[] = [];
    run.on("run.submitted", ({ runId }) => heard.push(runId));
    await run.result();

    expect(heard).toEqual(["run_1"]);
  });

  test("is not thenable, so that awaiting it waits for nothing", async () => {
    const { run } = launch(wide(1));

    expect("then" in run).toBe(false);
    expect(await run).toBe(run);
    expect(run.state.status).not.toBe("completed");
    await run.result();
  });
});

describe("the result", () => {
  test("is the answer, every output, the ledger and the census", async () => {
    const { run } = launch(planOf({ a: {}, b: { dependsOn: ["a"] } }), {
      usage: { costMicroUsd: 1_000_000 },
    });

    expect(await run.result()).toMatchObject({
      runId: "run_1",
      status: "completed",
      answer: "b by haiku",
      outputs: { a: "a by haiku", b: "b by haiku" },
      ledger: { calls: 4, usd: 4, byTask: { a: { calls: 2 }, b: { calls: 2 } } },
      census: { tasks: 2, accepted: 2, attempts: 2 },
    });
  });

  test("can be asked for as often as one likes", async () => {
    const { run } = launch(wide(1));
    const [first, second] = await Promise.all([run.result(), run.result()]);

    expect(first).toEqual(second);
    expect(await run.result()).toEqual(first);
  });

  test("of a cancelled run is its end, with what was done and spent by then", async () => {
    const { run } = launch(diamond(), { usage: { costMicroUsd: 250 } });
    run.on("task.accepted", () => run.cancel("Enough."));
    const failure = await failureOf(run.result());

    expect(failure).toMatchObject({
      code: "RUN_CANCELLED",
      message: 'Run "run_1" was cancelled: Enough. (1 of 4 tasks accepted, 0.000500 USD spent).',
      runId: "run_1",
      state: { status: "cancelled" },
      ledger: { calls: 2 },
    });
  });

  test("of a run without a plan is why there is none", async () => {
    const { run } = launch("anything", { plan: fault("refused", { message: "It declines." }) });

    expect(await complaintOf(run.result())).toEqual({
      code: "PLANNING_FAILED",
      message:
        'Run "run_1" failed: No plan after 1 attempt: It declines. (0 of 0 tasks accepted, 0.000000 USD spent).',
    });
  });

  test("of a failed run is why", async () => {
    const { run } = launch(planOf({ a: {} }), {
      execute: fault("transport", { retryable: false, message: "No such model." }),
    });

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_FAILED",
      message:
        'Run "run_1" failed: Task "a", which gives the answer, was not done: No such model. ' +
        "(0 of 1 tasks accepted, 0.000000 USD spent).",
    });
  });

  test("of a paused run is what it waits for, and another after it went on", async () => {
    const stalled = fault("transport", { scope: "run", pause: "auth", message: "The key is wrong." });
    const { run } = launch(planOf({ a: {} }), { execute: [stalled, ok("42")] });

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_PAUSED",
      message:
        'Run "run_1" is paused (auth): The key is wrong. (0 of 1 tasks accepted, 0.000000 USD spent). ' +
        "Then go on with `run.resume()`.",
    });
    await run.resume();

    expect(await run.result()).toMatchObject({ answer: "42" });
  });
});

describe("iterating", () => {
  test("brings every event from the first on, and ends with the run", async () => {
    const { run } = launch(diamond());

    expect(await all(run)).toEqual(run.log);
    expect(run.log.at(-1)?.type).toBe("run.completed");
  });

  test("late brings the same", async () => {
    const { run } = launch(diamond());
    await run.result();

    expect(await all(run)).toEqual(run.log);
  });

  test("by two at once brings each of them everything", async () => {
    const { run } = launch(diamond());
    const [first, second] = await Promise.all([all(run), all(run)]);

    expect(first).toEqual(second);
  });

  test("ends at a pause, and brings the rest after it", async () => {
    const { run } = launch(planOf({ a: { tier: "opus" } }), { review: reject("No.") });
    const before = await all(run);

    expect(before.at(-1)?.type).toBe("run.paused");
    await run.resolve("a", { action: "accept" });

    expect(typesOf(await all(run)).slice(before.length)).toEqual([
      "task.resolved",
      "run.resumed",
      "task.accepted",
      "run.completed",
    ]);
  });

  test("can be left at any time", async () => {
    const { run } = launch(diamond());
    for await (const { type } of run) if (type === "plan.accepted") break;

    expect(await run.result()).toMatchObject({ status: "completed" });
  });
});

describe("listening", () => {
  test("to what is no event is refused", () => {
    const listen = () => launch(wide(1)).run.on("task.excalated" as EventType, () => {});

    expect(listen).toThrow(
      expect.objectContaining({
        code: "LISTENER_INVALID",
        message: 'Expected the type of an event, such as "task.escalated", got `"task.excalated"`.',
      }),
    );
  });

  test("finds the event recorded and folded", async () => {
    const { run } = launch(wide(1));
    const found: unknown[] = [];
    run.on("task.accepted", (event) =>
      found.push(run.log.includes(event), run.state.tasks.get("t1")?.status),
    );
    await run.result();

    expect(found).toEqual([true, "accepted"]);
  });

  test("badly harms nobody: the run goes on, and what was thrown is handed on", async () => {
    const errors: [unknown, EventType][] = [];
    const { run } = launch(wide(2), {}, { onListenerError: (error, { type }) => errors.push([error, type]) });
    run.on("task.accepted", () => {
      throw "rude";
    });
    run.on("run.completed", async () => {
      throw "late";
    });
    await run.result();
    await settled();

    expect(errors).toEqual([
      ["rude", "task.accepted"],
      ["rude", "task.accepted"],
      ["late", "run.completed"],
    ]);
  });
});
