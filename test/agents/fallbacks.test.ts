import { createOrchestrator } from "@terrace/core";
import { eventsOf, manualClock, planOf } from "@terrace/core/testing";
import { type Faults, scriptedWorld } from "@terrace/simulator";
import { describe, expect, test, vi } from "vitest";
import { type AnthropicClientOptions, anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import { claudeAgents } from "../../packages/agents/src/claude-agents.js";
import { journal, PARIS, question, stage, vendorClient } from "./client-support.js";

const HAIKU = "claude-haiku-5-5";
const SONNET = "claude-sonnet-5-5";
const overloaded: Faults = [{ kind: "status", status: 529 }];

/** A main server, one that stands in for it, and a client that knows both; time stands still. */
async function both(faults: Faults, options: Partial<AnthropicClientOptions> = {}) {
  const main = await stage({ faults });
  const other = await stage();
  const clock = manualClock();
  const warnings: string[] = [];
  const model = anthropicClient({
    client: main.client,
    fallbacks: [{ client: other.client }],
    env: { ...clock, random: () => 0.5 },
    warn: (line) => void warnings.push(line),
    ...options,
  });
  const ask = async (changes = {}) => {
    const calls = journal();
    const answer = await model.ask(question(changes), calls);
    return { answer, told: calls.told };
  };
  const asked = () => [main.simulator.requests.length, other.simulator.requests.length];
  return { main, other, clock, warnings, model, ask, asked };
}

describe("When the provider is down, the call is made elsewhere", () => {
  test("at once, and says whose place it takes", async () => {
    const { ask, warnings } = await both(overloaded);
    const { answer, told } = await ask();

    expect(answer).toEqual({ outcome: "ok", value: { text: PARIS } });
    expect(told.map(({ event }) => event)).toEqual(["sent", "failed", "sent", "answered"]);
    expect(told[0]).not.toHaveProperty("intent.standsInFor");
    expect(told[2]).toMatchObject({ intent: { model: HAIKU, standsInFor: HAIKU } });
    expect(warnings).toEqual(['"claude-haiku-5-5" cannot be reached; it is asked elsewhere.']);
  });

  test.each<[string, Faults, Partial<AnthropicClientOptions>]>([
    ["answers 500", [{ kind: "status", status: 500 }], {}],
    ["answers 503", [{ kind: "status", status: 503 }], {}],
    ["resets the connection", [{ kind: "reset" }], {}],
    ["breaks off", [{ kind: "cut-body", afterBytes: 40, end: "close" }], {}],
  ])("when it %s", async (_, faults, options) => {
    const { ask, asked } = await both(faults, options);

    expect((await ask()).answer.outcome).toBe("ok");
    expect(asked()).toEqual([1, 1]);
  });

  test("when nobody listens at its address", async () => {
    const { ask } = await both([], { client: vendorClient("http://127.0.0.1:1") });

    expect((await ask()).answer.outcome).toBe("ok");
  });

  test("when it is silent", async () => {
    const { ask, asked, clock, main } = await both([{ kind: "hang" }], { firstByteMs: 1_000 });
    const asking = ask();
    await vi.waitUntil(() => main.simulator.requests.length > 0, 15_000);
    await clock.advance(1_000);

    expect((await asking).answer.outcome).toBe("ok");
    expect(asked()).toEqual([1, 1]);
  });

  test("by another model of the same provider, priced as what answered", async () => {
    const { ask, asked, warnings } = await both([{ kind: "status", status: 529, on: { model: HAIKU } }], {
      fallbacks: [{ models: { [HAIKU]: SONNET } }],
    });
    const { told } = await ask();

    expect(warnings).toEqual([
      '"claude-haiku-5-5" cannot be reached; "claude-sonnet-5-5" is asked in its place.',
    ]);
    expect(told[2]).toMatchObject({ intent: { model: SONNET, standsInFor: HAIKU } });
    expect(told[3]).toMatchObject({ event: "answered", model: SONNET, priceAsOf: "2026-10-09" });
    expect(asked()).toEqual([2, 0]);
  });

  test("by the next of them when the first is down, too", async () => {
    const third = await stage();
    const second = await stage({ faults: overloaded });
    const { ask } = await both(overloaded, {
      fallbacks: [{ client: second.client }, { client: third.client, models: { [HAIKU]: SONNET } }],
    });
    const { answer } = await ask();

    expect(answer.outcome).toBe("ok");
    expect([second, third].map(({ simulator }) => simulator.requests[0]?.model)).toEqual([HAIKU, SONNET]);
  });
});

describe("It is made nowhere else", () => {
  test.each<[string, Faults, string]>([
    ["when the provider asks for patience", [{ kind: "status", status: 429 }], "RATE_LIMITED"],
    ["when the key is refused", [{ kind: "status", status: 401 }], "AUTH"],
    ["when the request is at fault", [{ kind: "status", status: 400 }], "INVALID_REQUEST"],
  ])("%s", async (_, faults, code) => {
    const { ask, asked } = await both(faults);

    expect((await ask()).answer).toMatchObject({ fault: { code } });
    expect(asked()).toEqual([1, 0]);
  });

  test.each([
    ["when the model declines", "refusal", "REFUSED"],
    ["when the answer is cut at its limit", "max_tokens", "MAX_TOKENS"],
  ])("%s", async (_, stopReason, code) => {
    const { client } = await stage({ world: { answer: () => ({ text: "No.", stopReason }) } });
    const { ask, other } = await both([], { client });

    expect((await ask()).answer).toMatchObject({ fault: { code } });
    expect(other.simulator.requests).toHaveLength(0);
  });

  test("when it is cancelled", async () => {
    const { ask, asked, main } = await both([{ kind: "hang" }]);
    const stop = new AbortController();
    const asking = ask({ signal: stop.signal });
    await vi.waitUntil(() => main.simulator.requests.length > 0, 15_000);
    stop.abort();

    expect((await asking).answer).toMatchObject({ fault: { code: "CANCELLED" } });
    expect(asked()).toEqual([1, 0]);
    expect((await ask({ signal: stop.signal })).told).toEqual([]);
  });

  test("when no fallback knows the model: what the provider said stands", async () => {
    const { ask, asked } = await both(overloaded, { fallbacks: [{ models: { [SONNET]: HAIKU } }] });

    expect((await ask()).answer).toMatchObject({ fault: { code: "OVERLOADED", scope: "tier" } });
    expect(asked()).toEqual([1, 0]);
  });
});

test("when nobody else answers either, what the provider said stands, and it can be asked again", async () => {
  const refusing = await stage({ faults: [{ kind: "status", status: 401 }] });
  const { ask } = await both(overloaded, { fallbacks: [{ client: refusing.client }] });

  expect((await ask()).answer).toMatchObject({ fault: { code: "OVERLOADED", retryable: true } });
  expect((await ask()).answer).toMatchObject({ fault: { code: "OVERLOADED", retryable: true } });
});

test("a run whose provider is down ends as it would have, tier by tier, and its ledger is the bill of who answered", async () => {
  const world = scriptedWorld({
    execute: { "*": { "*": { output: "done" } } },
    review: { "*": { "*": { criteria: [], problems: [], blame: "" } } },
  });
  const down = await stage({ faults: overloaded });
  const other = await stage({ world });
  const agents = claudeAgents({
    client: down.client,
    fallbacks: [{ client: other.client, models: { [HAIKU]: SONNET } }],
    warn: () => {},
  });
  const run = createOrchestrator({ agents, enforceInvariants: true }).submit(planOf({ a: {}, b: {} }));
  const { census, ledger } = await run.result();
  const answering = eventsOf(run.log, "call.answered").map(({ callId }) => callId);
  const sent = eventsOf(run.log, "call.sent").filter(({ callId }) => answering.includes(callId));

  expect(census).toMatchObject({ accepted: 2, attempts: 2, escalated: 0 });
  expect([...run.state.tasks.values()].map(({ tier }) => tier)).toEqual(["haiku", "haiku"]);
  expect(sent.filter(({ purpose }) => purpose === "execute")).toMatchObject([
    { tier: "haiku", model: SONNET, standsInFor: HAIKU },
    { tier: "haiku", model: SONNET, standsInFor: HAIKU },
  ]);
  expect(Math.round(ledger.usd * 1_000_000)).toBe(other.simulator.bill.microUsd);
  expect(down.simulator.bill.microUsd).toBe(0);
});

test("a provider that is down is tried again after 5 seconds, then 10, by one call each; once it answers, all go there", async () => {
  let isDown = true;
  const { ask, asked, clock } = await both(() => (isDown ? { kind: "status", status: 529 } : undefined));
  const after = async (ms: number, calls = 1) => {
    await clock.advance(ms);
    for (const { answer } of await Promise.all(Array.from({ length: calls }, () => ask()))) {
      expect(answer.outcome).toBe("ok");
    }
    return asked();
  };

  expect(await after(0)).toEqual([1, 1]);
  expect(await after(4_999)).toEqual([1, 2]);
  expect(await after(1, 3)).toEqual([2, 5]);
  expect(await after(9_999)).toEqual([2, 6]);
  isDown = false;
  expect(await after(1)).toEqual([3, 6]);
  expect(await after(0, 3)).toEqual([6, 6]);
});

test("work that would go elsewhere keeps the pace of there", async () => {
  const { ask, model, clock } = await both([{ kind: "status", status: 529, retryAfter: 50 }]);
  expect(model.paceOf?.(HAIKU)).toBe(0);
  await ask();
  expect(model.paceOf?.(HAIKU)).toBe(0);
  await clock.advance(5_000);
  await ask();

  expect(model.paceOf?.(HAIKU)).toBe(0);
});

test("an answer that stood in and was recorded is read again, and nobody is asked", async () => {
  const { ask, asked, model } = await both([{ kind: "status", status: 529, on: { model: HAIKU } }], {
    fallbacks: [{ models: { [HAIKU]: SONNET } }],
  });
  const { told } = await ask();
  const [sent, answered] = [told[2], told[3]];
  const recorded = (key: string) =>
    sent?.event === "sent" && sent.intent.key === key && answered?.event === "answered"
      ? answered
      : undefined;
  const answer = await model.ask(question(), { ...journal(), recorded });

  expect(answer).toEqual({ outcome: "ok", value: { text: PARIS } });
  expect(asked()).toEqual([2, 0]);
});

test("a fallback that names nothing, and more than ten, are refused", () => {
  expect(() => anthropicClient({ fallbacks: [{}] })).toThrow(
    "Expected `fallbacks[0]` to have a `client` or `models`, got neither. Add one, or remove it.",
  );
  const many = Array.from({ length: 11 }, () => ({ models: { a: "b" } }));
  expect(() => anthropicClient({ fallbacks: many })).toThrow(
    "Expected at most 10 `fallbacks`, got 11. Remove some.",
  );
});
