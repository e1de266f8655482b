// I-17: tiers rise by one or stay. I-18: attempts are bounded. I-21: the blamed is re-run, not its victim. I-25: what
// cannot succeed is asked once.
import type { RunEvent } from "../run/events.js";
import type { Fault } from "../run/fault.js";
import { DEFAULT_LIMITS } from "../run/limits.js";
import type { MakeWatch } from "./watch.js";

export const watchEscalation: MakeWatch = (report) => {
  let ladder: readonly string[] = [];
  let { maxRetries, maxRepairs } = DEFAULT_LIMITS;
  const tiers = new Map<string, string>();
  const accepted = new Set<string>();
  /** Repairs one after the other, by task; of reviews, by attempt. */
  const repairs = new Map<string, number>();
  const verdicts = new Map<string, RunEvent<"review.returned">>();
  const blames = new Set<string>();
  /** How the last try of a piece of work failed, until the run is resumed. */
  const faults = new Map<string, Fault>();

  const bounded = (work: string, retry: number): void => {
    const fault = faults.get(work);
    // The first try after a pause is numbered as a retry, and is none.
    const most = fault === undefined ? Math.max(1, maxRetries) : maxRetries;
    if (retry > most) report("I-18", `retry ${retry}, of at most ${maxRetries}.`);
    if (retry > 0 && fault !== undefined && !fault.retryable)
      report("I-25", `${fault.code} cannot succeed, and is asked again.`);
    faults.delete(work);
  };
  const repaired = (of: string, isRepair: boolean): void => {
    const count = isRepair ? (repairs.get(of) ?? 0) + 1 : 0;
    repairs.set(of, count);
    if (count > maxRepairs) report("I-18", `repair ${count}, of at most ${maxRepairs}.`);
  };

  return {
    hears: {
      "run.submitted": ({ team, limits }) => {
        ladder = team.ladder;
        ({ maxRetries, maxRepairs } = limits);
      },
      "plan.queued": ({ attempt, retry }) => {
        if (attempt > 2) report("I-18", `the planner is asked for attempt ${attempt}, of at most 2.`);
        bounded("plan", retry);
      },
      "plan.failed": ({ fault }) => void faults.set("plan", fault),
      "plan.accepted": ({ tasks }) => {
        for (const { id, tier } of tasks) tiers.set(id, tier);
      },
      "attempt.queued": ({ taskId, retry, route, reason, attempt }) => {
        const tier = tiers.get(taskId);
        if (route.tier !== tier) report("I-17", `"${taskId}" is at ${tier}, and not at ${route.tier}.`);
        bounded(`execute/${taskId}/${attempt}`, retry);
        if (retry === 0) repaired(taskId, reason === "repair");
        verdicts.delete(taskId);
      },
      "attempt.failed": ({ taskId, attempt, fault }) =>
        void faults.set(`execute/${taskId}/${attempt}`, fault),
      "review.queued": ({ taskId, attempt, retry, issues }) => {
        bounded(`review/${taskId}/${attempt}`, retry);
        if (retry === 0 && issues.length > 0) repaired(`${taskId}/${attempt}`, true);
      },
      "review.failed": ({ taskId, attempt, fault }) => void faults.set(`review/${taskId}/${attempt}`, fault),
      "review.returned": (event) => void verdicts.set(event.taskId, event),
      "task.accepted": ({ taskId }) => void accepted.add(taskId),
      "task.escalated": ({ taskId, from, to }) => {
        if (from !== tiers.get(taskId))
          report("I-17", `"${taskId}" is at ${tiers.get(taskId)}, and not at ${from}.`);
        if (ladder.indexOf(to) !== ladder.indexOf(from) + 1)
          report("I-17", `${from} → ${to} is not one tier up.`);
        const verdict = verdicts.get(taskId);
        if (verdict?.verdict === "blame" && accepted.has(verdict.blame ?? "") && !accepted.has(taskId))
          report("I-21", `"${verdict.blame}" was blamed, and "${taskId}" is escalated instead.`);
        tiers.set(taskId, to);
        verdicts.delete(taskId);
      },
      "task.blamed": ({ taskId, by }) => {
        const blame = `${by}/${taskId}`;
        if (blames.has(blame)) report("I-18", `"${by}" blamed "${taskId}" before.`);
        blames.add(blame);
        accepted.delete(taskId);
        verdicts.delete(by);
      },
      "task.resolved": ({ taskId, resolution }) => {
        if (resolution.action === "rerun") tiers.set(taskId, resolution.tier);
      },
      "run.resumed": () => faults.clear(),
    },
  };
};
