// A shadow run that is killed at each of its appends, and taken up by another process.
import { checkInvariants, memoryStore, type Run, type RunEvent, type RunStore } from "@terrace/core";
import { eventsOf, fault, ok, planOf, reject, requestKey, type ScriptedOptions } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atRest } from "../core/support.js";
import { laterClock, mortal } from "./processes.js";
import { start, usage } from "./support.js";

/** Samples that are upheld, overturned, tried lower, refused, and asked for twice for want of an answer. */
const plan = planOf({
  upheld: {},
  overturned: { tier: "sonnet" },
  lowered: { tier: "sonnet" },
  refused: { tier: "sonnet" },
  slow: { tier: "opus" },
});

/** Agents that answer by what they are asked, and keep the names of what they were asked. */
function script(asked: string[] = []): ScriptedOptions {
  return {
    usage,
    review(request) {
      asked.push(requestKey(request));
      const { id } = request.task;
      if (id === "overturned") return reject("No.")(request);
      if (id === "refused") return fault("refused");
      if (id === "slow" && request.retry === 0) return fault("transport", { retryAfterMs: 1 });
      return { outcome: "ok", value: { criteria: [], problems: [], blame: null } };
    },
    execute(request) {
      asked.push(requestKey(request));
      return ok(`${request.task.id} again, by ${request.route.tier}`);
    },
    compare(request) {
      asked.push(requestKey(request));
      return {
        outcome: "ok",
        value: { better: request.task.id === "lowered" ? "neither" : "first", reason: "So." },
      };
    },
  };
}

/** A store with a run that has ended. */
async function ended(): Promise<{ readonly store: RunStore; readonly runId: string }> {
  const store = memoryStore();
  const run = start(store).orchestrator.submit(plan);
  await run.result();
  return { store, runId: run.id };
}

interface Journey {
  readonly log: readonly RunEvent[];
  readonly run: Run;
  readonly asked: readonly string[];
  readonly appends: number;
}

/** Grades a run with one process after the other, each dying as it is told to; the last one lives. */
async function grade(
  deaths: readonly { readonly append: number; readonly written: boolean }[],
): Promise<Journey> {
  const { store, runId } = await ended();
  const asked: string[] = [];
  let appends = 0;
  let shadowId: string | undefined;
  for (let generation = 0; ; generation += 1) {
    const view = mortal(store, deaths[generation]);
    const env = laterClock(generation);
    const { orchestrator } = start(view, script(asked), { env, concurrency: 2 });
    const isKnown = shadowId !== undefined && (await store.read(shadowId)).length > 0;
    const run: Run = isKnown
      ? await orchestrator.resume(shadowId as string)
      : await orchestrator.shadow(runId, { share: 1 });
    shadowId = run.id;
    await atRest(run);
    if (generation === 0) appends = view.appends();
    if (run.state.status === "completed") return { log: await store.read(run.id), run, asked, appends };
    if (generation > deaths.length) throw new Error("The run stopped although nothing was killed.");
  }
}

/** How often each step was answered. */
function answersByStep(log: readonly RunEvent[]): readonly number[] {
  const works = new Map(
    eventsOf(log, "call.sent").map((sent) => [sent.callId, `${sent.taskId}/${sent.attempt}`]),
  );
  const counts = new Map<string, number>();
  for (const { callId } of eventsOf(log, "call.answered")) {
    const work = works.get(callId) ?? "";
    counts.set(work, (counts.get(work) ?? 0) + 1);
  }
  return [...counts.values()];
}

describe("[K01] a shadow run that is killed", () => {
  const whole = grade([]);

  test("comes to the report that it would have come to, and asks nothing twice that was answered", async () => {
    const { run: reference, appends, log } = await whole;
    expect(reference.state.answer).toMatchObject({
      regraded: 4,
      upheld: 3,
      loweredTried: 3,
      loweredAsGood: 1,
    });
    expect(checkInvariants(log, { isOver: true })).toEqual([]);
    expect(appends).toBeGreaterThan(30);
    for (let append = 1; append <= appends; append += 1) {
      for (const written of [true, false]) {
        const { run, log } = await grade([{ append, written }]);
        const of = { ...(run.state.answer as object), ofRunId: "" };
        expect(of).toEqual({ ...(reference.state.answer as object), ofRunId: "" });
        expect(checkInvariants(log, { isOver: true, slots: 2 })).toEqual([]);
        expect(Math.max(...answersByStep(log))).toBe(1);
      }
    }
  });

  test("again and again, at any of its appends, does so too", async () => {
    const { run: reference, appends } = await whole;
    const death = fc.record({ append: fc.integer({ min: 1, max: appends }), written: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(death, { maxLength: 2 }), async (deaths) => {
        const { run, log } = await grade(deaths);
        const of = { ...(run.state.answer as object), ofRunId: "" };
        expect(of).toEqual({ ...(reference.state.answer as object), ofRunId: "" });
        expect(checkInvariants(log, { isOver: true, slots: 2 })).toEqual([]);
        expect(Math.max(...answersByStep(log))).toBe(1);
      }),
      { numRuns: 30 },
    );
  });
});

test("a shadow run that is paused by hand goes on in another process", async () => {
  const { store, runId } = await ended();
  const first = start(store, script(), { concurrency: 1 });
  const shadow = await first.orchestrator.shadow(runId, { share: 1 });
  shadow.on("grade.returned", () => void shadow.pause());
  await atRest(shadow);
  expect(shadow.state.status).toBe("paused");

  const run = await start(store, script(), { env: laterClock(1) }).orchestrator.resume(shadow.id);
  await run.result();
  expect(run.state.answer).toMatchObject({ regraded: 4, loweredTried: 3 });
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
});
