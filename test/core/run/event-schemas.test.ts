import {
  createOrchestrator,
  type EventType,
  eventSchemas,
  memoryStore,
  parseEvent,
  plannerRouter,
  type RunEvent,
  router,
  TERMINAL_EVENTS,
} from "@terrace/core";
import {
  accept,
  blame,
  countingIds,
  fault,
  manualClock,
  ok,
  planOf,
  reject,
  scriptedAgents,
  settled,
  taskOf,
  testTeam,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, failureOf, launch, withTools } from "../support.js";

const CLASSIFIED = {
  outcome: "ok",
  value: { complexity: "reasoning", errorCost: "high", reason: "It is subtle." },
} as const;

/** Logs in which, together, every event there is occurs. */
async function everyEvent(): Promise<readonly RunEvent[]> {
  const usage = { inputTokens: 1, costMicroUsd: 1 };
  const unplanned = launch("anything", { usage, plan: [fault("truncated"), wide(0)] });
  const eventful = launch("anything", {
    usage,
    plan: [wide(0), planOf({ facts: {}, essay: { dependsOn: ["facts"], criteria: ["It is short."] } })],
    execute: { essay: [fault("transport"), ok({ deep: [1, null] }, { unverified: ["all"] })] },
    review: { essay: [blame("facts", "Wrong."), fault("invalid_output"), accept] },
  });
  const flagged = launch(planOf({ a: { tier: "opus" }, b: { dependsOn: ["a"] }, c: {} }, "c"), {
    review: { a: reject("No.") },
  });
  await atRest(flagged.run);
  await flagged.run.resolve("a", { action: "give_up" });
  const frugal = launch(wide(1), { usage: {} }, { budget: { maxCalls: 0 } });
  await atRest(frugal.run);
  await frugal.run.changeBudget(null);
  const dear = planOf({ a: { tier: "sonnet" }, b: { tier: "sonnet", dependsOn: ["a"] } });
  const short = launch(
    dear,
    { usage },
    { budget: { softUsd: 0, onExceed: "degrade" } },
    { approveAboveUsd: 0 },
  );
  await atRest(short.run);
  await short.run.approve("ana");
  const batched = launch(wide(1), {
    async execute({ calls, route: { model } }) {
      const room = { maxTokens: 1, reservedMicroUsd: 0, urgency: "batch" } as const;
      await calls.batched(await calls.sent({ model, effort: null, key: "k", ...room }), "batch_1");
      return ok("done");
    },
  });
  const classified = router("classified", () => undefined, "haiku");
  const routedTeam = { ...testTeam, router: classified };
  const classify = [fault("refused"), CLASSIFIED];
  const routed = launch(wide(2), { usage, classify }, { team: routedTeam }, { pins: { t1: "sonnet" } });
  const equipped = launch(
    wide(1),
    {
      async execute({ toolCalls }) {
        const call = { useId: "toolu_1", tool: "look", input: { at: "it" }, hasEffect: true };
        await toolCalls?.held(call);
        await equipped.run.approveTool("t1", "toolu_1");
        await toolCalls?.held({ ...call, useId: "toolu_2" });
        await equipped.run.denyTool("t1", "toolu_2", { by: "ana", reason: "No." });
        await toolCalls?.started(call);
        await toolCalls?.ended("toolu_1", { isError: false, content: "There it is.", ms: 1 });
        return ok("done");
      },
    },
    { team: withTools(["look"]) },
  );
  const alarmed = launch(
    wide(12),
    { review: (request) => (request.executedAt === "haiku" ? reject("No.") : accept)(request) },
    { team: { ...testTeam, router: plannerRouter() } },
  );
  const changed = { tasks: [taskOf("c", {})], withdraw: [], answer: "c", reason: "It is quicker." };
  const contradicted = ok("done", { contradiction: "There is none." });
  const grown = launch(
    wide(3),
    { execute: { t1: contradicted, t2: contradicted }, revise: { t1: changed } },
    { limits: { maxRevisions: 2 } },
  );
  const cancelled = launch(wide(1));
  cancelled.run.on("attempt.queued", () => cancelled.run.cancel("Enough."));
  const runs = [
    equipped,
    routed,
    alarmed,
    batched,
    unplanned,
    eventful,
    flagged,
    frugal,
    short,
    grown,
    cancelled,
  ].map(({ run }) => run);
  await Promise.all(runs.map(atRest));
  return [...runs.flatMap(({ log }) => log), ...(await orphanedAndReused()), ...(await graded())];
}

/** The log of a run that was left with a call under way, and of one that reuses it. */
async function orphanedAndReused(): Promise<readonly RunEvent[]> {
  const store = memoryStore();
  const clock = manualClock();
  const usage = { inputTokens: 1, costMicroUsd: 1 };
  const options = { store, env: { ...clock, ...countingIds() } };
  const never = () => new Promise<never>(() => {});
  const left = launch(wide(1), { usage, execute: never }, options);
  await settled();
  await left.run.pause();
  await clock.advance(60_000);
  const agents = scriptedAgents({ usage });
  const run = await createOrchestrator({ ...options, agents, team: testTeam }).resume(left.run.id);
  await run.result();
  const again = launch(wide(1), { usage }, options, { reuse: run.id });
  await again.run.result();
  return [...run.log, ...again.run.log];
}

/** The log of a run that grades another, of which one comparison cannot be read. */
async function graded(): Promise<readonly RunEvent[]> {
  const store = memoryStore();
  const agents = scriptedAgents({ usage: { costMicroUsd: 1 }, compare: fault("invalid_output") });
  const orchestrator = createOrchestrator({ agents, team: testTeam, store });
  const run = orchestrator.submit(planOf({ a: { tier: "sonnet" }, b: { dependsOn: ["a"] } }));
  await run.result();
  const shadow = await orchestrator.shadow(run.id, { share: 1 });
  await shadow.result();
  return shadow.log;
}

const types = Object.keys(eventSchemas) as EventType[];

test("every event of real runs fits its schema, after a journey through JSON too", async () => {
  for (const event of await everyEvent()) {
    expect(parseEvent(event)).toEqual(event);
    expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual(event);
  }
});

test("every event there is occurs in real runs", async () => {
  const seen = new Set((await everyEvent()).map(({ type }) => type));

  expect(types.filter((type) => !seen.has(type))).toEqual([]);
});

test("a run has three ends", () => {
  expect(TERMINAL_EVENTS).toEqual(["run.completed", "run.failed", "run.cancelled"]);
});

describe("an event is refused when", () => {
  const event: RunEvent = { type: "run.failed", reason: "No.", runId: "run_1", seq: 0, at: 0 };

  test.each<[string, unknown]>([
    ["its type is unknown", { ...event, type: "run.exploded" }],
    ["its type is that of a prototype", { ...event, type: "constructor" }],
    ["it has a field of its own making", { ...event, extra: 1 }],
    ["a field is missing", { ...event, reason: undefined }],
    ["a field has another type", { ...event, reason: 7 }],
    ["its seq is no whole number", { ...event, seq: 0.5 }],
    ["its seq is negative", { ...event, seq: -1 }],
    ["it has no run", { ...event, runId: "" }],
    ["a text has no end", { ...event, reason: "x".repeat(2_000_000) }],
    ["it is no object", "run.failed"],
    ["it is nothing", null],
  ])("%s", (_, value) => {
    expect(() => parseEvent(value)).toThrow();
  });

  test.each<[string, unknown]>([
    ["a number", 0.9],
    ["in capitals", "HIGH"],
    ["empty", ""],
    ["missing", undefined],
  ])("its confidence is %s", (_, confidence) => {
    const { runId, seq, at } = event;
    const envelope = { runId, seq, at };
    const answer = { taskId: "a", attempt: 1, output: "", because: "", unverified: [] };
    const finished = { type: "attempt.finished", ...envelope, ...answer };

    expect(() => parseEvent({ ...finished, confidence: "high" })).not.toThrow();
    expect(() => parseEvent({ ...finished, confidence })).toThrow();
  });
});

test("an event that parses changes no prototype", () => {
  const hostile = JSON.parse(
    '{ "__proto__": { "polluted": 1 }, "type": "run.failed", "reason": "", "runId": "r", "seq": 0, "at": 0 }',
  );

  expect(() => parseEvent(hostile)).toThrow();
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test("what the failure of a run says is in its log too", async () => {
  const { run } = launch("anything", { plan: fault("refused", { message: "It declines." }) });

  expect((await failureOf(run.result())).message).toContain("It declines.");
  expect(run.log.at(-1)).toMatchObject({
    type: "run.failed",
    reason: "No plan after 1 attempt: It declines.",
  });
});
