import type { Answer, ExecuteRequest, ReviewRequest } from "../ports/agents.js";
import { hasEnded } from "../run/admits.js";
import { present } from "../run/draft.js";
import type { Fact, RunEvent } from "../run/events.js";
import { type CallingWork, isUncalibrated, isUnquoted, mayWait } from "../run/open-work.js";
import type { RunState, TaskState } from "../run/state.js";
import { faultOf } from "./answers.js";
import { clipFault } from "./clip.js";
import { failedBy, finishedBy, returnedBy } from "./facts-of-answers.js";
import { orphanOf, type RunJournal } from "./journal.js";
import type { Lanes } from "./lanes.js";
import { liveSlot } from "./live-slot.js";
import { performChecks } from "./perform-checks.js";
import { performClassification } from "./perform-classification.js";
import { performGrade } from "./perform-grade.js";
import { performPlan } from "./perform-plan.js";
import type { PerformerOptions } from "./performer-options.js";
import { executeRequest, reviewRequest } from "./requests.js";

const NONE: readonly RunEvent[] = [];
// What was begun is finished before more is begun: a review frees its dependents, an execution only queues a review.
const REVIEWS_FIRST = 2 ** 40;
const PLAN_FIRST = 2 ** 50;

/**
 * Does what the events license, and records what came of it.
 *
 * One event, one effect, one fact: `plan.queued` asks the planner, `attempt.queued` the executor,
 * `attempt.finished` runs the checks, `review.queued` asks the reviewer. No effect rejects.
 */
export class Performer {
  readonly #options: PerformerOptions;
  #first: readonly RunEvent[] = NONE;
  /** The tasks that a model is being asked about. */
  readonly #classifying = new Set<string>();
  /** Aborted by the next pause. */
  #untilPause = new AbortController();

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  /** Keeps work that was licensed before, to be done together with the first that is recorded. */
  performFirst(work: readonly RunEvent[]): void {
    this.#first = work;
  }

  /** Does what a batch of events licenses. */
  performAll(events: readonly RunEvent[]): void {
    for (const event of this.#first) this.#perform(event);
    this.#first = NONE;
    for (const event of events) this.#perform(event);
    this.#options.lanes.start();
    this.#options.batchLanes.start();
  }

  #perform(event: RunEvent): void {
    switch (event.type) {
      case "run.submitted":
        if (isUncalibrated(this.#state)) void this.#inquire(this.#options.calibrate);
        break;
      case "plan.queued":
        this.#queuePlan(event);
        break;
      case "plan.accepted":
      case "plan.revised":
        if (isUnquoted(this.#state)) void this.#inquire(this.#options.quote);
        break;
      case "classification.queued":
        this.#queueClassification(event);
        break;
      case "attempt.queued":
        this.#queueExecution(event);
        break;
      case "attempt.finished":
        performChecks(this.#options, event.taskId);
        break;
      case "review.queued":
        this.#queueReview(event);
        break;
      case "grade.queued":
        this.#queueGrade(event);
        break;
      case "task.resolved":
        if (event.resolution.action === "answer") performChecks(this.#options, event.taskId);
        break;
      case "run.paused":
        this.#pause(event);
        break;
      case "run.resumed":
        for (const lanes of this.#allLanes) lanes.resume();
        break;
      case "run.cancelled":
        this.#options.abort();
        this.#end();
        break;
      case "run.completed":
      case "run.failed":
        this.#end();
        this.#options.timers.stop();
        break;
      default:
        break;
    }
  }

  #pause({ reason }: RunEvent<"run.paused">): void {
    for (const lanes of this.#allLanes) lanes.pause();
    this.#untilPause.abort();
    this.#untilPause = new AbortController();
    // Whoever goes on finds at the provider what waits there.
    if (reason === "interrupted") this.#options.abortBatches();
  }

  /** Nobody wants what still waits. */
  #end(): void {
    const { lanes, batchLanes, abortBatches, pending, runner } = this.#options;
    lanes.clear();
    batchLanes.clear();
    abortBatches();
    for (const call of pending.takeRest()) runner.record(orphanOf(call));
  }

  get #allLanes(): readonly Lanes[] {
    const { lanes, batchLanes, checkLane } = this.#options;
    return [lanes, batchLanes, checkLane];
  }

  get #state(): RunState {
    return this.#options.runner.state;
  }

  #task(taskId: string): TaskState {
    return this.#state.tasks.get(taskId) as TaskState;
  }

  // Functions of their own: closures in `perform` would make every event pay, whatever it licenses.
  #queuePlan(event: RunEvent<"plan.queued">): void {
    this.#queue(event, PLAN_FIRST, () => this.#plan(event));
  }

  #queueExecution(event: RunEvent<"attempt.queued">): void {
    const task = this.#task(event.taskId);
    this.#queue(event, task.priority, () => this.#execute(event, task));
  }

  #queueClassification(event: RunEvent<"classification.queued">): void {
    const task = this.#task(event.taskId);
    this.#queue(event, task.priority, () => this.#classify(event, task));
  }

  #queueGrade(event: RunEvent<"grade.queued">): void {
    this.#queue(event, 0, async () => {
      if (!this.#isOver()) this.#heed(await performGrade(this.#options, event), event);
    });
  }

  #queueReview(event: RunEvent<"review.queued">): void {
    const task = this.#task(event.taskId);
    this.#queue(event, REVIEWS_FIRST + task.priority, () => this.#review(event, task));
  }

  #queue(event: CallingWork, priority: number, work: () => Promise<void>): void {
    const lanes = this.#lanesOf(event);
    const { tier } = event.route;
    if (event.delayMs === 0) lanes.add(tier, { priority, work });
    else this.#later(event.delayMs, lanes, tier, priority, work);
  }

  // Apart for the same reason: most work does not wait.
  #later(delayMs: number, lanes: Lanes, tier: string, priority: number, work: () => Promise<void>): void {
    this.#options.timers.after(delayMs, () => {
      lanes.add(tier, { priority, work });
      lanes.start();
    });
  }

  #lanesOf(event: CallingWork): Lanes {
    return mayWait(event) ? this.#options.batchLanes : this.#options.lanes;
  }

  async #inquire(ask: (state: RunState) => Promise<Fact>): Promise<void> {
    this.#options.runner.record(await ask(this.#state));
  }

  async #plan(event: RunEvent<"plan.queued">): Promise<void> {
    if (!this.#isOver()) await performPlan(this.#options, event, (answer) => this.#heed(answer, event));
  }

  async #classify(event: RunEvent<"classification.queued">, task: TaskState): Promise<void> {
    const { taskId } = event;
    // Queued twice when its input was taken back meanwhile; one answer serves both.
    if (this.#isOver() || task.status !== "classifying" || this.#classifying.has(taskId)) return;
    this.#classifying.add(taskId);
    const { answer, recorded } = await performClassification(this.#options, event, task);
    this.#heed(answer, event);
    // Before it is recorded, the task still looks as if it were to be asked about.
    const forget = (): void => void this.#classifying.delete(taskId);
    recorded.then(forget, forget);
  }

  async #execute(event: RunEvent<"attempt.queued">, task: TaskState): Promise<void> {
    const { runner, agents, journal, checksOf } = this.#options;
    const { taskId, attempt } = event;
    // Superseded while it stood in line: whoever reopened the task, or lowered its tier, queues it anew.
    if (this.#isOver() || task.status !== "queued" || present(task).number !== attempt) return;
    if (present(task).tier !== event.route.tier) return;
    runner.record({ type: "attempt.started", taskId, attempt });
    const { schema } = checksOf(task);
    const [signal, calls] = [this.#signalOf(event), journal(event)];
    const plain = executeRequest(this.#state, task, event, schema, signal, calls);
    const request = this.#withSlot(plain, event, task);
    try {
      const answer = await this.#ask(event, calls, () => agents.execute(request));
      if (answer === undefined) return;
      runner.record(
        answer.outcome === "ok"
          ? finishedBy(event, answer.value, this.#state.limits)
          : failedBy(event, answer.fault),
      );
    } catch (error) {
      runner.record(failedBy(event, faultOf(error, signal.aborted)));
    }
  }

  async #review(event: RunEvent<"review.queued">, task: TaskState): Promise<void> {
    const { runner, agents, journal } = this.#options;
    const { taskId, attempt } = event;
    if (this.#isOver() || task.status !== "reviewing" || present(task).number !== attempt) return;
    const [signal, calls] = [this.#signalOf(event), journal(event)];
    const request = this.#withSlot(reviewRequest(this.#state, task, event, signal, calls), event, task);
    try {
      const answer = await this.#ask(event, calls, () => agents.review(request));
      if (answer === undefined) return;
      if (answer.outcome !== "ok") {
        runner.record({ type: "review.failed", taskId, attempt, fault: clipFault(answer.fault) });
        return;
      }
      runner.record(returnedBy(this.#state, event, answer.value));
    } catch (error) {
      runner.record({ type: "review.failed", taskId, attempt, fault: faultOf(error, signal.aborted) });
    }
  }

  /** With the way to a slot, for a request that has none. */
  #withSlot<Request extends ExecuteRequest | ReviewRequest>(
    request: Request,
    event: RunEvent<"attempt.queued" | "review.queued">,
    { priority }: TaskState,
  ): Request {
    if (!mayWait(event)) return request;
    const { lanes, batchSignal } = this.#options;
    const signals = [batchSignal, this.#untilPause.signal];
    return { ...request, inSlot: liveSlot(lanes, event.route.tier, priority, signals) };
  }

  /** Asks an agent; `undefined` when the work was left, as it stands, to whoever resumes the run. */
  async #ask<Value>(
    event: CallingWork,
    calls: RunJournal,
    ask: () => Promise<Answer<Value>>,
  ): Promise<Answer<Value> | undefined> {
    const { batchSignal } = this.#options;
    const isStopped = (): boolean => mayWait(event) && batchSignal.reason === "left";
    try {
      const answer = await ask();
      const isLeft = isStopped() && answer.outcome === "transport";
      calls.close(isLeft);
      if (isLeft) return undefined;
      this.#heed(answer, event);
      return answer;
    } catch (error) {
      calls.close(isStopped());
      if (isStopped()) return undefined;
      throw error;
    }
  }

  #signalOf(event: CallingWork): AbortSignal {
    return mayWait(event) ? this.#options.batchSignal : this.#options.signal;
  }

  /** Lets the lane take note of how its provider does. */
  #heed(answer: Answer<unknown>, event: CallingWork): void {
    const lanes = this.#lanesOf(event);
    const { tier } = event.route;
    if (answer.outcome === "ok") lanes.succeeded(tier);
    else if (answer.fault.scope === "tier") lanes.hold(tier, answer.fault.retryAfterMs);
  }

  #isOver(): boolean {
    return this.#options.runner.broken !== undefined || hasEnded(this.#state);
  }
}
