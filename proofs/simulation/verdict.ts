// What is judged when nothing moves any more.
import { checkInvariants, parseEvent, type RunState } from "@terrace/core";
import { hashOf } from "./random.js";
import type { RunBook } from "./run-book.js";
import type { Seat, Surroundings } from "./seat.js";
import type { World } from "./world.js";

/** What a simulation comes to, for comparison with others of its seed. */
export interface Finding {
  /** Follows from every event and every request. */
  readonly hash: number;
  /** What the tasks came to; only for runs whose end does not depend on the order of things. */
  readonly outcome: string | undefined;
}

/** Every how many seeds the states are compared and the log is read back, which takes as long as the rest. */
const CLOSELY_EVERY = 32;

/** Judges a run that is over. */
export function judgeEnd(around: Surroundings, seats: readonly Seat[], runId: string): void {
  const { judge, disk, world } = around;
  const book = judge.bookOf(runId);
  const lines = disk.linesOf(runId);
  for (const { invariant, message } of checkInvariants(book.log, {
    slots: world.concurrency,
    isOver: true,
  })) {
    judge.found(invariant, message);
  }
  judgeLedger(around, book);
  judgeRest(around, seats, runId);
  const { secret } = world;
  const leak = secret === undefined ? undefined : lines.find((line) => line.includes(secret));
  if (leak !== undefined) judge.found("I-32", `a secret is on the disk: ${leak.slice(0, 200)}`);
  if (world.seed % CLOSELY_EVERY === 0) judgeReadability(around, lines);
}

/** What a run came to. */
export function findingOf({ judge, disk, provider, world }: Surroundings, runId: string): Finding {
  let hash = 0;
  for (const line of disk.linesOf(runId)) hash = hashOf(line, hash);
  for (const { requestId, callId, key, billed } of provider.requests) {
    hash = hashOf(`${requestId} ${callId} ${key} ${billed}`, hash);
  }
  return { hash, outcome: outcomeOf(world, judge.bookOf(runId)) };
}

/** The ledger is what the provider billed for what was recorded, and what was reserved for orphans. */
function judgeLedger({ judge, provider }: Surroundings, { state, ended }: RunBook): void {
  let billed = 0;
  for (const { callId, billed: cost, reserved } of provider.requests) {
    const end = ended.get(callId);
    if (end?.type === "call.answered") billed += cost ?? 0;
    if (end?.type === "call.orphaned") billed += reserved ?? 0;
  }
  // An intent whose process died before the request left is an orphan, too: who knows that it had not?
  const left = new Set(provider.requests.map(({ callId }) => callId));
  for (const [callId, end] of ended) {
    if (end.type === "call.orphaned" && !left.has(callId)) billed += end.chargedMicroUsd ?? 0;
  }
  const { microUsd, calls } = state.ledger.total;
  if (microUsd !== billed)
    judge.found("I-23", `the ledger says ${microUsd}, the provider's books say ${billed}.`);
  if (calls !== ended.size)
    judge.found("I-23", `the ledger counts ${calls} calls, and ${ended.size} have ended.`);
}

/** At rest nothing is left behind, and what a process says of its run is what the disk says. */
function judgeRest({ judge, disk, world }: Surroundings, seats: readonly Seat[], runId: string): void {
  const { state } = judge.bookOf(runId);
  for (const seat of seats) {
    if (!seat.alive) continue;
    const shift = judge.shiftOf(seat);
    if (shift.works.size > 0)
      judge.found("I-33", `${seat.name} left work behind: ${[...shift.works].join()}.`);
    if (seat.run?.id === runId && seat.standing === "ended" && seat.run.state.seq === state.seq) {
      if (world.seed % CLOSELY_EVERY === 0 && textOf(seat.run.state) !== textOf(state)) {
        judge.found("I-07", `the state of ${seat.name} is not the fold of its log.`);
      }
    }
    const fence = judge.fenceOf(seat, runId);
    const term = disk.termOf(runId, fence);
    if (term !== undefined && fence === disk.fenceOf(runId) && !term.released && !shift.harmed) {
      judge.found("I-33", `${seat.name} kept its lease after the end.`);
    }
  }
}

function judgeReadability({ judge }: Surroundings, lines: readonly string[]): void {
  for (const line of lines) {
    try {
      parseEvent(JSON.parse(line));
    } catch (error) {
      judge.found("I-10", `an event cannot be read back: ${String(error).slice(0, 200)}`);
    }
  }
}

/** A state as text, whatever it is made of. */
function textOf(state: RunState): string {
  return JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
}

function outcomeOf(world: World, { state, log }: RunBook): string | undefined {
  if (world.blames || world.cancelsInside || state.status === "cancelled") return undefined;
  // Who comes first has the planner asked, or the money.
  const { maxRevisions, maxTotalTasks, share } = world.growth;
  if (maxRevisions > 0 || share !== null || state.tasks.size >= maxTotalTasks / 2) return undefined;
  // What ran before is not there in the calm, and routers may go by it.
  if (log.some((event) => event.type === "calibration.loaded" && event.rows.length > 0)) return undefined;
  // A task whose classifier could not be reached is routed without, and not where it would have been.
  const isUnclassified = log.some(
    (event) => event.type === "classification.failed" && event.fault.outcome === "transport",
  );
  if (isUnclassified) return undefined;
  const tiers = new Map<string, string[]>();
  for (const event of log) {
    if (event.type !== "attempt.queued") continue;
    const list = tiers.get(event.taskId) ?? [];
    list[event.attempt - 1] = event.route.tier;
    tiers.set(event.taskId, list);
  }
  const tasks = [...state.tasks].map(([id, { status, attempts }]) => {
    const last = attempts[attempts.length - 1];
    return [id, status, tiers.get(id) ?? [], status === "accepted" ? (last?.output ?? null) : null];
  });
  // What a plan grows by stands in the order in which it came.
  return JSON.stringify([state.status, state.answer, tasks.sort(byId)]);
}

function byId([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
