import { OrchestrationError } from "../errors.js";
import type { Lease, Owner, RunCursor, RunStore, RunSummary } from "../ports/run-store.js";
import { type RunEvent, TERMINAL_EVENTS } from "../run/events.js";

interface Kept {
  readonly log: RunEvent[];
  /** The highest that was given out. */
  fence: number;
  holder: { readonly owner: Owner; until: number } | undefined;
}

type Held = Kept & { readonly holder: NonNullable<Kept["holder"]> };

/** What `memoryStore` may be told. */
export interface MemoryStoreOptions {
  /** How many runs are kept. At twice as many, the oldest that have ended are forgotten. @default 100 */
  readonly keep?: number;
}

/** A store in memory: gone with the process. Answers at once; its clock is the latest time it was told. */
export function memoryStore({ keep = 100 }: MemoryStoreOptions = {}): RunStore {
  const runs = new Map<string, Kept>();
  let latest = 0;
  const hear = (now: number): void => {
    latest = Math.max(latest, now);
  };
  return {
    append(lease, events, expectedSeq) {
      const { log } = held(runs, lease);
      if (log.length !== expectedSeq) throw conflict(lease.runId, expectedSeq, log.length);
      const stray = events.find(({ runId, seq }, at) => seq !== expectedSeq + at || runId !== lease.runId);
      if (stray !== undefined) throw misplaced(lease.runId, stray);
      for (const event of events) log.push(event);
      return undefined;
    },
    read: (runId, fromSeq = 0) => Promise.resolve((runs.get(runId)?.log ?? []).slice(fromSeq)),
    list(limit, after) {
      const summaries = [...runs].reverse().flatMap(([runId, run]) => summary(runId, run, latest));
      const newest = summaries.sort((a, b) => b.startedAt - a.startedAt);
      return Promise.resolve(following(newest, after).slice(0, limit));
    },
    acquire(runId, name, now, ttlMs) {
      hear(now);
      const run = runs.get(runId) ?? { log: [], fence: 0, holder: undefined };
      if (run.holder !== undefined && now < run.holder.until)
        throw locked(runId, run.holder.owner, run.holder.until);
      runs.set(runId, run);
      run.fence += 1;
      run.holder = { owner: { name, since: now }, until: now + ttlMs };
      return { runId, fence: run.fence };
    },
    renew(lease, now, ttlMs) {
      hear(now);
      const { holder } = held(runs, lease);
      holder.until = Math.max(holder.until, now + ttlMs);
      return undefined;
    },
    release({ runId, fence }) {
      const run = runs.get(runId);
      if (run?.fence === fence) run.holder = undefined;
      if (runs.size >= keep * 2) forget(runs, runs.size - keep);
      return undefined;
    },
  };
}

/** The runs that follow in a list; after a run that is not in it, those that started before it. */
function following(newest: readonly RunSummary[], after: RunCursor | undefined): readonly RunSummary[] {
  if (after === undefined) return newest;
  const at = newest.findIndex(({ runId }) => runId === after.runId);
  return at >= 0 ? newest.slice(at + 1) : newest.filter(({ startedAt }) => startedAt < after.startedAt);
}

/** Forgets the oldest runs that have ended and that nobody holds. */
function forget(runs: Map<string, Kept>, surplus: number): void {
  const ended = [...runs].filter(([, { log, holder }]) => {
    const last = log[log.length - 1];
    return holder === undefined && last !== undefined && TERMINAL_EVENTS.includes(last.type);
  });
  for (const [runId] of ended.slice(0, surplus)) runs.delete(runId);
}

/** The run that a lease is the right to write. An expired lease holds until somebody else takes it. */
function held(runs: ReadonlyMap<string, Kept>, { runId, fence }: Lease): Held {
  const run = runs.get(runId);
  if (run?.fence === fence && run.holder !== undefined) return run as Held;
  const owner = run?.holder?.owner;
  const why =
    owner === undefined
      ? "it was given back"
      : `${JSON.stringify(owner.name)} took over at ${new Date(owner.since).toISOString()}`;
  throw new OrchestrationError(
    "LEASE_LOST",
    `The lease ${fence} of run "${runId}" is not held any more: ${why}. Nothing was written. ` +
      "Stop driving the run here; resume it to take a new lease.",
  );
}

function locked(runId: string, { name, since }: Owner, until: number): OrchestrationError {
  return new OrchestrationError(
    "RUN_LOCKED",
    `Run "${runId}" is being written by ${JSON.stringify(name)} since ${new Date(since).toISOString()}. ` +
      `Wait for it to end, or stop it: without a sign of life its lease runs out at ${new Date(until).toISOString()}.`,
  );
}

function conflict(runId: string, expected: number, found: number): OrchestrationError {
  return new OrchestrationError(
    "LOG_CONFLICT",
    `Run "${runId}" was expected to end at event ${expected} but ends at ${found}: ` +
      "something else has written it. Let one orchestrator drive a run.",
  );
}

function misplaced(runId: string, event: RunEvent): OrchestrationError {
  return new OrchestrationError(
    "LOG_CONFLICT",
    `Run "${runId}" was handed event ${event.seq} of run "${event.runId}" out of its place. ` +
      "Nothing was written. Number events without gaps.",
  );
}

function summary(runId: string, { log, holder }: Kept, now: number): readonly RunSummary[] {
  const [first] = log;
  const last = log[log.length - 1];
  if (first?.type !== "run.submitted" || last === undefined) return [];
  return [
    {
      runId,
      goal: first.goal,
      events: log.length,
      lastRunEvent: log.findLast(({ type }) => type.startsWith("run."))?.type ?? "run.submitted",
      startedAt: first.at,
      updatedAt: last.at,
      owner: holder !== undefined && now < holder.until ? holder.owner : null,
    },
  ];
}
