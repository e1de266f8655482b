import { memoryStore, type Plan, parseEvent, type RunStore } from "@terrace/core";
import { accept, blame, eventsOf, fault, ok, planOf, reject, settled } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, failureOf } from "../core/support.js";
import { laterClock, mortal } from "./processes.js";
import { requestsOf, start } from "./support.js";

const plan = (changes: Partial<Plan["tasks"][number]> = {}): Plan =>
  planOf({
    facts: {},
    figures: changes,
    essay: { dependsOn: ["facts", "figures"] },
    title: { dependsOn: ["facts"] },
  });

/** A completed run, in a store that others share. */
async function before(script: Parameters<typeof start>[1] = {}, work: string | Plan = plan()) {
  const store = memoryStore();
  const { orchestrator } = start(store, script);
  const run = orchestrator.submit(work);
  await atRest(run);
  return { store, runId: run.id, run };
}

/** Replies that are counted: what a script is asked for is what is really sent. */
function counted() {
  const sent: string[] = [];
  return {
    sent,
    execute: ({ task, route }: { task: { id: string }; route: { tier: string } }) => {
      sent.push(`execute ${task.id}`);
      return ok(`${task.id} by ${route.tier}`);
    },
    review: (request: Parameters<typeof accept>[0]) => {
      sent.push(`review ${request.task.id}`);
      return accept(request);
    },
  };
}

describe("reusing a run", () => {
  test("sends nothing for what is the same, and says what that saved", async () => {
    const { store, runId, run: source } = await before();
    const script = counted();
    const run = start(store, script).orchestrator.submit(plan(), { reuse: runId });
    const result = await run.result();

    expect(script.sent).toEqual([]);
    expect(result.outputs).toEqual((await source.result()).outputs);
    expect(result.ledger).toMatchObject({ calls: 0, usd: 0, reusedCalls: 8, savedUsd: 0.00008 });
    expect(eventsOf(run.log, "call.reused")[0]).toMatchObject({
      fromRunId: runId,
      callId: eventsOf(source.log, "call.sent")[0]?.callId,
      purpose: "execute",
      taskId: "facts",
      savedMicroUsd: 10,
    });
    for (const event of run.log) expect(parseEvent(event)).toEqual(event);
  });

  test("asks for what has changed, and for whatever follows from it if that changed too", async () => {
    const { store, runId } = await before();
    const script = counted();
    const edited = plan({ brief: "Other figures." });
    const run = start(store, {
      ...script,
      execute: { ...tableOf(script), figures: ok("9") },
    }).orchestrator.submit(edited, { reuse: runId });
    await run.result();

    expect(eventsOf(run.log, "call.sent").map(({ purpose, taskId }) => `${purpose} ${taskId}`)).toEqual([
      "execute figures",
      "review figures",
      "execute essay",
      "review essay",
    ]);
    expect(run.ledger).toMatchObject({ calls: 4, reusedCalls: 4, savedUsd: 0.00004 });
  });

  test("replays rejections, repairs, blame and escalations as they went", async () => {
    const script = {
      plan: plan(),
      execute: { figures: { haiku: [fault("empty"), ok("1")], sonnet: ok("2") } },
      review: { figures: { haiku: reject("Wrong.") }, essay: [blame("facts", "False."), accept] },
    };
    const { store, runId, run: source } = await before(script, "Write it.");
    const { orchestrator } = start(store, { plan: null });
    const run = orchestrator.submit("Write it.", { reuse: runId });
    const result = await run.result();

    expect(result.outputs).toEqual((await source.result()).outputs);
    expect(result.ledger).toMatchObject({ calls: 0, reusedCalls: source.ledger.calls });
  });

  test("gives no answer twice", async () => {
    const { store, runId } = await before({}, planOf({ a: {} }));
    const agents = start(store, {
      execute: { a: { haiku: [ok("one"), ok("two")] } },
      review: reject("No."),
    });
    const run = agents.orchestrator.submit(planOf({ a: {} }), { reuse: runId });
    await atRest(run);

    expect(eventsOf(run.log, "call.reused").map(({ callId }) => callId)).toEqual([
      ...new Set(eventsOf(run.log, "call.reused").map(({ callId }) => callId)),
    ]);
  });

  test("of a run that itself reused another takes over the answers of both", async () => {
    const { store, runId } = await before();
    const second = start(store).orchestrator.submit(plan({ brief: "Other figures." }), { reuse: runId });
    await second.result();
    const script = counted();
    const third = start(store, script).orchestrator.submit(plan({ brief: "Other figures." }), {
      reuse: second.id,
    });
    await third.result();

    expect(script.sent).toEqual([]);
    expect(new Set(eventsOf(third.log, "call.reused").map(({ fromRunId }) => fromRunId))).toEqual(
      new Set([runId, second.id]),
    );
  });

  test("of a run that is not there stops before anything is recorded or sent", async () => {
    const { store, runId } = await before();
    const { orchestrator, agents } = start(store);
    const failure = await failureOf(orchestrator.submit(plan(), { reuse: `${runId}9` }).result());
    await settled();

    expect(failure).toMatchObject({ code: "RUN_STOPPED", cause: { code: "RUN_UNKNOWN" } });
    expect(requestsOf(agents)).toBe(0);
    expect(await store.list(10)).toHaveLength(1);
  });

  test("goes on after a crash at any append: nothing is sent, and nothing is saved twice", async () => {
    const { store: source, runId } = await before();
    const whole = await reusing(source, runId, Number.POSITIVE_INFINITY);
    for (let append = 1; append <= whole.appends; append += 1) {
      const { run, sent } = await reusing(source, runId, append);

      expect(sent).toEqual([]);
      expect(run.ledger).toMatchObject({ calls: 0, reusedCalls: 8, savedUsd: 0.00008 });
    }
    expect(whole.appends).toBeGreaterThan(20);
  });
});

/** A reusing run whose process dies at an append, and what became of it in the next. */
async function reusing(source: RunStore, runId: string, append: number) {
  const store = memoryStore();
  const lease = store.acquire(runId, "source", 0, 1);
  if (!(lease instanceof Promise)) store.append(lease, await source.read(runId), 0);
  const script = counted();
  const view = mortal(store, { append, written: true });
  const first = start(view, script).orchestrator.submit(plan(), { reuse: runId });
  await atRest(first);
  const run = await start(store, script, { env: laterClock(1) }).orchestrator.resume(first.id);
  await run.result();
  return { run, sent: script.sent, appends: view.appends() };
}

function tableOf({ execute }: ReturnType<typeof counted>) {
  return { facts: execute, essay: execute, title: execute };
}
