// I-17: tiers rise by one or stay. I-21: the blamed is re-run, and not its victim.
import type { RunEvent } from "../run/events.js";
import type { MakeWatch } from "./watch.js";

export const watchEscalation: MakeWatch = (report) => {
  let ladder: readonly string[] = [];
  const tiers = new Map<string, string>();
  const begun = new Set<string>();
  const accepted = new Set<string>();
  const verdicts = new Map<string, RunEvent<"review.returned">>();

  const oneUp = ({ taskId, from, to }: RunEvent<"task.escalated">): void => {
    const tier = tiers.get(taskId);
    if (from !== tier) report("I-17", `"${taskId}" is at ${tier}, and not at ${from}.`);
    if (ladder.indexOf(to) !== ladder.indexOf(from) + 1)
      report("I-17", `${from} → ${to} is not one tier up.`);
    tiers.set(taskId, to);
  };
  const beforeItBegins = ({ taskId, from, to }: RunEvent<"task.degraded">): void => {
    if (begun.has(taskId)) report("I-17", `"${taskId}" has begun, and is degraded all the same.`);
    if (from !== tiers.get(taskId) || ladder.indexOf(to) >= ladder.indexOf(from))
      report("I-17", `${from} → ${to} is not down from where "${taskId}" is.`);
    tiers.set(taskId, to);
  };
  const notTheVictim = ({ taskId }: RunEvent<"task.escalated">): void => {
    const { verdict, blame } = verdicts.get(taskId) ?? {};
    if (verdict === "blame" && accepted.has(blame ?? "") && !accepted.has(taskId))
      report("I-21", `"${blame}" was blamed, and "${taskId}" is escalated instead.`);
    verdicts.delete(taskId);
  };

  return {
    hears: {
      "run.submitted": ({ team }) => {
        ladder = team.ladder;
      },
      "plan.accepted": ({ tasks }) => {
        for (const { id, tier } of tasks) tiers.set(id, tier);
      },
      "attempt.queued": ({ taskId, route }) => {
        const tier = tiers.get(taskId);
        if (route.tier !== tier) report("I-17", `"${taskId}" is at ${tier}, and not at ${route.tier}.`);
        verdicts.delete(taskId);
      },
      "attempt.started": ({ taskId }) => void begun.add(taskId),
      "task.degraded": beforeItBegins,
      "review.returned": (event) => void verdicts.set(event.taskId, event),
      "task.accepted": ({ taskId }) => void accepted.add(taskId),
      "task.escalated": (event) => {
        oneUp(event);
        notTheVictim(event);
      },
      "task.blamed": ({ taskId, by }) => {
        accepted.delete(taskId);
        verdicts.delete(by);
      },
      "task.resolved": ({ taskId, resolution }) => {
        if (resolution.action === "rerun") tiers.set(taskId, resolution.tier);
      },
    },
  };
};
