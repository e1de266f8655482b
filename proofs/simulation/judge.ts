import type { CallAnswer, Lease, RunEvent } from "@terrace/core";
import { type Asked, aboutOf, attemptOf } from "./answers.js";
import type { Disk, DiskWatcher } from "./disk.js";
import type { Leaving, Request } from "./provider.js";
import { RunBook, workOf } from "./run-book.js";
import type { Host, Note, Scheduler } from "./scheduler.js";
import type { World } from "./world.js";

/** Something that must never happen, and did. */
export interface Violation {
  /** The invariant, such as `I-04`. */
  readonly invariant: string;
  readonly message: string;
}

/** What is under way in one process. */
interface Shift {
  readonly works: Set<string>;
  readonly checks: Set<string>;
  readonly byTier: Map<string, number>;
  /** Tiers that the provider asked to be patient with. */
  readonly held: Set<string>;
  /** Whether its store failed it: it may have stopped, and need not start anything. */
  harmed: boolean;
}

/**
 * Judges while it happens, by what is on the disk and in the provider's books.
 *
 * What a run says of itself is only looked at where it is compared with those.
 */
export class Judge implements DiskWatcher {
  readonly violations: Violation[] = [];
  readonly books = new Map<string, RunBook>();
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #shifts = new Map<string, Shift>();
  /** Who was given which fence, by run. */
  readonly #fences = new Map<string, number>();
  #disk: Disk | undefined;
  readonly #note: Note | undefined;

  constructor(world: World, scheduler: Scheduler, note: Note | undefined) {
    this.#world = world;
    this.#scheduler = scheduler;
    this.#note = note;
  }

  watch(disk: Disk): void {
    this.#disk = disk;
  }

  found(invariant: string, message: string): void {
    this.#note?.(`VIOLATION ${invariant}: ${message}`);
    this.violations.push({ invariant, message });
  }

  bookOf(runId: string): RunBook {
    const book = this.books.get(runId) ?? new RunBook();
    this.books.set(runId, book);
    return book;
  }

  /** The fence of the last lease that a process took. */
  fenceOf(host: Host, runId: string): number {
    return this.#fences.get(`${host.name} ${runId}`) ?? 0;
  }

  acquired({ runId, fence }: Lease, owner: string): void {
    this.#note?.(`${owner} takes lease ${fence} of ${runId}`);
    this.#fences.set(`${owner} ${runId}`, fence);
  }

  appended({ runId, fence }: Lease, events: readonly RunEvent[]): void {
    const book = this.bookOf(runId);
    const last = this.#disk?.fenceOf(runId) ?? 0;
    if (fence !== last) this.found("I-09", `fence ${fence} wrote ${runId}, and ${last} had been given out.`);
    const wasOver = book.isOver;
    let orphans = 0;
    for (const event of events) {
      this.#note?.(`  ${event.seq} ${line(event)}`);
      this.#judgePlace(book, event);
      if (
        event.type === "run.resumed" &&
        event.by === "caller" &&
        book.state.halt?.reason === "interrupted"
      ) {
        this.found("I-28", "a handle that was told to stop for now goes on.");
      }
      book.add(event);
      if (event.type === "call.orphaned") orphans += 1;
      if (wasOver && event.type === "call.sent")
        this.found("I-29", `${event.callId} was sent after the end.`);
    }
    if (orphans > this.#world.concurrency) {
      this.found("I-05", `${orphans} orphans, and only ${this.#world.concurrency} slots.`);
    }
  }

  /** What is said of an attempt is said of the present one. */
  #judgePlace({ state }: RunBook, event: RunEvent): void {
    if (!("attempt" in event) || !("taskId" in event) || event.taskId === null) return;
    if (event.type === "attempt.queued" || event.type === "call.sent" || event.type === "call.reused") return;
    const attempts = state.tasks.get(event.taskId)?.attempts ?? [];
    const present = attempts[attempts.length - 1]?.number;
    if (present === event.attempt) return;
    this.found(
      "I-02",
      `${event.type} is of attempt ${event.attempt}, and "${event.taskId}" is at ${present}.`,
    );
  }

  /** A request arrived at the provider. */
  requested(request: Request, { host }: Leaving): void {
    const { runId, callId, key } = request;
    this.#note?.(`${host.name}: request ${callId}: ${key}`);
    const book = this.bookOf(runId);
    const sent = book.sent.get(callId);
    if (sent === undefined) {
      this.found("I-01", `request ${callId} left, and its intent is not on the disk.`);
      return;
    }
    this.#judgeSender(host, runId, callId);
    // Whoever was overtaken, by a clock that was set forth and back again, may not be able to know of it.
    if (this.fenceOf(host, runId) !== this.#disk?.fenceOf(runId)) return;
    if (book.ended.has(callId)) this.found("I-03", `request ${callId} left after its call had ended.`);
    const licence = book.licences.get(workOf(sent));
    const answeredAt = book.answeredAt.get(key) ?? -1;
    if (answeredAt > (licence?.seq ?? -1)) {
      this.found("I-04", `"${key}" is asked again (${callId}), and event ${answeredAt} holds its answer.`);
    }
    // As long as the word of it is on its way, nobody was told that the run is cancelled.
    if (book.state.status === "cancelled" && !this.#scheduler.waitsForStore(host)) {
      this.found("I-29", `request ${callId} left after the run was cancelled.`);
    }
    this.#judgeReuse(book, key, callId);
  }

  /** Whoever could know that somebody else has taken over sends nothing. */
  #judgeSender(host: Host, runId: string, callId: string): void {
    const fence = this.fenceOf(host, runId);
    const term = this.#disk?.termOf(runId, fence);
    if (term?.released === true) {
      this.found("I-09", `${host.name} sent ${callId} after it gave its lease back.`);
    }
    const taken = (this.#disk?.fenceOf(runId) ?? 0) > fence;
    if (taken && term !== undefined && this.#scheduler.now >= term.until) {
      this.found("I-09", `${host.name} sent ${callId} after its lease ${fence} ran out and was taken.`);
    }
  }

  /** What a reused run was answered is not asked for as long as an answer is left. */
  #judgeReuse(book: RunBook, key: string, callId: string): void {
    const { reuse } = book.log[0] as RunEvent<"run.submitted">;
    if (reuse === null) return;
    const { answeredAt, unansweredAt } = this.bookOf(reuse);
    const at = answeredAt.get(key);
    const work = workOf(book.sent.get(callId) as RunEvent<"call.sent">);
    // What was answered before the same work came to nothing is not taken over: a right answer may be had now.
    const answers = at !== undefined && at > (unansweredAt.get(work) ?? -1) ? 1 : 0;
    if (answers > (book.reused.get(key) ?? 0)) {
      this.found("I-04", `"${key}" is asked (${callId}), and ${reuse} holds an answer that nobody took.`);
    }
  }

  /** A process was handed an answer that was recorded before. */
  recordedAnswer(host: Host, asked: Asked, key: string, { requestId }: CallAnswer): void {
    this.#note?.(`  answered from the log: ${key}`);
    const { request, purpose } = asked;
    // What a process that was overtaken reads is of no consequence.
    if (this.fenceOf(host, request.runId) !== this.#disk?.fenceOf(request.runId)) return;
    const book = this.bookOf(request.runId);
    const taskId = aboutOf(request);
    const licence = book.licences.get(workOf({ purpose, taskId, attempt: attemptOf(request) }));
    for (const event of book.ended.values()) {
      if (event.type !== "call.answered" || event.requestId !== requestId) continue;
      const sent = book.sent.get(event.callId);
      if (sent?.key !== key) this.found("I-04", `the answer to "${sent?.key}" was given to "${key}".`);
      else if (event.seq < (licence?.seq ?? 0)) {
        this.found("I-04", `an answer from before event ${licence?.seq} was given to "${key}" again.`);
      }
    }
  }

  shiftOf(host: Host): Shift {
    const known = this.#shifts.get(host.name);
    if (known !== undefined) return known;
    const none = { works: new Set<string>(), checks: new Set<string>(), held: new Set<string>() };
    const shift: Shift = { ...none, byTier: new Map(), harmed: false };
    this.#shifts.set(host.name, shift);
    return shift;
  }

  begun(host: Host, runId: string, work: string, tier: string): void {
    const { works, byTier } = this.shiftOf(host);
    const licence = this.bookOf(runId).licences.get(work);
    const isWriter = this.fenceOf(host, runId) === this.#disk?.fenceOf(runId);
    if (isWriter && this.bookOf(runId).state.status === "paused" && !this.#scheduler.waitsForStore(host)) {
      this.found("I-28", `${work} begins, and the run is paused.`);
    }
    const early = (licence?.at ?? 0) + (licence?.delayMs ?? 0) - this.#scheduler.now;
    if (isWriter && early > 0 && !this.#scheduler.hasJumped)
      this.found("I-26", `${work} begins ${early} ms too early.`);
    const { concurrency, tierConcurrency } = this.#world;
    const atTier = (byTier.get(tier) ?? 0) + 1;
    if (works.has(work)) this.found("I-11", `${work} is under way twice in ${host.name}.`);
    works.add(work);
    byTier.set(tier, atTier);
    if (works.size > concurrency) this.found("I-11", `${works.size} under way, at most ${concurrency} may.`);
    if (atTier > (tierConcurrency[tier] ?? concurrency)) {
      this.found("I-11", `${atTier} under way at ${tier}, at most ${tierConcurrency[tier]} may.`);
    }
  }

  settled(host: Host, work: string, tier: string): void {
    const { works, byTier } = this.shiftOf(host);
    works.delete(work);
    byTier.set(tier, (byTier.get(tier) ?? 1) - 1);
  }

  checkBegun(host: Host, check: string): void {
    const { checks } = this.shiftOf(host);
    checks.add(check);
    if (checks.size > this.#world.checkConcurrency) {
      this.found("I-11", `${checks.size} checks under way, at most ${this.#world.checkConcurrency} may.`);
    }
  }

  checkSettled(host: Host, check: string): void {
    this.shiftOf(host).checks.delete(check);
  }
}

/** An event in a line: its type, and the fields that tell it from others. */
function line(event: RunEvent): string {
  const { type, runId: _run, seq: _seq, at: _at, ...fields } = event;
  return `${type} ${JSON.stringify(fields).slice(0, 150)}`;
}
