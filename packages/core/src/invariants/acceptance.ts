// I-06: dependencies first. I-13: no task is lost. I-16: the plan changes by revisions only. I-19: nothing is accepted
// unreviewed.

import type { Task } from "../plan/plan.js";
import type { RunEvent } from "../run/events.js";
import { type Sample, shareOf } from "../run/sample.js";
import type { MakeWatch, Report } from "./watch.js";

/** Hears what becomes of tasks. */
class Acceptance {
  readonly #report: Report;
  readonly #needs = new Map<string, readonly string[]>();
  readonly #accepted = new Set<string>();
  readonly #lost = new Set<string>();
  /** The attempt whose checks passed, whose review accepted it, and how a person settled it, by task. */
  readonly #passed = new Map<string, number>();
  readonly #judged = new Map<string, number>();
  readonly #settled = new Map<string, string>();
  /** What is reviewed by sample, and the kinds of the tasks of which an error costs little. */
  #sample: Sample = {};
  readonly #spared = new Map<string, string>();
  readonly #begun = new Set<string>();
  /** How often the plan was accepted or revised. */
  #revision = 0;
  #planOnly = false;

  constructor(report: Report) {
    this.#report = report;
  }

  submitted({ planOnly, team }: RunEvent<"run.submitted">): void {
    this.#planOnly = planOnly;
    this.#sample = team.reviewer.sample ?? {};
  }

  planned({ tasks }: RunEvent<"plan.accepted">): void {
    if (this.#revision > 0)
      this.#report("I-16", "the plan was accepted before, and changes by revisions only.");
    this.#revision = 1;
    for (const task of tasks) this.#put(task);
  }

  #put({ id, dependsOn, kind, errorCost }: Task): void {
    this.#needs.set(id, dependsOn);
    if (errorCost === "low") this.#spared.set(id, kind);
    else this.#spared.delete(id);
  }

  revised(event: RunEvent<"plan.revised">): void {
    const { number, cause, taskId, tasks, withdrawn } = event;
    if (this.#revision === 0 || number !== this.#revision + 1)
      this.#report("I-16", `revision ${number} comes after revision ${this.#revision}.`);
    this.#revision = number;
    if (cause === "subgoal") this.#mayChange(taskId, event);
    for (const id of withdrawn) {
      this.known({ taskId: id });
      this.#mayChange(id, event);
      this.#needs.delete(id);
    }
    for (const { id } of tasks) if (this.#needs.has(id)) this.#mayChange(id, event);
    if (cause === "for_each" || cause === "subgoal") this.#needs.delete(taskId);
    for (const task of tasks) this.#put(task);
  }

  /** A list that was made again may change the items that wait for it, and who gathers them; nobody else what has begun. */
  #mayChange(id: string, { cause, taskId }: RunEvent<"plan.revised">): void {
    if (this.#accepted.has(id)) this.#report("I-16", `"${id}" is accepted, and the plan of it changes.`);
    else if (this.#begun.has(id) && id !== taskId && cause !== "for_each")
      this.#report("I-16", `"${id}" has begun, and the plan of it changes.`);
  }

  known({ taskId }: { readonly taskId: string }): void {
    if (!this.#needs.has(taskId)) this.#report("I-16", `the plan holds no task "${taskId}".`);
  }

  began(event: { readonly taskId: string }): void {
    const { taskId } = event;
    this.known(event);
    for (const id of this.#needs.get(taskId) ?? [])
      if (!this.#accepted.has(id)) this.#report("I-06", `"${taskId}" needs "${id}", which is not accepted.`);
  }

  started(event: RunEvent<"attempt.started">): void {
    this.began(event);
    this.#begun.add(event.taskId);
  }

  queued(event: RunEvent<"attempt.queued">): void {
    this.began(event);
    this.#settled.delete(event.taskId);
    this.#judged.delete(event.taskId);
  }

  checked({ taskId, attempt, issues }: RunEvent<"attempt.checked">): void {
    if (issues.length === 0) this.#passed.set(taskId, attempt);
  }

  sentToReview({ taskId, attempt }: RunEvent<"review.queued">): void {
    if (this.#passed.get(taskId) !== attempt) this.#report("I-19", `attempt ${attempt} passed no checks.`);
  }

  reviewed({ taskId, attempt, verdict }: RunEvent<"review.returned">): void {
    if (verdict === "accept") this.#judged.set(taskId, attempt);
  }

  resolved({ taskId, resolution }: RunEvent<"task.resolved">): void {
    this.#settled.set(taskId, resolution.action);
  }

  accepted(event: RunEvent<"task.accepted">): void {
    this.began(event);
    this.#forCause(event);
    if (this.#accepted.has(event.taskId)) this.#report("I-19", `"${event.taskId}" was accepted before.`);
    this.#accepted.add(event.taskId);
  }

  #forCause({ taskId, attempt, tier, by }: RunEvent<"task.accepted">): void {
    const hasPassed = this.#passed.get(taskId) === attempt;
    const action = this.#settled.get(taskId);
    if (by === "person") {
      if (action === "accept" || (action === "answer" && hasPassed)) return;
      this.#report("I-19", `no person stands for attempt ${attempt}.`);
    } else if (!hasPassed) this.#report("I-19", `attempt ${attempt} passed no checks.`);
    else if (by === "rule" && shareOf(this.#sample, this.#spared.get(taskId) ?? "", tier) === 1)
      this.#report("I-19", `no rule of the team spares "${taskId}" its review.`);
    else if (by === "reviewer" && this.#judged.get(taskId) !== attempt)
      this.#report("I-19", `attempt ${attempt} has no verdict that accepts it.`);
  }

  /** What was made from a blamed output goes with it. */
  takenBack(blamed: string): void {
    const users = new Map<string, string[]>();
    for (const [id, dependsOn] of this.#needs) {
      if (!this.#accepted.has(id)) continue;
      for (const input of dependsOn) {
        const known = users.get(input);
        if (known === undefined) users.set(input, [id]);
        else known.push(id);
      }
    }
    const gone = [blamed];
    for (let next = 0; next < gone.length; next += 1) {
      const taskId = gone[next] as string;
      this.#judged.delete(taskId);
      if (this.#accepted.delete(taskId)) for (const id of users.get(taskId) ?? []) gone.push(id);
    }
  }

  lost({ taskId }: { readonly taskId: string }): void {
    this.#lost.add(taskId);
  }

  completed(): void {
    const left = [...this.#needs.keys()].filter((id) => !this.#accepted.has(id) && !this.#lost.has(id));
    if (!this.#planOnly && left.length > 0)
      this.#report("I-13", `the run is complete, and ${left.join(", ")} is not settled.`);
  }
}

export const watchAcceptance: MakeWatch = (report) => {
  const acceptance = new Acceptance(report);
  return {
    hears: {
      "run.submitted": (event) => acceptance.submitted(event),
      "plan.accepted": (event) => acceptance.planned(event),
      "attempt.queued": (event) => acceptance.queued(event),
      "plan.revised": (event) => acceptance.revised(event),
      "attempt.started": (event) => acceptance.started(event),
      "attempt.checked": (event) => acceptance.checked(event),
      "review.queued": (event) => acceptance.sentToReview(event),
      "review.returned": (event) => acceptance.reviewed(event),
      "task.resolved": (event) => acceptance.resolved(event),
      "task.accepted": (event) => acceptance.accepted(event),
      "task.blamed": ({ taskId }) => acceptance.takenBack(taskId),
      "task.failed": (event) => acceptance.lost(event),
      "task.skipped": (event) => acceptance.lost(event),
      "task.flagged": (event) => acceptance.known(event),
      "run.completed": () => acceptance.completed(),
    },
  };
};
