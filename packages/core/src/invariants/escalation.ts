// I-17: tiers rise by one or stay. I-21: the blamed is re-run, and not its victim.
import { clampTier } from "../ladder.js";
import type { RunEvent } from "../run/events.js";
import type { TeamData } from "../team.js";
import type { MakeWatch, Report } from "./watch.js";

/** Hears where tasks are. */
class Tiers {
  readonly #report: Report;
  #ladder: readonly string[] = [];
  #executors: TeamData["executors"] = {};
  readonly #roles = new Map<string, string>();
  readonly #tiers = new Map<string, string>();
  readonly #queued = new Set<string>();
  readonly #begun = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #verdicts = new Map<string, RunEvent<"review.returned">>();

  constructor(report: Report) {
    this.#report = report;
  }

  submitted({ team }: RunEvent<"run.submitted">): void {
    this.#ladder = team.ladder;
    this.#executors = team.executors;
  }

  planned({ tasks }: RunEvent<"plan.accepted" | "plan.revised">): void {
    for (const { id, tier, role } of tasks) {
      // What has begun keeps its tier, whatever else of it a revision changes.
      if (this.#queued.has(id)) continue;
      this.#tiers.set(id, tier);
      this.#roles.set(id, role);
    }
  }

  queued({ taskId, route }: RunEvent<"attempt.queued">): void {
    const tier = this.#tiers.get(taskId);
    if (route.tier !== tier) this.#report("I-17", `"${taskId}" is at ${tier}, and not at ${route.tier}.`);
    this.#verdicts.delete(taskId);
    this.#queued.add(taskId);
  }

  started({ taskId }: RunEvent<"attempt.started">): void {
    this.#begun.add(taskId);
  }

  /** Before it begins, and within what its role allows. */
  routed({ taskId, tier }: RunEvent<"task.routed">): void {
    if (this.#begun.has(taskId)) this.#report("I-17", `"${taskId}" has begun, and is routed all the same.`);
    const { minTier = tier, maxTier = tier } = this.#executors[this.#roles.get(taskId) ?? ""] ?? {};
    if (clampTier(this.#ladder, tier, minTier, maxTier) !== tier)
      this.#report(
        "I-17",
        `"${taskId}" is routed to ${tier}, and its role runs from ${minTier} to ${maxTier}.`,
      );
    this.#tiers.set(taskId, tier);
  }

  /** Before it begins. */
  degraded({ taskId, from, to }: RunEvent<"task.degraded">): void {
    if (this.#begun.has(taskId)) this.#report("I-17", `"${taskId}" has begun, and is degraded all the same.`);
    if (from !== this.#tiers.get(taskId) || this.#ladder.indexOf(to) >= this.#ladder.indexOf(from))
      this.#report("I-17", `${from} → ${to} is not down from where "${taskId}" is.`);
    this.#tiers.set(taskId, to);
    this.#queued.delete(taskId);
  }

  reviewed(event: RunEvent<"review.returned">): void {
    this.#verdicts.set(event.taskId, event);
  }

  accepted({ taskId }: RunEvent<"task.accepted">): void {
    this.#accepted.add(taskId);
  }

  escalated({ taskId, from, to }: RunEvent<"task.escalated">): void {
    const tier = this.#tiers.get(taskId);
    if (from !== tier) this.#report("I-17", `"${taskId}" is at ${tier}, and not at ${from}.`);
    if (this.#ladder.indexOf(to) !== this.#ladder.indexOf(from) + 1)
      this.#report("I-17", `${from} → ${to} is not one tier up.`);
    this.#tiers.set(taskId, to);
    this.#notTheVictim(taskId);
  }

  #notTheVictim(taskId: string): void {
    const { verdict, blame } = this.#verdicts.get(taskId) ?? {};
    if (verdict === "blame" && this.#accepted.has(blame ?? "") && !this.#accepted.has(taskId))
      this.#report("I-21", `"${blame}" was blamed, and "${taskId}" is escalated instead.`);
    this.#verdicts.delete(taskId);
  }

  blamed({ taskId, by }: RunEvent<"task.blamed">): void {
    this.#accepted.delete(taskId);
    this.#verdicts.delete(by);
  }

  resolved({ taskId, resolution }: RunEvent<"task.resolved">): void {
    if (resolution.action === "rerun") this.#tiers.set(taskId, resolution.tier);
  }
}

export const watchEscalation: MakeWatch = (report) => {
  const tiers = new Tiers(report);
  return {
    hears: {
      "run.submitted": (event) => tiers.submitted(event),
      "plan.accepted": (event) => tiers.planned(event),
      "plan.revised": (event) => tiers.planned(event),
      "task.routed": (event) => tiers.routed(event),
      "attempt.queued": (event) => tiers.queued(event),
      "attempt.started": (event) => tiers.started(event),
      "task.degraded": (event) => tiers.degraded(event),
      "review.returned": (event) => tiers.reviewed(event),
      "task.accepted": (event) => tiers.accepted(event),
      "task.escalated": (event) => tiers.escalated(event),
      "task.blamed": (event) => tiers.blamed(event),
      "task.resolved": (event) => tiers.resolved(event),
    },
  };
};
