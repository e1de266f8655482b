// What a run that was disturbed owes to one that was not, judged by its log and by the server's own record.

import {
  type Attempt,
  checkInvariants,
  evolve,
  initialState,
  type RunEvent,
  type RunState,
} from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import type { Simulator } from "@terrace/simulator";
import type { Ending } from "./orders.js";
import { SLOTS } from "./reference-plan.js";
import { keyOfBody } from "./request-key.js";

/** What is known of a run that has come to its end. */
export interface Evidence {
  readonly log: readonly RunEvent[];
  /** What its last driver was told; `undefined` when it was told of no end. */
  readonly ending: Ending | undefined;
  /** The log as it stood after each time a process was hit. */
  readonly left: readonly (readonly RunEvent[])[];
  readonly server: Pick<Simulator, "requests" | "bill" | "maxInFlight">;
}

/** What was found. All counts but the orphans are to be 0. */
export interface Findings {
  /** Requests that the server received although their answer was recorded. */
  readonly repeatedRecordedCalls: number;
  /** Recorded answers, and other events known to be durable, that are not in the log any more. */
  readonly lostResponses: number;
  /** Differences between the end of this run and the reference. */
  readonly stateMismatches: number;
  /** Differences between the ledger and the server's bill. */
  readonly ledgerMismatches: number;
  readonly violations: number;
  /** By each time a process was hit. */
  readonly orphans: readonly number[];
  /** Everything that is wrong, each in a line. */
  readonly troubles: readonly string[];
}

/** The end that every run must come to, whatever happens to its processes. */
export interface Reference {
  readonly log: readonly RunEvent[];
  readonly ending: Ending;
}

/** Judges a run by an undisturbed one. */
export function judge(evidence: Evidence, reference: Reference): Findings {
  const { log, left, server } = evidence;
  const repeated = repeatedRequests(log, server.requests);
  const lost = left.flatMap((before) => lostEvents(before, log));
  const differences = differencesTo(evidence, reference);
  const money = wrongSums(log, server);
  const broken = [...brokenInvariants(log), ...excess(evidence)];
  return {
    repeatedRecordedCalls: repeated.length,
    lostResponses: lost.length,
    stateMismatches: differences.length,
    ledgerMismatches: money.length,
    violations: broken.length,
    orphans: orphansByHit(log),
    troubles: [...repeated, ...lost, ...differences, ...money, ...broken],
  };
}

function brokenInvariants(log: readonly RunEvent[]): string[] {
  return checkInvariants(log, { slots: SLOTS, isOver: true }).map(
    ({ invariant, message }) => `${invariant}: ${message}`,
  );
}

type Requests = Simulator["requests"];

/** By the server's record: what it received after the answer to the very same was recorded. */
function repeatedRequests(log: readonly RunEvent[], requests: Requests): string[] {
  const keys = keysOf(log);
  const recordedAt = new Map<string, number>();
  for (const { callId, at } of eventsOf(log, "call.answered")) {
    const key = keys.get(callId) ?? "";
    // The first time: whatever was asked again was answered again.
    if (!recordedAt.has(key)) recordedAt.set(key, at);
  }
  return requests.flatMap(({ body, at, n }) => {
    const since = recordedAt.get(keyOfBody(body));
    return since !== undefined && at > since ? [`Request ${n} came although its answer was recorded.`] : [];
  });
}

function keysOf(log: readonly RunEvent[]): ReadonlyMap<string, string> {
  return new Map(eventsOf(log, "call.sent").map(({ callId, key }) => [callId, key]));
}

function lostEvents(before: readonly RunEvent[], log: readonly RunEvent[]): string[] {
  return before.flatMap((event, seq) =>
    JSON.stringify(event) === JSON.stringify(log[seq]) ? [] : [`Event ${seq} (${event.type}) was lost.`],
  );
}

function differencesTo({ log, ending }: Evidence, reference: Reference): string[] {
  const expected = portrait(reference.log, reference.ending);
  const found = portrait(log, ending);
  return Object.keys(expected).flatMap((part) => {
    const [is, should] = [found, expected].map((of) => JSON.stringify(of[part as keyof typeof of]));
    return is === should ? [] : [`The ${part} differ: expected ${should}, got ${is}.`];
  });
}

/** The end of a run, without what may differ from run to run. */
function portrait(log: readonly RunEvent[], ending: Ending | undefined) {
  const accepted = new Map(eventsOf(log, "task.accepted").map((event) => [event.taskId, event]));
  const tasks = [...fold(log).tasks.values()];
  return {
    answer: ending?.answer,
    outcome: ending?.outcome,
    outputs: Object.entries(ending?.outputs ?? {}).sort(),
    "accepted tiers": [...accepted].map(([id, { tier, by }]) => `${id} at ${tier} by ${by}`).sort(),
    attempts: tasks.map((task) => `${task.task.id} ${task.status} ${task.attempts.map(told)}`).sort(),
  };
}

function told({ tier, reason, outcome, confidence, issues, verdict }: Attempt): string {
  return [tier, reason, outcome, confidence, issues, verdict].join(" ");
}

function fold(log: readonly RunEvent[]): RunState {
  return log.reduce(evolve, initialState());
}

/**
 * The ledger is the server's own price of every recorded answer, plus the reservation of every orphan.
 *
 * The server's bill is lower for an orphan that it answered, and has nothing for one that never reached it.
 */
function wrongSums(log: readonly RunEvent[], { bill }: Evidence["server"]): string[] {
  const billed = new Map(bill.calls.map((call) => [call.requestId, call]));
  const sent = new Map(eventsOf(log, "call.sent").map((event) => [event.callId, event]));
  const wrong: string[] = [];
  let expected = 0;
  for (const { callId, requestId, costMicroUsd } of eventsOf(log, "call.answered")) {
    const price = billed.get(requestId ?? "")?.microUsd;
    billed.delete(requestId ?? "");
    expected += price ?? 0;
    if (price !== costMicroUsd) wrong.push(`Call ${callId} cost ${price}, and the log says ${costMicroUsd}.`);
  }
  for (const { callId, costMicroUsd } of eventsOf(log, "call.failed")) {
    if (costMicroUsd !== 0) wrong.push(`The failed call ${callId} cost nothing, the log: ${costMicroUsd}.`);
  }
  const orphans = eventsOf(log, "call.orphaned");
  for (const { callId, chargedMicroUsd } of orphans) {
    const { reservedMicroUsd = null } = sent.get(callId) ?? {};
    expected += reservedMicroUsd ?? 0;
    if (chargedMicroUsd === null || chargedMicroUsd !== reservedMicroUsd) {
      wrong.push(
        `The orphan ${callId} was charged ${chargedMicroUsd}, and ${reservedMicroUsd} was reserved.`,
      );
    }
  }
  // What is left was answered by the server and recorded by nobody.
  if (billed.size > orphans.length) {
    wrong.push(`The server was paid for ${billed.size} answers nobody recorded; orphans: ${orphans.length}.`);
  }
  const { total } = fold(log).ledger;
  if (total.microUsd !== expected) wrong.push(`The ledger has ${total.microUsd}, expected ${expected}.`);
  if (total.orphanedCalls !== orphans.length) wrong.push(`The ledger counts ${total.orphanedCalls} orphans.`);
  return wrong;
}

/** What the server received beyond what was recorded as sent, and more at once than there are slots. */
function excess({ log, left, server }: Evidence): string[] {
  const wrong: string[] = [];
  const sent = new Map<string, number>();
  for (const { key } of eventsOf(log, "call.sent")) sent.set(key, (sent.get(key) ?? 0) + 1);
  for (const { body, n } of server.requests) {
    const rest = (sent.get(keyOfBody(body)) ?? 0) - 1;
    sent.set(keyOfBody(body), rest);
    if (rest < 0) wrong.push(`Request ${n} was recorded by nobody.`);
  }
  const orphans = orphansByHit(log);
  if (orphans.some((count) => count > SLOTS)) wrong.push(`Orphans by hit: ${orphans}, slots: ${SLOTS}.`);
  if (left.length === 0 && orphans.length > 0) wrong.push("There are orphans, and no process was hit.");
  if (server.maxInFlight > SLOTS) wrong.push(`At once under way: ${server.maxInFlight}, slots: ${SLOTS}.`);
  return wrong;
}

/** How many calls each resumption found without an end. */
function orphansByHit(log: readonly RunEvent[]): readonly number[] {
  const counts: number[] = [];
  let count = 0;
  for (const { type } of log) {
    if (type === "call.orphaned") count += 1;
    else {
      if (count > 0) counts.push(count);
      count = 0;
    }
  }
  return counts;
}
