import type { Task } from "../plan/plan.js";
import { cachedTokens } from "../run/call-price.js";
import type { Confidence } from "../run/confidence.js";
import type { RunEvent } from "../run/events.js";
import type { CalibrationRow, CallSums } from "./calibration-row.js";
import { addShadow, shadowLessons } from "./learn-shadow.js";

type Mutable<Value> = Value extends number | string
  ? Value
  : { -readonly [Key in keyof Value]: Mutable<Value[Key]> };

type Draft = Mutable<CalibrationRow>;

/**
 * What some logs teach about where tasks should start: a row for each kind, role and tier, those with most tasks first.
 *
 * Only what reviewers judged counts as accepted; what a person or a rule accepted says nothing about a tier.
 */
export function calibrationOf(logs: Iterable<readonly RunEvent[]>): readonly CalibrationRow[] {
  const rows = new Map<string, Draft>();
  const graded = new Set<string>();
  for (const log of logs) {
    learnFrom(log, rows);
    for (const { task, tier, counts } of shadowLessons(log, graded)) {
      const row = rowOf(rows, task, tier);
      row.shadow = addShadow(row.shadow, counts);
    }
  }
  return [...rows.values()].sort((a, b) => b.tasks - a.tasks);
}

function rowOf(rows: Map<string, Draft>, task: Task, tier: string): Draft {
  const key = JSON.stringify([task.kind, task.role, tier]);
  const row = rows.get(key) ?? emptyRow(task, tier);
  rows.set(key, row);
  return row;
}

function emptyRow({ kind, role }: Task, tier: string): Draft {
  const word = (): Draft["words"]["high"] => ({ judged: 0, accepted: 0 });
  return {
    kind,
    role,
    tier,
    tasks: 0,
    accepted: 0,
    escalated: 0,
    started: 0,
    acceptedFirst: 0,
    attempts: 0,
    words: { high: word(), medium: word(), low: word() },
    execute: noCalls(),
    review: noCalls(),
  };
}

function noCalls(): Mutable<CallSums> {
  return { calls: 0, promptTokens: 0, outputTokens: 0, microUsd: 0, latencyMs: 0 };
}

/** An attempt of a log. */
interface Seen {
  readonly row: Draft;
  readonly isFirst: boolean;
  confidence: Confidence | null;
}

function learnFrom(log: readonly RunEvent[], rows: Map<string, Draft>): void {
  const lesson = new Lesson(rows);
  for (const event of log) lesson.hear(event);
}

/** What one log adds to the rows. */
class Lesson {
  readonly #rows: Map<string, Draft>;
  readonly #tasks = new Map<string, Task>();
  readonly #attempts = new Map<string, Seen>();
  /** The tiers that each task came to. */
  readonly #came = new Set<string>();
  readonly #calls = new Map<string, Mutable<CallSums>>();

  constructor(rows: Map<string, Draft>) {
    this.#rows = rows;
  }

  hear(event: RunEvent): void {
    switch (event.type) {
      case "plan.accepted":
        for (const task of event.tasks) this.#tasks.set(task.id, task);
        break;
      case "attempt.queued":
        if (event.retry === 0) this.#begin(event);
        break;
      case "attempt.finished": {
        const seen = this.#seen(event.taskId, event.attempt);
        if (seen !== undefined) seen.confidence = event.confidence;
        break;
      }
      case "review.returned":
        if (event.verdict !== "blame") this.#judge(event);
        break;
      case "task.escalated": {
        const row = this.#row(event.taskId, event.from);
        if (row !== undefined) row.escalated += 1;
        break;
      }
      case "call.sent":
        this.#send(event);
        break;
      case "call.answered":
        this.#addCall(event);
        break;
      default:
        break;
    }
  }

  #row(taskId: string, tier: string): Draft | undefined {
    const task = this.#tasks.get(taskId);
    return task === undefined ? undefined : rowOf(this.#rows, task, tier);
  }

  #seen(taskId: string, attempt: number): Seen | undefined {
    return this.#attempts.get(`${taskId}/${attempt}`);
  }

  #begin({ taskId, attempt, route }: RunEvent<"attempt.queued">): void {
    const row = this.#row(taskId, route.tier);
    if (row === undefined) return;
    row.attempts += 1;
    const place = `${taskId}/${route.tier}`;
    if (!this.#came.has(place)) row.tasks += 1;
    this.#came.add(place);
    this.#attempts.set(`${taskId}/${attempt}`, { row, isFirst: attempt === 1, confidence: null });
  }

  #judge({ taskId, attempt, verdict }: RunEvent<"review.returned">): void {
    const seen = this.#seen(taskId, attempt);
    if (seen === undefined) return;
    const { row, isFirst, confidence } = seen;
    const accepted = verdict === "accept" ? 1 : 0;
    row.accepted += accepted;
    if (confidence !== null) {
      row.words[confidence].judged += 1;
      row.words[confidence].accepted += accepted;
    }
    if (!isFirst) return;
    row.started += 1;
    row.acceptedFirst += accepted;
  }

  #send({ callId, taskId, attempt, purpose }: RunEvent<"call.sent">): void {
    const row = taskId === null ? undefined : this.#seen(taskId, attempt)?.row;
    if (row !== undefined && (purpose === "execute" || purpose === "review"))
      this.#calls.set(callId, row[purpose]);
  }

  #addCall({ callId, usage, costMicroUsd, latencyMs }: RunEvent<"call.answered">): void {
    const sums = this.#calls.get(callId);
    if (sums === undefined) return;
    sums.calls += 1;
    sums.promptTokens += usage.inputTokens + cachedTokens(usage);
    sums.outputTokens += usage.outputTokens;
    sums.microUsd += costMicroUsd ?? 0;
    sums.latencyMs += latencyMs;
  }
}
