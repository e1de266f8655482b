import { claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator, memoryStore, type RunStore } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { scriptedWorld } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { atRest } from "../core/support.js";
import { simulate } from "../simulator/support.js";
import { laterClock, mortal } from "./processes.js";

const task = (id: string, dependsOn: readonly string[] = []) => ({
  id,
  title: `Do ${id}`,
  brief: `Everything about ${id}.`,
  role: "worker",
  kind: "write",
  tier: "haiku",
  tierReason: "It is simple.",
  errorCost: "low",
  criteria: [],
  dependsOn,
});

const FINE = { criteria: [], problems: [], blame: "" };
const WRONG = { ...FINE, problems: [{ description: "It is wrong.", blocking: true }] };

/** A plan, an output that is accepted, and one that is sent up: so many requests. */
const NEEDED = 7;

// Not sure of anything, so that nobody is audited by chance.
const draft = (output: string) => ({ output, confidence: "medium" });

const world = () =>
  scriptedWorld(
    {
      plan: { tasks: [task("facts"), task("essay", ["facts"])], answer: "essay" },
      execute: { "*": { haiku: draft("A draft."), sonnet: draft("The thing.") } },
      review: { facts: { "*": FINE }, essay: { haiku: WRONG, "*": FINE } },
    },
    { repeated: "same" },
  );

/** A process with Claude for agents, over a simulator that outlives it. */
async function stage() {
  const { simulator, client } = await simulate({ world: world() });
  const process = (store: RunStore, generation = 0) =>
    createOrchestrator({ agents: claudeAgents({ client }), store, env: laterClock(generation) });
  return { simulator, process };
}

describe("over HTTP,", () => {
  test("a run whose process dies at any append ends the same, and no answered request comes again", async () => {
    const { simulator, process } = await stage();
    const view = mortal(memoryStore(), undefined);
    const whole = await process(view).submit("Write an essay.").result();
    const needed = simulator.requests.length;
    const found: string[] = [];
    for (let append = 1; append <= view.appends(); append += 1) {
      const store = memoryStore();
      const before = simulator.requests.length;
      const died = process(mortal(store, { append, written: true })).submit("Write an essay.");
      await atRest(died);
      const run = await process(store, 1).resume(died.id);
      const result = await run.result();
      const orphans = eventsOf(run.log, "call.orphaned").length;
      const sent = simulator.requests.length - before;
      // An orphan whose intent was durable and never left is charged, but was no request.
      if (sent > needed + orphans || sent < needed) found.push(`${append}: ${sent} requests for ${needed}.`);
      if (JSON.stringify(result.outputs) !== JSON.stringify(whole.outputs)) found.push(`${append}: outputs.`);
      found.push(...checkInvariants(run.log).map(({ message }) => `${append}: ${message}`));
    }

    expect(found).toEqual([]);
    expect(needed).toBe(NEEDED);
  });

  test.each(["plan", "execute", "review"])(
    "a %s whose answer was recorded, and nothing after it, is not asked for again",
    async (purpose) => {
      const { simulator, process } = await stage();
      const inner = memoryStore();
      let isDead = false;
      const store: RunStore = {
        ...inner,
        append(lease, events, seq) {
          if (isDead) throw new Error("The process was killed.");
          inner.append(lease, events, seq);
          const answered = events.find((event) => event.type === "call.answered");
          isDead = answered !== undefined && lastPurpose(simulator.requests.length) === purpose;
          return undefined;
        },
        release: () => undefined,
      };
      const died = process(store).submit("Write an essay.");
      await atRest(died);
      const before = simulator.requests.length;
      const run = await process(inner, 1).resume(died.id);
      await run.result();

      expect(run.log.filter(({ type }) => type === "call.orphaned")).toEqual([]);
      expect(simulator.requests).toHaveLength(NEEDED);
      expect(before).toBeLessThan(NEEDED);
      expect(eventsOf(run.log, "call.sent")).toHaveLength(NEEDED);
      expect(run.ledger.usd * 1_000_000).toBeCloseTo(simulator.bill.usd * 1_000_000);
    },
  );

  test("what is reserved for a call is never less than what it costs", async () => {
    const { process } = await stage();
    const run = process(memoryStore()).submit("Write an essay. Énorme 🗼.");
    await run.result();
    const reserved = new Map(
      eventsOf(run.log, "call.sent").map(({ callId, reservedMicroUsd }) => [callId, reservedMicroUsd]),
    );

    expect(reserved.size).toBe(NEEDED);
    for (const { callId, costMicroUsd } of eventsOf(run.log, "call.answered")) {
      expect(reserved.get(callId)).toBeGreaterThanOrEqual(costMicroUsd ?? Number.NaN);
    }
  });

  test("a run that reuses another sends nothing at all for what is the same", async () => {
    const { simulator, process } = await stage();
    const store = memoryStore();
    const first = process(store).submit("Write an essay.");
    const { outputs, ledger } = await first.result();
    const sent = simulator.requests.length;
    const again = await process(store).submit("Write an essay.", { reuse: first.id }).result();

    expect(simulator.requests).toHaveLength(sent);
    expect(again).toMatchObject({ outputs, ledger: { calls: 0, reusedCalls: NEEDED, savedUsd: ledger.usd } });
  });

  test("bodies that differ in anything have keys of their own, and the same body the same", async () => {
    const { process } = await stage();
    const keysOf = async (goal: string) => {
      const run = process(memoryStore()).submit(goal);
      await run.result();
      return eventsOf(run.log, "call.sent").map(({ key }) => key);
    };
    const [one, same, other] = [await keysOf("Essay."), await keysOf("Essay."), await keysOf("Essay!")];

    expect(new Set(one).size).toBe(NEEDED);
    expect(same).toEqual(one);
    expect(other?.filter((key) => one?.includes(key))).toEqual([]);
  });
});

/** What the nth request of this run is for. */
function lastPurpose(n: number): string {
  return ["plan", "execute", "review"][n - 1] ?? "later";
}
