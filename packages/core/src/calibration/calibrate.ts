import type { Task } from "../plan/plan.js";
import { cachedTokens } from "../run/call-price.js";
import type { Confidence, ErrorCost } from "../run/confidence.js";
import type { RunEvent } from "../run/events.js";
import { isSpared } from "../run/review-policy.js";
import type { TeamData } from "../team.js";
import type { CalibrationRow, CallSums } from "./calibration-row.js";
import { shadowLessons } from "./learn-shadow.js";
import { countWord, noWords } from "./words.js";

type Mutable<Value> = Value extends number | string
  ? Value
  : { -readonly [Key in keyof Value]: Mutable<Value[Key]> };

type Draft = Mutable<CalibrationRow>;

/** A row of the tasks of one error cost, with all that their calls came to: failed ones, and whatever they were for. */
export interface Lesson extends Draft {
  readonly errorCost: ErrorCost;
  readonly whole: { calls: number; microUsd: number };
  /** The attempt of another run that was graded again; each counts once, however many logs tell of it. */
  readonly graded?: string;
}

/**
 * What some logs teach about where tasks should start: a row for each kind, role and tier, those with most tasks first.
 *
 * Only what reviewers judged counts as accepted; what a person or a rule accepted says nothing about a tier.
 */
export function calibrationOf(logs: Iterable<readonly RunEvent[]>): readonly CalibrationRow[] {
  return rowsOf([...logs].flatMap(lessonsOf));
}

/** What one log teaches, apart by error cost. */
export function lessonsOf(log: readonly RunEvent[]): readonly Lesson[] {
  const tally = new Tally();
  for (const event of log) tally.hear(event);
  const graded = shadowLessons(log).map(({ task, tier, attempt, counts }) => ({
    ...emptyLesson(task, tier),
    shadow: counts,
    graded: attempt,
  }));
  return graded.length === 0 ? tally.rows : [...tally.rows, ...graded];
}

/** Lessons as rows: added up over error costs and runs, those with most tasks first. */
export function rowsOf(lessons: Iterable<Lesson>): readonly CalibrationRow[] {
  const rows = new Map<string, Draft>();
  const graded = new Set<string>();
  for (const { errorCost: _, whole: __, graded: attempt, ...row } of lessons) {
    if (attempt !== undefined && graded.has(attempt)) continue;
    if (attempt !== undefined) graded.add(attempt);
    const key = JSON.stringify([row.kind, row.role, row.tier]);
    const sum = rows.get(key);
    if (sum === undefined) rows.set(key, structuredClone(row));
    else addTo(sum, row);
  }
  return [...rows.values()].sort((a, b) => b.tasks - a.tasks);
}

/** Adds every figure of `more`, however deep, to its place in `sum`. */
function addTo(sum: object, more: object): void {
  const to = sum as { [name: string]: unknown };
  for (const [name, value] of Object.entries(more)) {
    if (typeof value === "number") to[name] = ((to[name] as number | undefined) ?? 0) + value;
    else if (typeof value === "object") {
      to[name] ??= {};
      addTo(to[name] as object, value as object);
    }
  }
}

function emptyLesson(task: Task, tier: string): Lesson {
  return { ...emptyRow(task, tier), errorCost: task.errorCost, whole: { calls: 0, microUsd: 0 } };
}

function emptyRow({ kind, role }: Task, tier: string): Draft {
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
    words: noWords(),
    execute: noCalls(),
    review: noCalls(),
  };
}

function noCalls(): Mutable<CallSums> {
  return { calls: 0, promptTokens: 0, outputTokens: 0, microUsd: 0, latencyMs: 0 };
}

/** An attempt of a log. */
interface Seen {
  readonly row: Lesson;
  /** Whether it shows what becomes of a task that starts there. */
  readonly isFirst: boolean;
  confidence: Confidence | null;
}

/** What one log teaches, event by event: the one fold behind calibration, quotes and alarms. */
export class Tally {
  readonly #rows = new Map<string, Lesson>();
  readonly #tasks = new Map<string, Task>();
  readonly #attempts = new Map<string, Seen>();
  /** The tiers that each task came to. */
  readonly #came = new Set<string>();
  readonly #calls = new Map<string, { readonly lesson: Lesson; readonly sums: Mutable<CallSums> | null }>();
  /** Where tasks began whose outputs nobody has judged yet. */
  readonly #unjudged = new Map<string, Lesson>();
  /** The outputs that stand. */
  readonly #standing = new Map<string, Seen>();
  #runId = "";
  #reviewer: TeamData["reviewer"] | undefined;

  /** In the order in which they were first heard of. */
  get rows(): readonly Lesson[] {
    return [...this.#rows.values()];
  }

  /** Returns the row that changed, unless only what its calls came to did. */
  hear(event: RunEvent): Lesson | undefined {
    switch (event.type) {
      case "run.submitted":
        this.#runId = event.runId;
        this.#reviewer = event.team.reviewer;
        return undefined;
      case "plan.accepted":
      case "plan.revised":
        for (const task of event.tasks) this.#tasks.set(task.id, task);
        return undefined;
      case "attempt.queued":
        return event.retry === 0 ? this.#begin(event) : undefined;
      case "attempt.finished": {
        const seen = this.#seen(event.taskId, event.attempt);
        if (seen !== undefined) seen.confidence = event.confidence;
        return undefined;
      }
      case "attempt.checked":
        return event.issues.length > 0 && this.#isOfSample(event) ? this.#judge(event, false) : undefined;
      case "review.returned":
        return event.verdict === "blame" ? undefined : this.#judge(event, event.verdict === "accept");
      case "task.blamed":
        return this.#takeBack(event);
      case "task.escalated": {
        const row = this.#row(event.taskId, event.from);
        if (row !== undefined) row.escalated += 1;
        return row;
      }
      case "call.sent":
        this.#send(event);
        return undefined;
      case "call.answered":
        this.#addCall(event);
        return undefined;
      case "call.failed":
        this.#addWhole(event);
        return undefined;
      default:
        return undefined;
    }
  }

  #row(taskId: string, tier: string): Lesson | undefined {
    const task = this.#tasks.get(taskId);
    if (task === undefined) return undefined;
    const key = JSON.stringify([task.kind, task.role, task.errorCost, tier]);
    const row = this.#rows.get(key) ?? emptyLesson(task, tier);
    this.#rows.set(key, row);
    return row;
  }

  #seen(taskId: string, attempt: number): Seen | undefined {
    return this.#attempts.get(`${taskId}/${attempt}`);
  }

  #begin({ taskId, attempt, route, reason }: RunEvent<"attempt.queued">): Lesson | undefined {
    const row = this.#row(taskId, route.tier);
    if (row === undefined) return undefined;
    row.attempts += 1;
    const place = `${taskId}/${route.tier}`;
    if (!this.#came.has(place)) row.tasks += 1;
    this.#came.add(place);
    if (reason === "first") this.#unjudged.set(taskId, row);
    // Whose input was wrong has not shown yet what becomes of it; its next attempt, on another, will.
    const isFirst = reason === "first" || (reason === "redo" && this.#unjudged.get(taskId) === row);
    this.#attempts.set(`${taskId}/${attempt}`, { row, isFirst, confidence: null });
    return row;
  }

  /** Whether what fails its checks counts: as seldom as what passes them, where outputs are reviewed by sample. */
  #isOfSample({ taskId, attempt }: RunEvent<"attempt.checked">): boolean {
    const task = this.#tasks.get(taskId);
    const tier = this.#attempts.get(`${taskId}/${attempt}`)?.row.tier;
    if (task === undefined || tier === undefined || this.#reviewer === undefined) return true;
    return !isSpared(this.#reviewer, this.#runId, task, { number: attempt, tier });
  }

  #judge(
    { taskId, attempt }: { readonly taskId: string; readonly attempt: number },
    isAccepted: boolean,
  ): Lesson | undefined {
    const seen = this.#seen(taskId, attempt);
    if (seen === undefined) return undefined;
    const { row, isFirst, confidence } = seen;
    this.#unjudged.delete(taskId);
    if (confidence !== null) countWord(row.words, confidence, isAccepted);
    if (isFirst) row.started += 1;
    if (!isAccepted) return row;
    if (isFirst) row.acceptedFirst += 1;
    // An output that is made anew, since what it used was taken back, is the same task once more.
    if (this.#standing.get(taskId)?.row !== row) row.accepted += 1;
    this.#standing.set(taskId, seen);
    return row;
  }

  /** An output that a reviewer downstream found wrong was never right. */
  #takeBack({ taskId }: RunEvent<"task.blamed">): Lesson | undefined {
    const seen = this.#standing.get(taskId);
    if (seen === undefined) return undefined;
    const { row, isFirst, confidence } = seen;
    row.accepted -= 1;
    if (isFirst) row.acceptedFirst -= 1;
    if (confidence !== null) row.words[confidence].accepted -= 1;
    this.#standing.delete(taskId);
    return row;
  }

  #send({ callId, taskId, attempt, purpose }: RunEvent<"call.sent">): void {
    // What the planner is asked about a task is no part of doing it.
    const isOfTask = taskId !== null && purpose !== "plan";
    const lesson = isOfTask ? this.#seen(taskId, attempt)?.row : undefined;
    if (lesson === undefined) return;
    const sums = purpose === "execute" || purpose === "review" ? lesson[purpose] : null;
    this.#calls.set(callId, { lesson, sums });
  }

  #addCall(event: RunEvent<"call.answered">): void {
    this.#addWhole(event);
    const sums = this.#calls.get(event.callId)?.sums ?? null;
    if (sums === null) return;
    const { usage, costMicroUsd, latencyMs } = event;
    sums.calls += 1;
    sums.promptTokens += usage.inputTokens + cachedTokens(usage);
    sums.outputTokens += usage.outputTokens;
    sums.microUsd += costMicroUsd ?? 0;
    sums.latencyMs += latencyMs;
  }

  #addWhole({ callId, costMicroUsd }: RunEvent<"call.answered" | "call.failed">): void {
    const whole = this.#calls.get(callId)?.lesson.whole;
    if (whole === undefined) return;
    whole.calls += 1;
    whole.microUsd += costMicroUsd ?? 0;
  }
}
