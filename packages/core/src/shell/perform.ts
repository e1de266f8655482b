import type { Agents, Answer } from "../ports/agents.js";
import type { IdSource } from "../ports/ids.js";
import { hasEnded } from "../run/admits.js";
import { present } from "../run/draft.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";
import type { RunState, TaskState } from "../run/state.js";
import { verdictOf } from "../run/verdict.js";
import { agentFault, answerOf, oversize, withConfidence } from "./answers.js";
import { type CheckReport, runChecks, type TaskChecks } from "./checks.js";
import { type CallOwner, RunJournal } from "./journal.js";
import type { Lanes } from "./lanes.js";
import { executeRequest, inputsOf, planRequest, reviewRequest } from "./requests.js";
import type { Runner } from "./runner.js";

/** What performing needs. */
export interface PerformerOptions {
  readonly runner: Runner;
  readonly agents: Agents;
  readonly lanes: Lanes;
  readonly checkLane: Lanes;
  readonly ids: IdSource;
  readonly signal: AbortSignal;
  /** Waits before a retry. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly checksOf: (task: TaskState) => TaskChecks;
}

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

  constructor(options: PerformerOptions) {
    this.#options = options;
  }

  perform(event: RunEvent): void {
    const { lanes } = this.#options;
    switch (event.type) {
      case "plan.queued":
        return this.#queue(event, PLAN_FIRST, () => this.#plan(event));
      case "attempt.queued":
        return this.#queue(event, this.#task(event.taskId).priority, () => this.#execute(event));
      case "attempt.finished":
        return this.#check(event.taskId);
      case "review.queued":
        return this.#queue(event, REVIEWS_FIRST + this.#task(event.taskId).priority, () => this.#review(event));
      case "task.resolved":
        return event.resolution.action === "answer" ? this.#check(event.taskId) : undefined;
      case "run.paused":
        return lanes.pause();
      case "run.resumed":
        return lanes.resume();
      case "run.completed":
      case "run.failed":
      case "run.cancelled":
        return lanes.clear();
      default:
        return undefined;
    }
  }

  get #state(): RunState {
    return this.#options.runner.state;
  }

  #task(taskId: string): TaskState {
    return this.#state.tasks.get(taskId) as TaskState;
  }

  #queue(
    event: RunEvent<"plan.queued" | "attempt.queued" | "review.queued">,
    priority: number,
    work: () => Promise<void>,
  ): void {
    const { lanes, sleep } = this.#options;
    const { tier } = event.route;
    if (event.delayMs === 0) lanes.add(tier, { priority, work });
    else void sleep(event.delayMs).then(() => lanes.add(tier, { priority, work }));
  }

  async #plan(event: RunEvent<"plan.queued">): Promise<void> {
    const { agents, signal } = this.#options;
    if (this.#isOver()) return;
    const { attempt } = event;
    const { tier } = event.route;
    const owner = { purpose: "plan", tier, role: "planner", taskId: null, attempt } as const;
    const request = planRequest(this.#state, event, { signal, calls: this.#journal(owner) });
    const answer = await answerOf(() => agents.plan(request));
    this.#settle(tier, answer, {
      ok: (plan) => ({ type: "plan.proposed", attempt, plan: plan as JsonValue }),
      failed: (fault) => ({ type: "plan.failed", attempt, fault }),
    });
  }

  async #execute(event: RunEvent<"attempt.queued">): Promise<void> {
    const { runner, agents, signal, checksOf } = this.#options;
    const { taskId, attempt } = event;
    const { tier } = event.route;
    const task = this.#task(taskId);
    // Superseded while it stood in line: whoever reopened the task queues it anew.
    if (this.#isOver() || task.status !== "queued" || present(task).number !== attempt) return;
    runner.record({ type: "attempt.started", taskId, attempt });
    const owner = { purpose: "execute", tier, role: event.role, taskId, attempt } as const;
    const parts = { signal, calls: this.#journal(owner) };
    const request = executeRequest(this.#state, task, event, checksOf(task).schema, parts);
    const answer = await answerOf(() => agents.execute(request));
    this.#settle(tier, answer, {
      ok: (given) => {
        const execution = withConfidence(given);
        const fault = oversize(execution.output, this.#state.limits.maxOutputBytes);
        if (fault !== undefined) return { type: "attempt.failed", taskId, attempt, fault };
        const { output, confidence, because, unverified } = execution;
        return { type: "attempt.finished", taskId, attempt, output, confidence, because, unverified };
      },
      failed: (fault) => ({ type: "attempt.failed", taskId, attempt, fault }),
    });
  }

  #journal(owner: CallOwner): RunJournal {
    return new RunJournal(this.#options.runner, this.#options.ids, owner);
  }

  #check(taskId: string): void {
    const { runner, checkLane, signal, checksOf } = this.#options;
    const task = this.#task(taskId);
    const { number: attempt, tier, output } = present(task);
    const run = (): CheckReport | Promise<CheckReport> => {
      const { runId } = this.#state;
      const context = { runId, task: task.task, attempt, tier, inputs: inputsOf(this.#state, task), signal };
      return runChecks(checksOf(task), output, context);
    };
    const record = ({ issues, repairable }: CheckReport): void =>
      runner.record({ type: "attempt.checked", taskId, attempt, issues, repairable });
    if (checksOf(task).checks.length === 0) record(run() as CheckReport);
    else checkLane.add("checks", { priority: task.priority, work: async () => record(await run()) });
  }

  async #review(event: RunEvent<"review.queued">): Promise<void> {
    const { agents, signal } = this.#options;
    const { taskId, attempt } = event;
    const { tier } = event.route;
    const task = this.#task(taskId);
    if (this.#isOver() || task.status !== "reviewing" || present(task).number !== attempt) return;
    const owner = { purpose: "review", tier, role: "reviewer", taskId, attempt } as const;
    const request = reviewRequest(this.#state, task, event, { signal, calls: this.#journal(owner) });
    const answer = await answerOf(() => agents.review(request));
    this.#settle(tier, answer, {
      ok: (review) => {
        const { criteria, problems, blame } = review;
        const { verdict, reason } = verdictOf(review, task.task.criteria, this.#blamable(task));
        return { type: "review.returned", taskId, attempt, tier, verdict, reason, criteria, problems, blame };
      },
      failed: (fault) => ({ type: "review.failed", taskId, attempt, fault }),
    });
  }

  /** Inputs that a review may still blame: each once, and none that a person stands for. */
  #blamable(task: TaskState): readonly string[] {
    return task.task.dependsOn.filter(
      (id) => !task.blamed.includes(id) && this.#state.tasks.get(id)?.acceptedBy === "reviewer",
    );
  }

  #settle<Value>(
    tier: string,
    answer: Answer<Value>,
    toFact: { ok: (value: Value) => Fact; failed: (fault: Fault) => Fact },
  ): void {
    const { runner, lanes } = this.#options;
    if (answer.outcome === "ok") {
      lanes.succeeded(tier);
      runner.record(this.#guarded(() => toFact.ok(answer.value), toFact.failed));
      return;
    }
    if (answer.fault.scope === "tier") lanes.hold(tier, answer.fault.retryAfterMs);
    runner.record(toFact.failed(answer.fault));
  }

  /** An answer that cannot even be read is a fault of whoever gave it. */
  #guarded(toFact: () => Fact, failed: (fault: Fault) => Fact): Fact {
    try {
      return toFact();
    } catch (error) {
      return failed(agentFault(error));
    }
  }

  #isOver(): boolean {
    return this.#options.runner.broken !== undefined || hasEnded(this.#state);
  }
}
