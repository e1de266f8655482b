// I-06: dependencies first. I-13: no task is lost. I-16: the plan is frozen. I-19: nothing is accepted unreviewed.
import type { RunEvent } from "../run/events.js";
import type { MakeWatch } from "./watch.js";

export const watchAcceptance: MakeWatch = (report) => {
  const needs = new Map<string, readonly string[]>();
  const accepted = new Set<string>();
  const lost = new Set<string>();
  /** The attempt whose checks passed, whose review accepted it, and how a person settled it, by task. */
  const passed = new Map<string, number>();
  const judged = new Map<string, number>();
  const settled = new Map<string, string>();
  let isPlanned = false;
  let planOnly = false;

  const known = ({ taskId }: { readonly taskId: string }): void => {
    if (!needs.has(taskId)) report("I-16", `the plan holds no task "${taskId}".`);
  };
  const dependenciesFirst = (event: { readonly taskId: string }): void => {
    known(event);
    for (const id of needs.get(event.taskId) ?? [])
      if (!accepted.has(id)) report("I-06", `"${event.taskId}" needs "${id}", which is not accepted.`);
  };
  /** What was made from a blamed output goes with it. */
  const takeBack = (taskId: string): void => {
    accepted.delete(taskId);
    judged.delete(taskId);
    for (const [id, dependsOn] of needs) if (accepted.has(id) && dependsOn.includes(taskId)) takeBack(id);
  };
  const forCause = ({ taskId, attempt, by }: RunEvent<"task.accepted">): void => {
    const hasPassed = passed.get(taskId) === attempt;
    const action = settled.get(taskId);
    if (by === "person") {
      if (action === "accept" || (action === "answer" && hasPassed)) return;
      report("I-19", `no person stands for attempt ${attempt}.`);
    } else if (!hasPassed) report("I-19", `attempt ${attempt} passed no checks.`);
    else if (judged.get(taskId) !== attempt)
      report("I-19", `attempt ${attempt} has no verdict that accepts it.`);
  };
  const noneLost = (): void => {
    const left = [...needs.keys()].filter((id) => !accepted.has(id) && !lost.has(id));
    if (!planOnly && left.length > 0)
      report("I-13", `the run is complete, and ${left.join(", ")} is not settled.`);
  };

  return {
    hears: {
      "run.submitted": (event) => {
        planOnly = event.planOnly;
      },
      "plan.accepted": ({ tasks }) => {
        if (isPlanned) report("I-16", "the plan was accepted before, and never changes.");
        isPlanned = true;
        for (const { id, dependsOn } of tasks) needs.set(id, dependsOn);
      },
      "attempt.queued": (event) => {
        dependenciesFirst(event);
        settled.delete(event.taskId);
        judged.delete(event.taskId);
      },
      "attempt.started": dependenciesFirst,
      "attempt.checked": ({ taskId, attempt, issues }) => {
        if (issues.length === 0) passed.set(taskId, attempt);
      },
      "review.queued": ({ taskId, attempt }) => {
        if (passed.get(taskId) !== attempt) report("I-19", `attempt ${attempt} passed no checks.`);
      },
      "review.returned": ({ taskId, attempt, verdict }) => {
        if (verdict === "accept") judged.set(taskId, attempt);
      },
      "task.resolved": ({ taskId, resolution }) => void settled.set(taskId, resolution.action),
      "task.accepted": (event) => {
        dependenciesFirst(event);
        forCause(event);
        if (accepted.has(event.taskId)) report("I-19", `"${event.taskId}" was accepted before.`);
        accepted.add(event.taskId);
      },
      "task.blamed": ({ taskId }) => takeBack(taskId),
      "task.failed": ({ taskId }) => void lost.add(taskId),
      "task.skipped": ({ taskId }) => void lost.add(taskId),
      "task.flagged": known,
      "run.completed": noneLost,
    },
  };
};
