// I-18: attempts, retries, repairs and blames are bounded. I-25: what cannot succeed is asked once.
import type { Fault } from "../run/fault.js";
import { DEFAULT_LIMITS } from "../run/limits.js";
import { isHeld } from "../run/retry.js";
import type { MakeWatch } from "./watch.js";

export const watchBounds: MakeWatch = (report) => {
  let { maxRetries, maxRepairs } = DEFAULT_LIMITS;
  /** Repairs one after the other, by task; of reviews, by attempt. */
  const repairs = new Map<string, number>();
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
      "run.submitted": ({ limits }) => {
        ({ maxRetries, maxRepairs } = limits);
      },
      "plan.queued": ({ attempt, retry }) => {
        if (attempt > 2) report("I-18", `the planner is asked for attempt ${attempt}, of at most 2.`);
        bounded("plan", retry);
      },
      "plan.failed": ({ fault }) => void faults.set("plan", fault),
      "attempt.queued": ({ taskId, attempt, retry, reason }) => {
        bounded(`execute/${taskId}/${attempt}`, retry);
        if (retry === 0) repaired(taskId, reason === "repair");
      },
      // What a person must allow first is no failure, and goes on once it is settled.
      "attempt.failed": ({ taskId, attempt, fault }) =>
        void (isHeld(fault) || faults.set(`execute/${taskId}/${attempt}`, fault)),
      "review.queued": ({ taskId, attempt, retry, issues }) => {
        bounded(`review/${taskId}/${attempt}`, retry);
        if (retry === 0 && issues.length > 0) repaired(`${taskId}/${attempt}`, true);
      },
      "review.failed": ({ taskId, attempt, fault }) => void faults.set(`review/${taskId}/${attempt}`, fault),
      "grade.queued": ({ taskId, step, retry }) => bounded(`${step}/${taskId}`, retry),
      "grade.failed": ({ taskId, step, fault }) => void faults.set(`${step}/${taskId}`, fault),
      "task.blamed": ({ taskId, by }) => {
        const blame = `${by}/${taskId}`;
        if (blames.has(blame)) report("I-18", `"${by}" blamed "${taskId}" before.`);
        blames.add(blame);
      },
      "run.resumed": () => faults.clear(),
      // Under another budget what was denied may be asked for again.
      "budget.changed": () => {
        for (const [work, { pause }] of faults) if (pause === "budget") faults.delete(work);
      },
    },
  };
};
