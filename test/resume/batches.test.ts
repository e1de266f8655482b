// Runs whose tasks may wait: real client, real simulator, stores that stop answering at any append.
import { type BatchSettings, claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator, memoryStore, type Run, type RunStore } from "@terrace/core";
import { eventsOf, planOf, wide } from "@terrace/core/testing";
import { type BatchOptions, costMicroUsd, type Simulator, scriptedWorld } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf } from "../core/support.js";
import { simulate } from "../simulator/support.js";
import { laterClock, mortal } from "./processes.js";

const FINE = { criteria: [], problems: [], blame: "" };
const WRONG = { ...FINE, problems: [{ description: "It is wrong.", blocking: true }] };

// Not sure of anything, so that nobody is audited by chance.
const draft = (output: string) => ({ output, confidence: "medium" });

const FAST = { lingerMs: 15, pollMs: 5, maxPollMs: 20, appearMs: 20 };

interface StageOptions extends BatchOptions {
  readonly review?: Parameters<typeof scriptedWorld>[0]["review"];
  readonly now?: () => number;
  readonly settings?: BatchSettings;
}

/** Processes with Claude for agents, over a simulator that outlives them. */
async function stage({ review = {}, now, settings, ...batches }: StageOptions = {}) {
  const world = scriptedWorld(
    {
      execute: { "*": { haiku: draft("Done."), "*": draft("Done better.") } },
      review: { ...review, "*": { "*": FINE } },
    },
    { repeated: "same" },
  );
  const { simulator, client } = await simulate({ world, batches, ...(now && { now }) });
  const process = (store: RunStore, generation = 0, options = {}) =>
    createOrchestrator({
      agents: claudeAgents({ client, batches: { ...FAST, ...settings } }),
      store,
      env: laterClock(generation),
      enforceInvariants: true,
      graceMs: 5_000,
      ...options,
    });
  return { simulator, process };
}

const BATCH = { urgency: "batch" } as const;

/** How often the content of a request reached the server: alone, or in a batch. */
function timesSent({ requests, batches }: Simulator): readonly number[] {
  const times = new Map<string, number>();
  const live = requests.filter(({ path }) => path === "/v1/messages").map(({ body }) => JSON.stringify(body));
  const batched = batches.flatMap(({ items }) => items.map(({ hash }) => hash));
  for (const name of [...live, ...batched]) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times.values()];
}

const violations = (run: Run): readonly string[] =>
  checkInvariants(run.log, { slots: 8, isOver: true }).map(({ message }) => message);

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("a run whose tasks may wait", () => {
  test("sends what is ready together in one batch, and reviews in the next, at half the price", async () => {
    const { simulator, process } = await stage({ settings: { lingerMs: 60_000, maxRequests: 12 } });
    const run = process(memoryStore()).submit(wide(12), BATCH);
    const { outcome, ledger } = await run.result();

    expect(outcome).toBe("complete");
    expect(simulator.batches.map(({ items }) => items.length)).toEqual([12, 12]);
    expect(timesSent(simulator)).toEqual(Array(24).fill(1));
    expect(Math.round(ledger.usd * 1_000_000)).toBe(simulator.bill.microUsd);
    const whole = simulator.bill.calls.map((call) =>
      costMicroUsd(call.model, { ...call, serviceTier: "standard" }),
    );
    // Each call is rounded to a micro-dollar.
    expect(Math.abs(sum(whole) / 2 - simulator.bill.microUsd)).toBeLessThanOrEqual(12);
    expect(violations(run)).toEqual([]);
  });

  test("is not held up by its slots, and does not take those of others", async () => {
    const { simulator, process } = await stage({ settings: { single: true } });
    const plan = planOf({
      ...Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`later${n}`, BATCH])),
      now1: {},
      now2: {},
    });
    const run = process(memoryStore(), 0, { concurrency: 1 }).submit(plan);
    await run.result();
    const urgencies = eventsOf(run.log, "call.sent").map(({ urgency }) => urgency);

    expect(urgencies.filter((urgency) => urgency === "batch")).toHaveLength(40);
    expect(urgencies.filter((urgency) => urgency === "live")).toHaveLength(4);
    expect(simulator.maxInFlight).toBe(1);
    expect(checkInvariants(run.log, { slots: 1, isOver: true })).toEqual([]);
  });

  test("escalates in the next batch", async () => {
    const { simulator, process } = await stage({
      review: { t1: { haiku: WRONG, "*": FINE }, t2: { haiku: WRONG, "*": FINE } },
      settings: { single: true },
    });
    const run = process(memoryStore()).submit(wide(4), BATCH);
    const { outputs } = await run.result();

    expect(Object.keys(outputs)).toHaveLength(4);
    expect(eventsOf(run.log, "task.escalated")).toHaveLength(2);
    expect(simulator.batches.flatMap(({ items }) => items)).toHaveLength(12);
    expect(eventsOf(run.log, "call.sent").every(({ urgency }) => urgency === "batch")).toBe(true);
    expect(violations(run)).toEqual([]);
  });

  test("asks again for what expired, and pays for it once", async () => {
    const { simulator, process } = await stage({
      outcome: ({ batch, index }) => (batch === 1 && index < 2 ? { type: "expired" } : undefined),
    });
    const run = process(memoryStore()).submit(wide(4), BATCH);
    await run.result();

    expect(eventsOf(run.log, "attempt.failed").map(({ fault }) => fault.code)).toEqual([
      "BATCH_EXPIRED",
      "BATCH_EXPIRED",
    ]);
    expect(eventsOf(run.log, "task.escalated")).toEqual([]);
    expect(simulator.bill.requests).toBe(8);
    expect(violations(run)).toEqual([]);
  });

  test("never puts more into batches than the budget bears", async () => {
    const { simulator, process } = await stage();
    const run = process(memoryStore()).submit(wide(10), { ...BATCH, budget: { maxCalls: 6 } });
    expect(await complaintOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(eventsOf(run.log, "call.sent")).toHaveLength(6);
    expect(simulator.batches[0]?.items).toHaveLength(6);
    await run.changeBudget(null);
    await run.result();

    expect(timesSent(simulator)).toEqual(Array(20).fill(1));
    expect(violations(run)).toEqual([]);
  });
});

describe("[K01] [K02] a process that dies at any append of a run in batches", () => {
  test("is followed by one that sends nothing twice, pays for nothing twice, and ends the same", async () => {
    const whole = await stage();
    const view = mortal(memoryStore(), undefined);
    const { outputs } = await whole.process(view).submit(wide(3), BATCH).result();
    const die = async (append: number, written: boolean): Promise<string[]> => {
      const found: string[] = [];
      const { simulator, process } = await stage();
      const store = memoryStore();
      const died = process(mortal(store, { append, written })).submit(wide(3), BATCH);
      await atRest(died);
      if ((await store.read(died.id)).length === 0) return [];
      const run = await process(store, 1).resume(died.id);
      const result = await run.result();
      const where = `${append} ${written}: `;
      if (Math.max(...timesSent(simulator)) > 1) found.push(`${where}sent twice ${timesSent(simulator)}.`);
      if (Math.round(run.ledger.usd * 1_000_000) !== simulator.bill.microUsd)
        found.push(`${where}${run.ledger.usd} USD, and the bill says ${simulator.bill.usd}.`);
      if (eventsOf(run.log, "call.orphaned").length > 0) found.push(`${where}an orphan.`);
      if (JSON.stringify(result.outputs) !== JSON.stringify(outputs)) found.push(`${where}outputs.`);
      return [...found, ...violations(run).map((message) => where + message)];
    };
    const found: string[] = [];
    for (let append = 1; append <= view.appends(); append += 4) {
      const four = [0, 1, 2, 3].flatMap((more) => [die(append + more, true), die(append + more, false)]);
      found.push(...(await Promise.all(four)).flat());
    }

    expect(found).toEqual([]);
    expect(view.appends()).toBeGreaterThan(10);
  }, 120_000);
});

describe("a run that waits for a batch and", () => {
  /** A run of three tasks, left in the middle of its first batch. */
  const waiting = async () => {
    let now = Date.now();
    const staged = await stage({ latency: 3_600_000, now: () => now });
    const store = memoryStore();
    const run = staged.process(store).submit(wide(3), BATCH);
    await until(() => eventsOf(run.log, "call.batched").length === 3);
    const pass = (ms: number): void => {
      now += ms;
    };
    return { ...staged, store, run, pass };
  };

  test("[K05] is paused leaves it at the provider at once, and is resumed by another process", async () => {
    const { simulator, process, store, run, pass } = await waiting();
    await run.pause("SIGINT.");
    expect(await complaintOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(run.log.at(-1)).toMatchObject({ type: "run.paused", reason: "interrupted" });
    expect(run.state.ledger.openCalls.size).toBe(3);
    pass(3_600_000);
    const resumed = await process(store, 1).resume(run.id);
    const done = resumed.result();
    await until(() => eventsOf(resumed.log, "review.queued").length === 3);
    await until(() => simulator.batches.length === 2);
    pass(3_600_000);
    await done;

    expect(timesSent(simulator)).toEqual(Array(6).fill(1));
    expect(eventsOf(resumed.log, "attempt.queued")).toHaveLength(3);
    expect(violations(resumed)).toEqual([]);
  });

  test("is cancelled cancels it, and records what was done by then as paid", async () => {
    const { simulator, run, pass } = await waiting();
    pass(1_300_000);
    await run.cancel("Enough.");
    expect(await complaintOf(run.result())).toMatchObject({ code: "RUN_CANCELLED" });

    expect(simulator.requests.filter(({ path }) => path.endsWith("/cancel"))).toHaveLength(1);
    expect(eventsOf(run.log, "call.answered")).toHaveLength(1);
    expect(eventsOf(run.log, "call.failed").map(({ fault }) => fault.code)).toEqual([
      "CANCELLED",
      "CANCELLED",
    ]);
    expect(Math.round(run.ledger.usd * 1_000_000)).toBe(simulator.bill.microUsd);
    expect(violations(run)).toEqual([]);
  });

  test("is left, resumed and cancelled in a row ends every call once", async () => {
    const { process, store, run } = await waiting();
    await run.pause();
    await atRest(run);
    const resumed = await process(store, 1).resume(run.id);
    const cancelled = resumed.cancel("Enough.");
    await cancelled;
    await atRest(resumed);

    expect(violations(resumed)).toEqual([]);
    expect(resumed.state.ledger.openCalls.size).toBe(0);
  });

  test("loses its key while it waits is paused, and goes on with the same batch", async () => {
    let isRefused = true;
    const { simulator, process } = await stage({
      fault: (call) => (call === "retrieve" && isRefused ? { kind: "status", status: 401 } : undefined),
    });
    const run = process(memoryStore()).submit(wide(3), BATCH);
    expect(await complaintOf(run.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(run.state.halt?.reason).toBe("auth");
    expect(run.state.ledger.openCalls.size).toBe(3);
    isRefused = false;
    await run.resume();
    await run.result();

    expect(timesSent(simulator)).toEqual(Array(6).fill(1));
    expect(violations(run)).toEqual([]);
  });
});
