import {
  checkInvariants,
  type EventType,
  evolve,
  initialState,
  memoryStore,
  type RunEvent,
  type RunStore,
} from "@terrace/core";
import { eventsOf, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { slowStore } from "../core/shell/stores.js";
import { type Death, type Journey, pursue } from "./processes.js";
import { COST, RESERVED, referencePlan, SLOTS } from "./reference.js";

const whole = await pursue(memoryStore());

/** What is wrong with a journey, by the promise; nothing is an empty list. */
async function broken({ run, result, asked }: Journey, store: RunStore): Promise<readonly string[]> {
  const wrong: string[] = checkInvariants(run.log, { slots: SLOTS, isOver: true }).map(
    ({ message }) => message,
  );
  const expectSame = (what: string, found: unknown, wanted: unknown) => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) wrong.push(`The ${what} differ.`);
  };
  expectSame("outputs", sorted(result.outputs), sorted(whole.result.outputs));
  expectSame("accepted tiers", tiers(run.log), tiers(whole.run.log));
  expectSame("store and log", await store.read(run.id), run.log);
  const state = run.log.reduce(evolve, initialState());
  expect(state).toEqual(run.state);
  wrong.push(...repeated(run.log), ...unsettled(run.log));
  if (orphansPerDeath(run.log).some((orphans) => orphans > SLOTS))
    wrong.push("A death has too many orphans.");
  const answered = eventsOf(run.log, "call.answered").length;
  const orphaned = eventsOf(run.log, "call.orphaned").length;
  const { total } = run.state.ledger;
  if (total.orphanedCalls !== orphaned) wrong.push("The ledger counts other orphans.");
  if (total.microUsd !== answered * COST + orphaned * RESERVED) wrong.push("The ledger has another sum.");
  if (asked.length > eventsOf(run.log, "call.sent").length) wrong.push("Something was sent unrecorded.");
  return wrong;
}

const sorted = (outputs: object) => Object.entries(outputs).sort();

const tiers = (log: readonly RunEvent[]) =>
  Object.entries(
    Object.fromEntries(eventsOf(log, "task.accepted").map(({ taskId, tier }) => [taskId, tier])),
  ).sort();

/** Calls whose answer was recorded before for the same piece of work. */
function repeated(log: readonly RunEvent[]): string[] {
  const keys = new Map(eventsOf(log, "call.sent").map(({ callId, key }) => [callId, key]));
  const recorded = new Set<string | undefined>();
  const found: string[] = [];
  for (const event of log) {
    if (event.type === "call.answered") recorded.add(keys.get(event.callId));
    if (event.type === "call.sent" && recorded.has(event.key)) found.push(`Repeated: ${event.callId}.`);
  }
  return found;
}

/** Calls that have not exactly one end. */
function unsettled(log: readonly RunEvent[]): string[] {
  const ENDS: readonly EventType[] = ["call.answered", "call.failed", "call.orphaned"];
  const ends = log.flatMap((event) => (ENDS.includes(event.type) && "callId" in event ? [event.callId] : []));
  const sent = eventsOf(log, "call.sent").map(({ callId }) => callId);
  return sent.sort().join() === ends.sort().join() ? [] : ["A call has no end, or two."];
}

function orphansPerDeath(log: readonly RunEvent[]): number[] {
  const counts = [0];
  for (const { type } of log) {
    if (type === "call.orphaned") counts.push((counts.pop() ?? 0) + 1);
    else if (type === "run.resumed") counts.push(0);
  }
  return counts;
}

/** What is wrong after these deaths, each told with where it was. */
async function troubles(deaths: readonly Death[], makeStore: () => RunStore): Promise<readonly string[]> {
  const store = makeStore();
  const journey = await pursue(store, deaths);
  const wrong = await broken(journey, store);
  return wrong.map((each) => `${JSON.stringify(deaths)}: ${each}`);
}

test("the reference run has everything in it", () => {
  const types = new Set(typesOf(whole.run.log));

  expect(referencePlan.tasks.length).toBeGreaterThanOrEqual(20);
  expect([...types].sort()).toEqual([
    ...["attempt.checked", "attempt.failed", "attempt.finished", "attempt.queued", "attempt.started"],
    ...["call.answered", "call.failed", "call.sent"],
    ...["plan.accepted", "plan.proposed", "plan.queued", "plan.rejected"],
    ...["review.failed", "review.queued", "review.returned"],
    ...["run.completed", "run.paused", "run.resumed", "run.submitted"],
    ...["task.accepted", "task.blamed", "task.escalated", "task.flagged", "task.resolved"],
  ]);
  expect(whole.result).toMatchObject({ outcome: "complete", census: { tasks: 22, accepted: 22 } });
});

// Where a store answers later, what is under way differs and not where: every third append will do.
describe.each<[string, () => RunStore, string, number]>([
  ["at once", memoryStore, "any", 1],
  ["later", () => slowStore(), "every third", 3],
])("with a store that answers %s,", (_, makeStore, which, step) => {
  test.each([
    ["before it is written", false],
    ["after it is written, and before anybody hears of it", true],
  ])(`a run that is killed at ${which} append, %s, ends as the whole did`, async (_when, written) => {
    const found: string[] = [];
    for (let append = 1; append <= whole.appends; append += step) {
      found.push(...(await troubles([{ append, written }], makeStore)));
    }
    expect(found).toEqual([]);
  });
});

test("a run that is killed again and again ends as the whole did", async () => {
  const found: string[] = [];
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let n = 0; n < 50; n += 1) {
    const deaths = Array.from({ length: 2 + random(4) }, () => {
      return { append: 1 + random(60), written: random(2) === 1 };
    });
    found.push(...(await troubles(deaths, memoryStore)));
  }
  expect(found).toEqual([]);
});
