// A provider that asks for patience, is late, or is asked by many at once: rows A01, A04, A13, A16, A35, A36 and A42.
import { eventsOf, wide } from "@terrace/core/testing";
import { scriptedWorld, type World } from "@terrace/simulator";
import { expect, test } from "vitest";
import { askedOf, begin, going, one, planFor, play, workOf } from "./whole-run.js";

const script = { ...going(), review: { "*": { "*": { criteria: [], problems: [], blame: "" } } } };

test("[A01] a tier that must wait gives its slot back: with one slot, the other tiers go on meanwhile", async () => {
  const plan = planFor({
    a: {},
    b: { tier: "sonnet" },
    c: { tier: "opus" },
    end: { dependsOn: ["a", "b", "c"] },
  });
  const { asked, run, simulator } = await play(plan, {
    concurrency: 1,
    faults: [{ kind: "status", status: 429, retryAfterMs: 2_000, on: { line: "haiku", nth: 1 } }],
  });

  expect(workOf(asked).slice(0, 5)).toEqual([
    "execute a haiku",
    "execute b sonnet",
    "review b sonnet",
    "execute c opus",
    "review c opus",
  ]);
  const [refused, again] = simulator.requests.filter(({ model }) => model?.includes("haiku"));
  expect((again?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_999);
  expect(simulator.maxInFlight).toBe(1);
  expect(run.census).toMatchObject({ accepted: 4, attempts: 4 });
});

test("[A04] a wait of an hour pauses the run instead, with the time in its log; resumed, it goes on where it was", async () => {
  const { run, simulator, message } = await play(wide(6), {
    script,
    concurrency: 2,
    latency: 15,
    faults: [{ kind: "status", status: 429, retryAfter: 3_600, on: { nth: 1 } }],
  });

  expect(message).toMatch(/^Run "run_1" is paused \(rate_limit\): Claude limits the rate of requests /);
  expect(eventsOf(run.log, "call.failed")[0]?.fault.retryAfterMs).toBe(3_600_000);
  expect(simulator.requests).toHaveLength(2);
  await run.resume();

  expect((await run.result()).census).toMatchObject({ accepted: 6, attempts: 6 });
  expect(simulator.requests).toHaveLength(13);
});

test.each([500, 502, 503, 504])(
  "[A13] a server that answers %i to one tier is asked four times there; no tier is raised, and the rest is done",
  async (status) => {
    const plan = planFor({ a: {}, b: { tier: "sonnet" } });
    const { run, message, asked } = await play(plan, {
      faults: [{ kind: "status", status, on: { line: "haiku" } }],
    });

    expect(workOf(asked).filter((work) => work.includes(" a "))).toEqual(Array(4).fill("execute a haiku"));
    expect(eventsOf(run.log, "task.escalated")).toEqual([]);
    expect(run.state.tasks.get("b")?.status).toBe("accepted");
    expect(message).toMatch(/is paused \(overloaded\): The request failed on the server's side /);
  },
);

test("[A16] a storm over every slot that lasts costs a request a wait, not one for each task that waits", async () => {
  let started: number | undefined;
  const { run, simulator } = await play(wide(100), {
    script,
    concurrency: 16,
    latency: 15,
    faults: () => {
      started ??= Date.now();
      return Date.now() - started < 250 ? { kind: "status", status: 429, retryAfterMs: 100 } : undefined;
    },
  });
  const refused = simulator.requests.filter(({ status }) => status === 429).length;

  expect(run.census).toMatchObject({ accepted: 100, attempts: 100 });
  expect(refused).toBeGreaterThanOrEqual(1);
  expect(simulator.requests.length).toBeLessThanOrEqual(1.1 * 200);
  expect(simulator.maxInFlight).toBeLessThanOrEqual(16);
});

test("[A35] a stream that ends twice is one answer, charged once", async () => {
  const { run, simulator, answer } = await play("Anything.", {
    faults: [{ kind: "duplicate-stop", on: { line: "opus" } }],
  });

  expect(answer).toBe("done");
  expect(eventsOf(run.log, "plan.proposed")).toHaveLength(1);
  expect(Math.round(run.ledger.usd * 1_000_000)).toBe(simulator.bill.microUsd);
});

test("[A36] an answer after the timeout is not waited for: the attempt is asked again, and what the first cost is unknown", async () => {
  const late = { output: "late", latencyMs: 400 };
  const { run, simulator, answer } = await play(one, {
    script: going({ execute: { a: { haiku: [late, { output: "in time" }] } } }),
    client: { firstByteMs: 100 },
  });

  expect(answer).toBe("in time");
  expect(run.census.attempts).toBe(1);
  expect(run.ledger).toMatchObject({ calls: 3, unpricedCalls: 1 });
  expect(eventsOf(run.log, "call.failed")[0]?.fault.code).toBe("TIMEOUT_FIRST_BYTE");
  expect(simulator.requests.map(({ aborted }) => aborted ?? false)).toEqual([true, false, false]);
});

test("[A42] after the provider asked for patience a tier opens with one call, and with one more for each that is answered", async () => {
  let started = 0;
  let answered = 0;
  const seen: { started: number; answered: number }[] = [];
  const world = scriptedWorld(script);
  const counting: World = {
    async answer(request) {
      if (request.line !== "haiku") return world.answer(request);
      started += 1;
      seen.push({ started, answered });
      await new Promise((resolve) => setTimeout(resolve, 20));
      answered += 1;
      return world.answer(request);
    },
  };
  const { run, simulator } = await begin(wide(64), {
    world: counting,
    concurrency: 16,
    faults: (_, n) => (n <= 16 ? { kind: "status", status: 429, retryAfterMs: 60 } : undefined),
  });
  await run.result();

  // After n answers at most n + 1 are under way, so that twice n + 1 were started at most.
  for (const { started, answered } of seen) expect(started).toBeLessThanOrEqual(2 * answered + 1);
  // It does open: how far, in so few calls, is the machine's doing.
  expect(Math.max(...seen.map(({ started, answered }) => started - answered))).toBeGreaterThanOrEqual(8);
  expect(simulator.maxInFlight).toBeLessThanOrEqual(16);
});

test("[A16] [A42] the requests of a storm are those that were needed and one for each slot", async () => {
  const { simulator, run } = await play(wide(100), {
    script,
    concurrency: 8,
    latency: 15,
    faults: (_, n) => (n <= 8 ? { kind: "status", status: 429, retryAfterMs: 60 } : undefined),
  });

  expect(run.census.accepted).toBe(100);
  expect(askedOf(simulator)).toHaveLength(200 + 8);
});
