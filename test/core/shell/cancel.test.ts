import { checkInvariants } from "@terrace/core";
import {
  diamond,
  eventsOf,
  fault,
  manualClock,
  planOf,
  reject,
  settled,
  typesOf,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, failureOf, launch } from "../support.js";

describe("cancelling", () => {
  test("tells what is under way to stop, asks nothing new, and ends once", async () => {
    const aborted: string[] = [];
    const { run, agents } = launch(
      wide(5),
      {
        execute: ({ task, signal }) =>
          new Promise((resolve) => {
            signal.addEventListener("abort", () => {
              aborted.push(task.id);
              resolve(fault("transport"));
            });
          }),
      },
      { concurrency: 2 },
    );
    await settled();
    await run.cancel("Enough.");
    await atRest(run);

    expect(aborted).toEqual(["t1", "t2"]);
    expect(agents.requests.execute).toHaveLength(2);
    expect(eventsOf(run.log, "run.cancelled")).toMatchObject([{ reason: "Enough." }]);
    expect(run.log.at(-1)?.type).toBe("run.cancelled");
  });

  test("from a listener, twice, ends once", async () => {
    const { run } = launch(diamond());
    run.on("attempt.started", () => {
      run.cancel("First.");
      run.cancel("Second.");
    });
    await atRest(run);

    expect(eventsOf(run.log, "run.cancelled")).toMatchObject([{ reason: "First." }]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("at once, before anything happened, still leaves a whole log", async () => {
    const { run } = launch(diamond());
    await run.cancel("Never mind.");
    await atRest(run);

    expect(typesOf(run.log).at(0)).toBe("run.submitted");
    expect(typesOf(run.log).at(-1)).toBe("run.cancelled");
  });

  test("resolves when the end is recorded", async () => {
    const { run } = launch(diamond());
    await run.cancel("Enough.");

    expect(run.state.status).toBe("cancelled");
  });

  test("after the end changes nothing", async () => {
    const { run } = launch(wide(1));
    await run.result();
    const events = run.log.length;
    await run.cancel("Too late.");

    expect(run.log).toHaveLength(events);
    expect(run.state.status).toBe("completed");
  });

  test("a paused run ends it", async () => {
    const { run } = launch(planOf({ a: { tier: "opus" } }), { review: reject("No.") });
    await atRest(run);
    await run.cancel("Enough.");

    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_CANCELLED" });
  });

  test("keeps what was paid for: an answer that comes late is recorded, and not used", async () => {
    const { run } = launch(wide(1), { usage: { costMicroUsd: 7 } });
    run.on("call.sent", () => run.cancel("Enough."));
    await atRest(run);

    expect(typesOf(run.log).slice(-2)).toEqual(["run.cancelled", "call.answered"]);
    expect(run.ledger).toMatchObject({ calls: 1, usd: 0.000007 });
    expect(eventsOf(run.log, "attempt.finished")).toEqual([]);
  });
});

describe("resuming", () => {
  test("a run that is not paused changes nothing", async () => {
    const { run } = launch(wide(1));
    await run.resume();
    await run.result();
    await run.resume();

    expect(eventsOf(run.log, "run.resumed")).toEqual([]);
    expect(typesOf(run.log).at(0)).toBe("run.submitted");
  });

  test("a run that waits for a person lets it pause again", async () => {
    const { run } = launch(planOf({ a: { tier: "opus" } }), { review: reject("No.") });
    await atRest(run);
    await run.resume();

    expect(await failureOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(eventsOf(run.log, "run.paused")).toHaveLength(2);
  });
});

test("whoever was asked before the end finds its signal aborted, and can send nothing more", async () => {
  const { run, agents } = launch(wide(1));
  run.on("attempt.started", () => run.cancel("Enough."));
  await atRest(run);
  const intent = { model: "m", effort: null, maxTokens: 1, key: "k", reservedMicroUsd: null };
  const sent = agents.requests.execute.map(({ calls }) => complaintOf(calls.sent(intent)));

  expect(agents.requests.execute.every(({ signal }) => signal.aborted)).toBe(true);
  expect(sent).toHaveLength(1);
  for (const complaint of await Promise.all(sent)) {
    expect(complaint).toEqual({
      code: "RUN_ENDED",
      message: "The run was told to stop: nothing more may be sent for it.",
    });
  }
  expect(eventsOf(run.log, "call.sent")).toEqual([]);
});

test("a provider that asks for patience when the run is cancelled leaves no timer behind", async () => {
  const clock = manualClock();
  const patience = fault("transport", { scope: "tier", retryAfterMs: 60_000 });
  const execute = ({ signal }: { signal: AbortSignal }) =>
    new Promise<typeof patience>((resolve) => {
      signal.addEventListener("abort", () => resolve(patience));
    });
  const { run } = launch(wide(1), { execute }, { env: clock });
  await settled();
  await run.cancel("Enough.");
  await failureOf(run.result());
  await settled();

  expect(clock.timers).toEqual([]);
});

test("a signal is aborted by the time that anybody hears of the cancellation", async () => {
  const signals: AbortSignal[] = [];
  const { run } = launch(wide(2), {
    execute: async ({ signal }) => {
      signals.push(signal);
      await settled();
      return fault("transport");
    },
  });
  const heard: boolean[] = [];
  run.on("run.cancelled", () => heard.push(...signals.map(({ aborted }) => aborted)));
  await settled();
  void run.cancel("Enough.");

  expect(heard).toEqual([true, true]);
  await atRest(run);
});
