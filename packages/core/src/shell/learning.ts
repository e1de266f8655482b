import { type Lesson, lessonsOf } from "../calibration/calibrate.js";
import type { RunStore, RunSummary } from "../ports/run-store.js";
import { type EventType, TERMINAL_EVENTS } from "../run/events.js";

/** What one run that has ended teaches. */
export interface Learnt {
  readonly lessons: readonly Lesson[];
  /** The golden set that it was a run of; `null` for any other run. */
  readonly golden: string | null;
  /** When it was submitted, in milliseconds since 1970. */
  readonly at: number;
}

/** What some runs teach, the newest first. */
export interface Learning {
  readonly runs: readonly Learnt[];
  /** Runs that were left out, since their logs cannot be read. */
  readonly unread: number;
}

/** Runs of a store whose lessons are kept; those of others are read again. */
const MOST_KEPT = 1_000;

/** What runs of each store taught, by how many events they had. A run that has ended says hardly anything more. */
const known = new WeakMap<RunStore, Map<string, { readonly events: number; readonly learnt: Learnt }>>();

/** Whether a run has come to one of its ends. */
export function isOver({ lastRunEvent }: RunSummary): boolean {
  return TERMINAL_EVENTS.includes(lastRunEvent as EventType);
}

/** Reads what these runs teach, each only once. */
export async function learnFrom(store: RunStore, runs: readonly RunSummary[]): Promise<Learning> {
  const learnt: Learnt[] = [];
  // One after the other: a store has better things to do than to read many logs at once.
  for (const run of runs) {
    const found = await learnFromRun(store, run);
    if (found !== undefined) learnt.push(found);
  }
  return { runs: learnt, unread: runs.length - learnt.length };
}

async function learnFromRun(store: RunStore, { runId, events }: RunSummary): Promise<Learnt | undefined> {
  const kept = known.get(store) ?? new Map<string, { events: number; learnt: Learnt }>();
  known.set(store, kept);
  const before = kept.get(runId);
  if (before?.events === events) return before.learnt;
  const log = await store.read(runId).catch(() => []);
  const [first] = log;
  if (first?.type !== "run.submitted") return undefined;
  const learnt = { lessons: lessonsOf(log), golden: first.golden ?? null, at: first.at };
  kept.set(runId, { events, learnt });
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
  return learnt;
}
