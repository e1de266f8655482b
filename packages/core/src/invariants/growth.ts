// I-16: what the planner changes, somebody asked for. I-39: revisions, items, nesting and tasks in all are bounded, and a
// list has all of its items done. I-40: a subgoal keeps to its share.
import { listOf } from "../plan/list-of.js";
import type { Task } from "../plan/plan.js";
import type { BudgetData } from "../run/budget.js";
import { boundOf, subgoalsOf } from "../run/enclosing.js";
import type { RunEvent } from "../run/events.js";
import type { JsonValue } from "../run/json.js";
import { DEFAULT_LIMITS, type Limits } from "../run/limits.js";
import type { MakeWatch, Report } from "./watch.js";

/** Hears how a plan grows. */
class Growth {
  readonly #report: Report;
  #limits: Limits = DEFAULT_LIMITS;
  /** Every task that ever was. */
  readonly #tasks = new Map<string, { task: Task }>();
  readonly #live = new Set<string>();
  /** Tasks that others are done for each item of, with their last output. */
  readonly #lists = new Map<string, JsonValue>();
  /** Items that the planner has had done in another way. */
  readonly #replaced = new Set<string>();
  /** The task that the planner is asked about. */
  #about: string | undefined;
  #replans = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  get tasks(): ReadonlyMap<string, { readonly task: Task }> {
    return this.#tasks;
  }

  submitted({ limits }: RunEvent<"run.submitted">): void {
    this.#limits = limits;
  }

  planned(tasks: readonly Task[]): void {
    for (const task of tasks) {
      this.#tasks.set(task.id, { task });
      this.#live.add(task.id);
      this.#replaced.delete(task.id);
      if (task.forEach !== undefined && !this.#lists.has(task.forEach)) this.#lists.set(task.forEach, null);
    }
  }

  returned(taskId: string, output: JsonValue): void {
    if (this.#lists.has(taskId)) this.#lists.set(taskId, output);
  }

  asked({ revises, attempt, retry }: RunEvent<"plan.queued">): void {
    this.#about = revises?.taskId;
    if (revises === undefined || revises.cause === "subgoal" || attempt > 1 || retry > 0) return;
    this.#replans += 1;
    const { maxRevisions } = this.#limits;
    if (this.#replans > maxRevisions)
      this.#report("I-39", `the planner is asked for revision ${this.#replans}, of at most ${maxRevisions}.`);
  }

  revised({ cause, taskId, tasks, withdrawn }: RunEvent<"plan.revised">): void {
    if (cause !== "for_each" && this.#about !== taskId)
      this.#report("I-16", `nobody asked the planner to change the plan for "${taskId}".`);
    for (const id of withdrawn) {
      this.#live.delete(id);
      if (cause !== "for_each") this.#replaced.add(id);
    }
    if (cause === "for_each" || cause === "subgoal") this.#live.delete(taskId);
    this.planned(tasks);
    const { maxTotalTasks, maxNesting } = this.#limits;
    if (this.#tasks.size > maxTotalTasks)
      this.#report("I-39", `${this.#tasks.size} tasks over all revisions, of at most ${maxTotalTasks}.`);
    for (const { id } of tasks) {
      const depth = subgoalsOf(this, { purpose: "plan", taskId: id }).length;
      if (depth > maxNesting)
        this.#report("I-39", `"${id}" lies in ${depth} subgoals, and ${maxNesting} may lie in one another.`);
    }
    if (cause === "for_each") this.#judgeItems(taskId);
  }

  /** Each item has one task, and somebody who uses what comes of it. */
  #judgeItems(taskId: string): void {
    const { maxItems } = this.#limits;
    const source = this.#tasks.get(taskId)?.task.forEach ?? "";
    const wanted = listOf(this.#lists.get(source) ?? null)?.length ?? 0;
    const items = new Set<string>();
    const used = new Set<string>();
    for (const id of this.#live) {
      const { item, dependsOn } = (this.#tasks.get(id) as { task: Task }).task;
      if (item?.forEach === taskId && item.number <= wanted) items.add(id);
      for (const input of dependsOn) used.add(input);
    }
    const otherwise = [...this.#replaced].filter((id) => {
      const item = this.#tasks.get(id)?.task.item;
      return item?.forEach === taskId && item.number <= wanted;
    });
    const done = items.size + otherwise.length;
    if (done !== wanted)
      this.#report("I-39", `"${taskId}" is done for ${done} items, and its list has ${wanted}.`);
    if (items.size > maxItems) this.#report("I-39", `${items.size} items, of at most ${maxItems}.`);
    const lost = [...items].filter((id) => !used.has(id));
    // The planner may have withdrawn who gathered, and named nobody else.
    if (lost.length > 0 && lost.length < items.size)
      this.#report("I-39", `nobody gathers what comes of ${lost.join(", ")}.`);
  }
}

/** Hears what is spent within subgoals. */
class Shares {
  readonly #report: Report;
  readonly #growth: Growth;
  readonly #committed = new Map<string, number>();
  readonly #open = new Map<string, { readonly microUsd: number; readonly subgoals: readonly string[] }>();
  budget: BudgetData | null = null;

  constructor(report: Report, growth: Growth) {
    this.#report = report;
    this.#growth = growth;
  }

  sent(event: RunEvent<"call.sent">): void {
    const subgoals = subgoalsOf(this.#growth, event);
    if (subgoals.length === 0) return;
    const microUsd = event.reservedMicroUsd ?? 0;
    this.#open.set(event.callId, { microUsd, subgoals });
    this.#commit(subgoals, microUsd);
    for (const id of subgoals) {
      const bound = boundOf({ tasks: this.#growth.tasks, budget: this.budget }, id);
      const committed = this.#committed.get(id) ?? 0;
      if (bound !== null && committed > bound)
        this.#report("I-40", `${committed} spent and reserved within "${id}", of ${bound} micro-dollars.`);
    }
  }

  ended(callId: string, cost: number | null): void {
    const call = this.#open.get(callId);
    if (call === undefined) return;
    this.#open.delete(callId);
    this.#commit(call.subgoals, (cost ?? call.microUsd) - call.microUsd);
  }

  #commit(subgoals: readonly string[], microUsd: number): void {
    for (const id of subgoals) this.#committed.set(id, (this.#committed.get(id) ?? 0) + microUsd);
  }
}

export const watchGrowth: MakeWatch = (report) => {
  const growth = new Growth(report);
  const shares = new Shares(report, growth);
  return {
    hears: {
      "run.submitted": (event) => {
        growth.submitted(event);
        shares.budget = event.budget;
      },
      "budget.changed": ({ budget }) => {
        shares.budget = budget;
      },
      "plan.queued": (event) => growth.asked(event),
      "plan.accepted": ({ tasks }) => growth.planned(tasks),
      "plan.revised": (event) => growth.revised(event),
      "attempt.finished": ({ taskId, output }) => growth.returned(taskId, output),
      "task.resolved": ({ taskId, resolution }) => {
        if (resolution.action === "answer") growth.returned(taskId, resolution.output);
      },
      "call.sent": (event) => shares.sent(event),
      "call.answered": ({ callId, costMicroUsd }) => shares.ended(callId, costMicroUsd),
      "call.failed": ({ callId, costMicroUsd }) => shares.ended(callId, costMicroUsd),
      "call.orphaned": ({ callId, chargedMicroUsd }) => shares.ended(callId, chargedMicroUsd),
    },
  };
};
