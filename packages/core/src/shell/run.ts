import { got, OrchestrationError } from "../errors.js";
import type { PriceOf } from "../ports/price-of.js";
import { hasEnded } from "../run/admits.js";
import type { Budget } from "../run/budget.js";
import { type BudgetReport, reportBudget } from "../run/budget-report.js";
import { type Census, takeCensus } from "../run/census.js";
import { present } from "../run/draft.js";
import { isEventType } from "../run/event-schemas.js";
import type { EventType, Fact, Resolution, RunEvent } from "../run/events.js";
import type { PauseReason } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";
import { type LedgerReport, reportLedger } from "../run/ledger-report.js";
import type { RunState } from "../run/state.js";
import { assertResolvable, type DecisionOptions, isSettled } from "./decision.js";
import type { Grace } from "./grace.js";
import { checkedBudget } from "./options.js";
import { failureOf, type RunFailure } from "./run-failure.js";
import type { Runner } from "./runner.js";
import type { Subscribers } from "./subscribers.js";
import { decideTool, type ToolDecisionOptions } from "./tool-decision.js";

/** What a completed run comes to. */
export interface RunResult {
  readonly runId: string;
  readonly status: "completed";
  /** Whether every task was accepted, or some that the answer does not need were not. */
  readonly outcome: "complete" | "partial";
  /** The output of the task that gives the answer. */
  readonly answer: JsonValue;
  /** Every accepted output, by task id. */
  readonly outputs: { readonly [taskId: string]: JsonValue };
  readonly ledger: LedgerReport;
  readonly census: Census;
}

/** What a run handle is made of. */
interface RunParts {
  readonly runner: Runner;
  readonly subscribers: Subscribers;
  /** Whether work is under way. */
  readonly isBusy: () => boolean;
  /** What is under way when the run is to stop, and how long it is waited for. */
  readonly grace: Grace;
  /** Lets somebody else write the run. Never rejects. */
  readonly release: () => undefined | Promise<void>;
  readonly priceOf: PriceOf | undefined;
}

/**
 * A goal being pursued.
 *
 * Hear it with `on`, read it whole with `for await` (from event 0, however late), await it with `result()`.
 * Not thenable: `await run` would wait for nothing.
 */
export class Run<T extends string = string, R extends string = string> {
  readonly id: string;
  readonly #runner: Runner;
  readonly #subscribers: Subscribers;
  readonly #isBusy: () => boolean;
  readonly #grace: Grace;
  readonly #release: () => undefined | Promise<void>;
  readonly #priceOf: PriceOf | undefined;
  /** Whether `pause` has had its turn while something could go on, which is told to stop for good. */
  #isLeft = false;
  #waitingForMore: (() => void)[] = [];
  #waitingForRest: (() => void)[] = [];

  /** @internal Runs are made by `orchestrator.submit` and `orchestrator.resume`. */
  constructor(id: string, { runner, subscribers, isBusy, grace, release, priceOf }: RunParts) {
    this.id = id;
    this.#runner = runner;
    this.#subscribers = subscribers;
    this.#isBusy = isBusy;
    this.#grace = grace;
    this.#release = release;
    this.#priceOf = priceOf;
  }

  /** The state now. Read it; it changes as the run goes on. */
  get state(): RunState {
    return this.#runner.state;
  }

  /** Everything recorded so far, oldest first. */
  get log(): readonly RunEvent<EventType, T, R>[] {
    return this.#runner.log as unknown as readonly RunEvent<EventType, T, R>[];
  }

  /** What was spent so far. */
  get ledger(): LedgerReport {
    return reportLedger(this.state, this.#runner.log, this.#priceOf);
  }

  /** What it may spend, and what is gone of it. */
  get budget(): BudgetReport {
    return reportBudget(this.state);
  }

  /** How the tasks stand. */
  get census(): Census {
    return takeCensus(this.state);
  }

  /**
   * Hears every event of a type from now on, until the returned function is called.
   *
   * Listeners hear what is recorded, in order, and may ask anything of the run; a promise they return is not
   * awaited.
   */
  on<E extends EventType>(type: E, listener: (event: RunEvent<E, T, R>) => unknown): () => void {
    if (!isEventType(type)) {
      const message = `Expected the type of an event, such as "task.escalated", got ${got(type)}.`;
      throw new OrchestrationError("LISTENER_INVALID", message);
    }
    return this.#subscribers.on(type, listener as unknown as (event: RunEvent) => unknown);
  }

  /** Every event from the first on; ends when the run has ended, or is paused and nobody has resumed it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent<EventType, T, R>, void, undefined> {
    for (let next = 0; ; ) {
      const event = this.log[next];
      if (event !== undefined) {
        next += 1;
        yield event;
      } else if (this.#isAtRest()) return;
      else await new Promise<void>((resolve) => this.#waitingForMore.push(resolve));
    }
  }

  /**
   * The answer, with what it cost.
   *
   * @throws RunError when the run failed, was cancelled, stopped, or is paused with nothing under way. A
   *   paused run goes on after `resolve` or `resume`; call `result` again then. By then another process may
   *   resume it, too.
   */
  async result(): Promise<RunResult> {
    do {
      while (!this.#isAtRest()) await new Promise<void>((resolve) => this.#waitingForRest.push(resolve));
      await this.#release();
    } while (!this.#isAtRest());
    const { state, census } = this;
    if (this.#runner.broken !== undefined || state.status !== "completed") throw this.#error();
    const outputs: Record<string, JsonValue> = {};
    for (const [id, task] of state.tasks) if (task.status === "accepted") outputs[id] = present(task).output;
    return {
      runId: this.id,
      status: "completed",
      outcome: census.outcome === "complete" ? "complete" : "partial",
      answer: state.answer,
      outputs,
      ledger: this.ledger,
      census,
    };
  }

  /**
   * Ends the run. Nothing new is asked; what is under way is told to stop, and what it cost is recorded. Work that
   * does not stop is waited for no longer than the grace.
   */
  async cancel(reason: string): Promise<void> {
    if (this.#runner.broken !== undefined) return;
    await this.#runner.ask((state) => (hasEnded(state) ? [] : [{ type: "run.cancelled", reason }]));
    this.#stopWork(() => this.#grace.stop());
  }

  /**
   * Stops for now, so that the process can end. Nothing new is begun; what is under way may finish within the grace,
   * and is told to stop then. Resolves when the pause is recorded; `result` rejects when nothing is under way.
   *
   * This handle is done with then: `orchestrator.resume` goes on, in this process or in another. Nothing happens
   * to a run that has ended.
   */
  async pause(reason = "It was asked to stop for now."): Promise<void> {
    if (this.#runner.broken !== undefined) return;
    await this.#runner.ask((state) => {
      if (hasEnded(state)) return [];
      // Decided in its turn, so that nobody who asks after it can have the run go on here.
      if (state.status !== "paused" || this.#isBusy()) this.#isLeft = true;
      if (state.status === "paused") return [];
      return [{ type: "run.paused", reason: "interrupted", message: reason, tasks: [] }];
    });
    if (this.#isLeft || hasEnded(this.state)) this.#stopWork(() => this.#grace.windDown());
  }

  /**
   * Settles a flagged task: takes its draft, supplies an answer (which is checked like any other), re-runs it
   * at a tier that is not lower, or gives it up. Resumes a run that waited for it. Settling it twice in the same
   * way is settling it once.
   *
   * @throws OrchestrationError when the task is unknown, not flagged, was settled otherwise (`ALREADY_DECIDED` says by
   *   whom), has another draft by now (`RESOLUTION_OUTDATED`), or cannot be settled that way.
   */
  async resolve(taskId: string, resolution: Resolution<T>, decided: DecisionOptions = {}): Promise<void> {
    const { reason = "", by = "" } = decided;
    await this.#runner.ask((state) => {
      if (isSettled(state, taskId, resolution)) return [];
      assertResolvable(state, taskId, resolution, decided);
      const resolved: Fact = { type: "task.resolved", taskId, resolution, by, reason };
      return this.waitsFor("person") ? [resolved, { type: "run.resumed", by: "person" }] : [resolved];
    });
  }

  /**
   * Lets a tool call be made that is held for a person: its attempt goes on where it was, in a run that waited for it, too.
   *
   * @throws OrchestrationError when no such call is held (`TOOL_NOT_HELD`), or it was denied (`ALREADY_DECIDED`).
   */
  async approveTool(taskId: string, useId: string, decided: ToolDecisionOptions = {}): Promise<void> {
    await this.#runner.ask(decideTool(this.#runner, this, { taskId, useId, isAllowed: true }, decided));
  }

  /** Does not let a tool call be made, and tells the executor; the same else as `approveTool`. */
  async denyTool(taskId: string, useId: string, decided: ToolDecisionOptions = {}): Promise<void> {
    await this.#runner.ask(decideTool(this.#runner, this, { taskId, useId, isAllowed: false }, decided));
  }

  /**
   * Changes what the run may spend from now on, in all; `null` lifts every bound. Resumes a run that waited for it.
   *
   * @throws DeclarationError when the budget is none.
   */
  async changeBudget(budget: Budget | null, by = ""): Promise<void> {
    const data = budget === null ? null : checkedBudget(budget);
    await this.#runner.ask((state) => {
      if (hasEnded(state)) return [];
      const isShort = [...state.tasks.values()].some(({ flag }) => flag?.cause === "budget");
      const changed: Fact = { type: "budget.changed", budget: data, by };
      return this.waitsFor("budget") || (isShort && this.waitsFor("person"))
        ? [changed, { type: "run.resumed", by: "budget" }]
        : [changed];
    });
  }

  /** Lets the plan be carried out at its price, and goes on. Nothing happens to a run that does not wait for it. */
  async approve(by = ""): Promise<void> {
    await this.#runner.ask(() =>
      this.waitsFor("approval")
        ? [
            { type: "plan.approved", by },
            { type: "run.resumed", by: "person" },
          ]
        : [],
    );
  }

  /**
   * Goes on after a pause: asks again for what could not be had. Nothing happens unless it is paused.
   *
   * @throws RunError when it was paused by `pause`: that is for `orchestrator.resume`.
   */
  async resume(): Promise<void> {
    await this.#runner.ask(({ status }) => {
      if (this.#isInterrupted()) throw this.#error();
      return status === "paused" ? [{ type: "run.resumed", by: "caller" }] : [];
    });
  }

  /** @internal Whether this is all that keeps the run from going on, here and now. */
  waitsFor(reason: PauseReason): boolean {
    const { status, halt } = this.state;
    return status === "paused" && halt?.reason === reason && !this.#isLeft;
  }

  /** @internal Called when something was recorded. */
  recorded(): void {
    if (this.#waitingForMore.length > 0) for (const wake of this.#waitingForMore.splice(0)) wake();
  }

  /** @internal Called when the run may have come to rest. */
  rested(): void {
    if (!this.#isAtRest()) return;
    // Nothing is awaited from here on: what sleeps before a retry would only keep the process alive.
    if (this.#isInterrupted()) this.#grace.stop();
    this.#grace.end();
    void this.#release();
    for (const wake of [...this.#waitingForMore.splice(0), ...this.#waitingForRest.splice(0)]) wake();
  }

  #stopWork(stop: () => void): void {
    stop();
    if (this.#isAtRest()) this.#grace.end();
  }

  #isInterrupted(): boolean {
    const { status, halt } = this.state;
    if (status !== "paused") return false;
    return this.#isLeft || halt?.reason === "interrupted" || halt?.reason === "crashes";
  }

  #isAtRest(): boolean {
    if (this.#isBusy() && !this.#grace.isOver) return false;
    if (this.#runner.broken !== undefined) return true;
    return this.#runner.resting && (this.state.status === "paused" || hasEnded(this.state));
  }

  #error(): RunFailure {
    return failureOf(this, this.#runner.broken, this.#isInterrupted());
  }
}
