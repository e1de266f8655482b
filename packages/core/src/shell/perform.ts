import type { Agents, Answer, Execution } from "../ports/agents.js";
import type { CallJournal } from "../ports/call-journal.js";
import { hasEnded } from "../run/admits.js";
import { present } from "../run/draft.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";
import { type CallingWork, isUnquoted } from "../run/open-work.js";
import type { QuoteData, RunState, TaskState } from "../run/state.js";
import { verdictOf } from "../run/verdict.js";
import { agentFault, faultOf, isExecution, isReview, oversize, statedConfidence } from "./answers.js";
import { type CheckReport, checkForm, PASSED, runChecks, type TaskChecks } from "./checks.js";
import { clip, clipFault, clipLines } from "./clip.js";
import type { Lanes } from "./lanes.js";
import { executeRequest, inputsOf, planRequest, reviewRequest } from "./requests.js";
import type { Runner } from "./runner.js";
import type { Timers } from "./timers.js";

/** What performing needs. */
export interface PerformerOptions {
  readonly runner: Runner;
  readonly agents: Agents;
  readonly lanes: Lanes;
  readonly checkLane: Lanes;
  /** Where the calls of a piece of work are recorded. */
  readonly journal: (work: CallingWork) => CallJournal;
  readonly signal: AbortSignal;
  /** Tells what is under way to stop. */
  readonly abort: () => void;
  readonly timers: Timers;
  readonly checksOf: (task: TaskState) => TaskChecks;
  /** What carrying out a run's plan will cost. Must not reject. */
  readonly quote: (state: RunState) => Promise<QuoteData>;
}

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
  }

  #perform(event: RunEvent): void {
    const { lanes, checkLane } = this.#options;
    switch (event.type) {
      case "plan.queued":
        this.#queuePlan(event);
        break;
      case "plan.accepted":
        if (isUnquoted(this.#state)) void this.#quote();
        break;
      case "attempt.queued":
        this.#queueExecution(event);
        break;
      case "attempt.finished":
        this.#check(event.taskId);
        break;
      case "review.queued":
        this.#queueReview(event);
        break;
      case "task.resolved":
        if (event.resolution.action === "answer") this.#check(event.taskId);
        break;
      case "run.paused":
        lanes.pause();
        checkLane.pause();
        break;
      case "run.resumed":
        lanes.resume();
        checkLane.resume();
        break;
      case "run.cancelled":
        this.#options.abort();
        lanes.clear();
        break;
      case "run.completed":
      case "run.failed":
        lanes.clear();
        this.#options.timers.stop();
        break;
      default:
        break;
    }
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

  #queueReview(event: RunEvent<"review.queued">): void {
    const task = this.#task(event.taskId);
    this.#queue(event, REVIEWS_FIRST + task.priority, () => this.#review(event, task));
  }

  #queue(event: CallingWork, priority: number, work: () => Promise<void>): void {
    const { lanes } = this.#options;
    const { tier } = event.route;
    if (event.delayMs === 0) lanes.add(tier, { priority, work });
    else this.#later(event.delayMs, tier, priority, work);
  }

  // Apart for the same reason: most work does not wait.
  #later(delayMs: number, tier: string, priority: number, work: () => Promise<void>): void {
    const { lanes, timers } = this.#options;
    timers.after(delayMs, () => {
      lanes.add(tier, { priority, work });
      lanes.start();
    });
  }

  async #quote(): Promise<void> {
    const { runner, quote } = this.#options;
    runner.record({ type: "plan.quoted", ...(await quote(this.#state)) });
  }

  async #plan(event: RunEvent<"plan.queued">): Promise<void> {
    const { runner, agents, journal, signal } = this.#options;
    if (this.#isOver()) return;
    const { attempt } = event;
    const request = planRequest(this.#state, event, signal, journal(event));
    try {
      const answer = await agents.plan(request);
      this.#heed(answer, event.route.tier);
      if (answer.outcome === "ok")
        runner.record({ type: "plan.proposed", attempt, plan: answer.value as JsonValue });
      else runner.record({ type: "plan.failed", attempt, fault: clipFault(answer.fault) });
    } catch (error) {
      runner.record({ type: "plan.failed", attempt, fault: faultOf(error, signal.aborted) });
    }
  }

  async #execute(event: RunEvent<"attempt.queued">, task: TaskState): Promise<void> {
    const { runner, agents, journal, signal, checksOf } = this.#options;
    const { taskId, attempt } = event;
    // Superseded while it stood in line: whoever reopened the task, or lowered its tier, queues it anew.
    if (this.#isOver() || task.status !== "queued" || present(task).number !== attempt) return;
    if (present(task).tier !== event.route.tier) return;
    runner.record({ type: "attempt.started", taskId, attempt });
    const { schema } = checksOf(task);
    const request = executeRequest(this.#state, task, event, schema, signal, journal(event));
    try {
      const answer = await agents.execute(request);
      this.#heed(answer, event.route.tier);
      runner.record(
        answer.outcome === "ok" ? this.#finished(event, answer.value) : failed(event, answer.fault),
      );
    } catch (error) {
      runner.record(failed(event, faultOf(error, signal.aborted)));
    }
  }

  #finished({ taskId, attempt }: RunEvent<"attempt.queued">, execution: Execution): Fact {
    if (!isExecution(execution))
      return failed({ taskId, attempt }, agentFault("the execution has no output."));
    const { output, unverified } = execution;
    const fault = oversize(output, this.#state.limits.maxOutputBytes);
    if (fault !== undefined) return { type: "attempt.failed", taskId, attempt, fault };
    const { confidence, because } = statedConfidence(execution);
    return {
      type: "attempt.finished",
      taskId,
      attempt,
      output,
      confidence,
      because: clip(because),
      unverified: clipLines(unverified),
    };
  }

  #check(taskId: string): void {
    const { runner, checksOf } = this.#options;
    const task = this.#task(taskId);
    const expected = checksOf(task);
    const { number: attempt, output } = present(task);
    const form = checkForm(expected, output);
    if (form !== undefined || expected.checks.length === 0) {
      runner.record(checked(taskId, attempt, form ?? PASSED));
      return;
    }
    this.#runChecks(task, expected);
  }

  #runChecks(task: TaskState, { checks }: TaskChecks): void {
    const { runner, checkLane, signal } = this.#options;
    const { runId } = this.#state;
    const { number: attempt, tier, output } = present(task);
    const context = { runId, task: task.task, attempt, tier, inputs: inputsOf(this.#state, task), signal };
    const work = async (): Promise<void> =>
      runner.record(checked(task.task.id, attempt, await runChecks(checks, output, context)));
    checkLane.add("checks", { priority: task.priority, work });
    checkLane.start();
  }

  async #review(event: RunEvent<"review.queued">, task: TaskState): Promise<void> {
    const { runner, agents, journal, signal } = this.#options;
    const { taskId, attempt } = event;
    const { tier } = event.route;
    if (this.#isOver() || task.status !== "reviewing" || present(task).number !== attempt) return;
    const request = reviewRequest(this.#state, task, event, signal, journal(event));
    try {
      const answer = await agents.review(request);
      this.#heed(answer, tier);
      if (answer.outcome !== "ok") {
        runner.record({ type: "review.failed", taskId, attempt, fault: clipFault(answer.fault) });
        return;
      }
      if (!isReview(answer.value)) throw new TypeError("the review has not the form of one.");
      const { criteria, problems, blame } = answer.value;
      const blamable = blame === null ? [] : this.#blamable(task);
      const { verdict, reason } = verdictOf(answer.value, task.task.criteria, blamable);
      runner.record({
        type: "review.returned",
        taskId,
        attempt,
        tier,
        verdict,
        reason: clip(reason),
        criteria,
        problems,
        blame,
      });
    } catch (error) {
      runner.record({ type: "review.failed", taskId, attempt, fault: faultOf(error, signal.aborted) });
    }
  }

  /** Lets the lane take note of how its provider does. */
  #heed(answer: Answer<unknown>, tier: string): void {
    const { lanes } = this.#options;
    if (answer.outcome === "ok") lanes.succeeded(tier);
    else if (answer.fault.scope === "tier") lanes.hold(tier, answer.fault.retryAfterMs);
  }

  /** Inputs that a review may still blame: each once, and none that a person stands for. */
  #blamable(task: TaskState): readonly string[] {
    return task.task.dependsOn.filter(
      (id) => !task.blamed.includes(id) && this.#state.tasks.get(id)?.acceptedBy === "reviewer",
    );
  }

  #isOver(): boolean {
    return this.#options.runner.broken !== undefined || hasEnded(this.#state);
  }
}

function checked(taskId: string, attempt: number, { issues, repairable }: CheckReport): Fact {
  return { type: "attempt.checked", taskId, attempt, issues: clipLines(issues), repairable };
}

function failed({ taskId, attempt }: { taskId: string; attempt: number }, fault: Fault): Fact {
  return { type: "attempt.failed", taskId, attempt, fault: clipFault(fault) };
}
