import type { Baseline, Comparison, LedgerReport, PriceOf, RunEvent, Usage } from "@terrace/core";
import { checkInvariants, createOrchestrator, memoryStore } from "@terrace/core";
import {
  type AnyRequest,
  accept,
  blame,
  chain,
  countingIds,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  testTeam,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { compare } from "../../../packages/core/src/run/compare.js";
import { atRest, launch } from "../support.js";

/** Micro-dollars a token: a read costs a tenth of the input, a write a quarter more, an output five times as much. */
const RATES: Readonly<Record<string, number>> = { "model-haiku": 10, "model-sonnet": 200, "model-opus": 400 };
const priceOf: PriceOf = (model, usage, { urgency }) => {
  const rate = RATES[model];
  if (rate === undefined) return null;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = usage;
  const units =
    inputTokens +
    5 * outputTokens +
    0.1 * cacheReadTokens +
    1.25 * cacheWrite5mTokens +
    2 * cacheWrite1hTokens;
  return { microUsd: Math.round(rate * units * (urgency === "batch" ? 0.5 : 1)), asOf: "2026-11-21" };
};

const NO_TOKENS: Usage = {
  ...{ inputTokens: 0, outputTokens: 0, thinkingTokens: 0 },
  ...{ cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 },
};

/** Each call takes 100 tokens in and 10 out, at the price of its model: 1,500, 30,000 or 60,000 micro-dollars. */
const counts: Usage = { ...NO_TOKENS, inputTokens: 100, outputTokens: 10 };
const usage = ({ route }: AnyRequest) => {
  const { microUsd: costMicroUsd } = priceOf(route.model, counts, { urgency: "live", prices: [] }) ?? {};
  return { ...counts, costMicroUsd: costMicroUsd ?? null };
};
const HAIKU = 1_500 / 1e6;
const SONNET = 30_000 / 1e6;
const OPUS = 60_000 / 1e6;

/** A run to its rest, compared. */
async function comparing(work: Parameters<typeof launch>[0], script: ScriptedOptions = {}) {
  const { run } = launch(work, { usage, ...script });
  await atRest(run);
  expect(checkInvariants(run.log)).toEqual([]);
  return { run, ...compare(run.log, priceOf) };
}

describe("The same accepted work at one tier", () => {
  test("is each accepted answer once, and nothing else; the run counts whole, and the saving is net", async () => {
    const { run, allTop, allMiddle, allCheapest, usd } = await comparing("Do it.", { plan: wide(3) });

    // A plan at Opus, three answers at Haiku, three reviews.
    expect(usd).toBe(run.ledger.usd);
    expect(allTop).toEqual({
      tier: "opus",
      model: "model-opus",
      usd: 3 * OPUS,
      savedUsd: rounded(3 * OPUS - usd),
      savedShare: expect.closeTo((3 * OPUS - usd) / (3 * OPUS), 9),
      // With the plan, and the three reviews at Opus.
      reviewedUsd: rounded(OPUS + 6 * OPUS),
      trustedAnswers: 0,
      assumes:
        "Estimate: each accepted answer once, at model-opus prices of 2026-11-21, with the tokens it took here, a warm " +
        "cache, live or batched as here; no planner, no review, nothing rejected.",
    });
    expect(allMiddle).toMatchObject({ tier: "sonnet", usd: 3 * SONNET, savedUsd: rounded(3 * SONNET - usd) });
    expect(allCheapest).toMatchObject({
      tier: "haiku",
      usd: rounded(3 * HAIKU),
      savedUsd: rounded(3 * HAIKU - usd),
    });
    expect(allCheapest.savedUsd).toBeLessThan(0);
  });

  test("of a run that escalates everything is cheaper than the run: it reports a loss", async () => {
    const rejected = [reject("No."), reject("No."), accept];
    const { allTop, escalationUsd, census } = await comparing(wide(4), {
      review: { t1: rejected, t2: rejected, t3: rejected, t4: rejected },
    }).then(({ run, ...rest }) => ({ ...rest, census: run.census }));

    expect(census).toMatchObject({ accepted: 4 });
    expect(allTop.usd).toBe(4 * OPUS);
    expect(allTop.savedUsd).toBeLessThan(0);
    expect(allTop.savedShare).toBeLessThan(0);
    expect(escalationUsd).toBeGreaterThanOrEqual(4 * (HAIKU + SONNET));
  });

  test("at a tier that some answers were above says that it is trusted with them", async () => {
    const { allCheapest, allMiddle, allTop } = await comparing(wide(2), {
      review: { t1: [reject("No."), accept] },
    });

    expect([allTop, allMiddle, allCheapest].map((line) => line?.trustedAnswers)).toEqual([0, 0, 1]);
    expect(allCheapest.assumes).toMatch(
      / 1 of the 2 came from a higher tier here, and this one is trusted with them\.$/,
    );
    for (const line of [allMiddle, allTop]) expect(line?.assumes).toMatch(/nothing rejected\.$/);
  });

  test("has no middle when the ladder has two tiers, and the lower middle when it has four", async () => {
    const ladder = (tiers: readonly string[]): RunEvent[] =>
      (logs.at(0) ?? []).map((event) =>
        event.type === "run.submitted" ? { ...event, team: { ...event.team, ladder: tiers } } : event,
      );
    const logs = [(await comparing(wide(1))).run.log as RunEvent[]];

    expect(compare(ladder(["haiku", "opus"]), priceOf).allMiddle).toBeNull();
    expect(compare(ladder(["haiku", "sonnet", "high", "opus"]), priceOf).allMiddle?.tier).toBe("sonnet");
  });

  test("of nothing is nothing, and what was spent is lost", async () => {
    const { allTop, usd } = await comparing("Do it.", { plan: {} });

    expect(usd).toBeGreaterThan(0);
    expect(allTop).toMatchObject({ usd: 0, savedUsd: -usd, savedShare: null });
  });

  test("[A39] is unknown where a price is, and never another model's", async () => {
    const { run } = await comparing(wide(1));
    const { allTop, allCheapest } = compare(run.log, (model, ...rest) =>
      model === "model-opus" ? null : priceOf(model, ...rest),
    );

    expect(allTop).toMatchObject({ usd: null, savedUsd: null, savedShare: null });
    expect(allTop.assumes).toContain("at model-opus prices,");
    expect(allCheapest.usd).toBe(HAIKU);
  });

  test("is known, and the saving is not, when the cost of a call of the run is unknown", async () => {
    const { run } = await comparing(wide(1), {
      usage: { ...counts, costMicroUsd: null, reservedMicroUsd: 7 },
    });
    const { allTop, unpricedCalls, unknownUsd } = compare(run.log, priceOf);

    expect(allTop).toMatchObject({ usd: OPUS, savedUsd: null, savedShare: null });
    expect({ unpricedCalls, unknownUsd }).toEqual({ unpricedCalls: 2, unknownUsd: 14 / 1e6 });
  });

  test("is unknown when an answer came without its tokens", async () => {
    const { run } = await comparing(wide(1), { usage: { costMicroUsd: null } });

    expect(compare(run.log, priceOf).allTop.usd).toBeNull();
  });

  test("is priced with a warm cache, and live or batched as here", async () => {
    const { run } = await comparing(wide(1), {
      usage: { ...counts, cacheWrite5mTokens: 300, cacheReadTokens: 100, costMicroUsd: 9 },
    });

    // 100 in, 10 out, and 400 read.
    expect(compare(run.log, priceOf).allTop.usd).toBe(rounded(OPUS + (400 * 40) / 1e6));
    expect(compare(batched(run.log), priceOf).allTop.usd).toBe(rounded((OPUS + (400 * 40) / 1e6) / 2));
  });
});

describe("The lines of a comparison", () => {
  test("hold the planner, the accepted answers and their reviews", async () => {
    const { plannerUsd, acceptedUsd, reviewUsd, usd, ...rest } = await comparing("Do it.", { plan: wide(2) });

    expect({ plannerUsd, acceptedUsd }).toEqual({ plannerUsd: OPUS, acceptedUsd: 2 * HAIKU });
    expect(rounded(plannerUsd + acceptedUsd + reviewUsd)).toBe(usd);
    expect(rest).toMatchObject({
      escalationUsd: 0,
      repairUsd: 0,
      retryUsd: 0,
      orphanedUsd: 0,
      unacceptedUsd: 0,
    });
  });

  test("hold a rung that failed as escalation, review and all", async () => {
    const { acceptedUsd, escalationUsd } = await comparing(wide(1), {
      review: { t1: [reject("No."), accept] },
    });

    expect(acceptedUsd).toBe(SONNET);
    expect(escalationUsd).toBeGreaterThan(HAIKU);
  });

  test("hold the same tier once more as repair", async () => {
    const { acceptedUsd, repairUsd } = await comparing(wide(1), {
      execute: { t1: [fault("invalid_output"), ok("x")] },
    });

    expect({ acceptedUsd, repairUsd }).toEqual({ acceptedUsd: HAIKU, repairUsd: HAIKU });
  });

  test("hold work that was done again, since its input changed, as repair, and the blamed input as escalation", async () => {
    const plan = planOf({ a: {}, b: { dependsOn: ["a"], criteria: ["It is right."] } });
    const { repairUsd, escalationUsd, acceptedUsd } = await comparing(plan, {
      review: { b: [blame("a", "It is wrong."), accept] },
    });

    expect(acceptedUsd).toBe(rounded(SONNET + HAIKU));
    expect(escalationUsd).toBeGreaterThanOrEqual(HAIKU);
    expect(repairUsd).toBeGreaterThanOrEqual(HAIKU);
  });

  test("hold what was given up, and what a person had to answer, as not accepted", async () => {
    const { run } = await comparing(wide(1), { review: { t1: [reject("1"), reject("2"), reject("3")] } });
    const flagged = compare(run.log, priceOf);
    await run.resolve("t1", { action: "answer", output: "mine" });
    await run.result();
    const answered = compare(run.log, priceOf);

    expect(flagged.unacceptedUsd).toBeGreaterThanOrEqual(OPUS);
    expect(answered).toMatchObject({ acceptedUsd: 0, allTop: { usd: 0 } });
    expect(answered.unacceptedUsd).toBe(flagged.unacceptedUsd);
    expect(answered.escalationUsd).toBe(flagged.escalationUsd);
  });

  test("hold the draft of a flagged task that a person accepts as accepted", async () => {
    const { run } = await comparing(wide(1), { review: { t1: [reject("1"), reject("2"), reject("3")] } });
    await run.resolve("t1", { action: "accept" });
    await run.result();

    expect(compare(run.log, priceOf)).toMatchObject({
      acceptedUsd: OPUS,
      unacceptedUsd: 0,
      allTop: { usd: OPUS },
    });
  });

  test("[B08] hold orphans at what they were charged, and calls without an answer as retries, whoever made them", async () => {
    const { run, plannerUsd, acceptedUsd, reviewUsd } = await comparing("Do it.", { plan: wide(2) });
    const answers = run.log.filter((event) => event.type === "call.answered");
    const ends: Readonly<Record<number, (callId: string) => object>> = {
      // The planner's call, then an answer's.
      0: (callId) => ({ type: "call.failed", callId, fault: {}, latencyMs: 0, usage: null, costMicroUsd: 5 }),
      1: (callId) => ({ type: "call.orphaned", callId, chargedMicroUsd: 77 }),
    };
    const log = run.log.map((event) => {
      const end = ends[answers.indexOf(event as (typeof answers)[number])];
      return end === undefined || event.type !== "call.answered" ? event : { ...event, ...end(event.callId) };
    });
    const lines = compare(log as RunEvent[], priceOf);

    expect(plannerUsd).toBe(OPUS);
    expect(lines).toMatchObject({ plannerUsd: 0, retryUsd: 5 / 1e6, orphanedUsd: 77 / 1e6 });
    expect(lines.acceptedUsd + lines.reviewUsd).toBeLessThan(acceptedUsd + reviewUsd);
  });

  test("count a call once, whatever is reported again", async () => {
    const { run, usd, acceptedUsd } = await comparing(wide(2));
    const again = run.log.filter((event) => event.type === "call.answered");

    expect(compare([...run.log, ...again] as RunEvent[], priceOf)).toMatchObject({
      usd,
      acceptedUsd,
      retryUsd: 0,
    });
  });

  test("are told apart from what was taken over from another run, which cost nothing here", async () => {
    const store = memoryStore();
    const first = launch(wide(2), { usage }, { store }).run;
    await first.result();
    const ids = countingIds();
    const agents = scriptedAgents({ usage });
    const env = { id: (kind: string) => `${ids.id(kind as never)}_later` };
    const again = createOrchestrator({ agents, team: testTeam, store, env }).submit(wide(2), {
      reuse: first.id,
    });
    await again.result();

    expect(compare(again.log as RunEvent[], priceOf)).toMatchObject({
      usd: 0,
      reusedAnswers: 2,
      allTop: { usd: 0 },
    });
  });
});

describe("What the cache saved", () => {
  const of = async (cached: Partial<Usage>) => {
    const { run } = await comparing(wide(1), { usage: { ...counts, ...cached, costMicroUsd: 1 } });
    return { run, ...compare(run.log, priceOf) };
  };

  test("is what its reads spared", async () => {
    // One answer and one review at Haiku or above, 1,000 tokens read at a tenth of the price.
    const { run, cacheSavingUsd } = await of({ cacheReadTokens: 1_000 });
    const models = run.log.flatMap((event) => (event.type === "call.sent" ? [event.model] : []));

    expect(cacheSavingUsd).toBe(
      rounded(models.reduce((sum, model) => sum + (900 * (RATES[model] ?? 0)) / 1e6, 0)),
    );
  });

  test("is negative when what was written was hardly read", async () => {
    const { cacheSavingUsd } = await of({ cacheWrite5mTokens: 1_000, cacheReadTokens: 100 });

    expect(cacheSavingUsd).toBeLessThan(0);
  });

  test("is nothing when nothing was cached, and unknown when a price is", async () => {
    const { run, cacheSavingUsd } = await of({ cacheReadTokens: 1_000 });

    expect((await of({})).cacheSavingUsd).toBe(0);
    expect(cacheSavingUsd).not.toBeNull();
    expect(compare(run.log, () => null).cacheSavingUsd).toBeNull();
  });
});

test("[B11] What batches saved is as much as the calls that went with them cost", async () => {
  const { run } = await comparing(wide(2));
  const calls = run.log.filter(({ type }) => type === "call.answered");
  const { batchSavingUsd } = compare(batched(run.log), priceOf);
  const live = run.log.reduce(
    (sum, event) => sum + (event.type === "call.answered" ? (event.costMicroUsd ?? 0) : 0),
    0,
  );

  expect(calls.length).toBe(4);
  expect(batchSavingUsd).toBe(rounded(live / 2 / 1e6));
  expect(compare(run.log, priceOf).batchSavingUsd).toBe(0);
});

describe("A ledger", () => {
  const agents = (script: ScriptedOptions = {}) => ({ ...scriptedAgents({ usage, ...script }), priceOf });

  test("compares at the prices its agents know, on the run, in its result and in what is read from the store", async () => {
    const store = memoryStore();
    const orchestrator = createOrchestrator({ agents: agents(), team: testTeam, store, env: countingIds() });
    const run = orchestrator.submit(wide(2));
    const { ledger } = await run.result();
    const expected = compare(run.log as RunEvent[], priceOf);

    expect(ledger.compare()).toEqual(expected);
    expect(run.ledger.compare()).toEqual(expected);
    expect((await orchestrator.open(run.id)).ledger.compare()).toEqual(expected);
    expect(expected.allTop.usd).toBe(2 * OPUS);
  });

  test("tells its own moment, however long the run goes on, and prints as data", async () => {
    const run = createOrchestrator({ agents: agents(), team: testTeam, env: countingIds() }).submit(chain(2));
    const [early, then] = await new Promise<[LedgerReport, Comparison]>((resolve) => {
      const forget = run.on("task.accepted", () => {
        forget();
        resolve([run.ledger, run.ledger.compare()]);
      });
    });
    await run.result();

    expect(early.compare()).toEqual(then);
    expect(then.usd).toBe(rounded(run.ledger.usd / 2));
    expect(Object.keys(early)).not.toContain("compare");
    expect(structuredClone(early)).toEqual(early);
  });

  test("without anybody who knows prices tells where the money went, and no baseline", async () => {
    const { run } = await comparing(wide(1));
    const { acceptedUsd, allTop } = run.ledger.compare();

    expect(acceptedUsd).toBe(HAIKU);
    expect(allTop).toMatchObject({ usd: null, savedUsd: null } satisfies Partial<Baseline>);
  });
});

/** A log whose calls all went with a batch. */
function batched(log: readonly RunEvent[]): RunEvent[] {
  return log.map((event) => (event.type === "call.sent" ? { ...event, urgency: "batch" } : event));
}

/** Dollars to the micro-dollar. */
function rounded(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
