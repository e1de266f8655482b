// I-06: dependencies first. I-13: no task is lost. I-16: the plan is frozen. I-19: nothing is accepted unreviewed.

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
  #isPlanned = false;
  #planOnly = false;

  constructor(report: Report) {
    this.#report = report;
  }

  submitted({ planOnly, team }: RunEvent<"run.submitted">): void {
    this.#planOnly = planOnly;
    this.#sample = team.reviewer.sample ?? {};
  }

  planned({ tasks }: RunEvent<"plan.accepted">): void {
    if (this.#isPlanned) this.#report("I-16", "the plan was accepted before, and never changes.");
    this.#isPlanned = true;
    for (const { id, dependsOn, kind, errorCost } of tasks) {
      this.#needs.set(id, dependsOn);
      if (errorCost === "low") this.#spared.set(id, kind);
    }
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
  takenBack(taskId: string): void {
    this.#accepted.delete(taskId);
    this.#judged.delete(taskId);
    for (const [id, dependsOn] of this.#needs)
      if (this.#accepted.has(id) && dependsOn.includes(taskId)) this.takenBack(id);
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
      "attempt.started": (event) => acceptance.began(event),
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
