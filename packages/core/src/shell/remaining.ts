import type { AcceptedPlan } from "../plan/plan.js";
import type { Material } from "../ports/size-of.js";
import type { QuoteBasis } from "../quote/quote.js";
import { present } from "../run/draft.js";
import { committedMicroUsd } from "../run/ledger.js";
import type { RunState, TaskState } from "../run/state.js";

/** What is left to do of a plan that runs, and what was spent and made so far. */
export function remaining(
  state: RunState,
): { readonly plan: AcceptedPlan } & Pick<QuoteBasis, "made" | "begun" | "spent"> {
  const plan = state.plan as AcceptedPlan;
  if (state.revision === 1) return { plan };
  const made = new Map<string, Material>();
  const begun = new Set<string>();
  const tasks = plan.tasks.flatMap((planned) => {
    const task = state.tasks.get(planned.id) as TaskState;
    const { status, attempts, tier } = task;
    if (status === "accepted") made.set(planned.id, materialOf(task));
    if (status === "accepted" || status === "failed" || status === "skipped") return [];
    if (attempts.length > 0) begun.add(planned.id);
    return [{ ...planned, tier }];
  });
  const { calls, microUsd } = state.ledger.total;
  const spent = { least: microUsd, likely: microUsd, most: committedMicroUsd(state.ledger) };
  const callsMade = { least: calls, likely: calls, most: calls };
  return { plan: { ...plan, tasks }, made, begun, spent: { microUsd: spent, calls: callsMade } };
}

/** An output that is there: about a token for every four characters, and no more than one for each. */
function materialOf(task: TaskState): Material {
  const { length } = JSON.stringify(present(task).output);
  const tokens = { least: 0, likely: Math.ceil(length / 4), most: length };
  return { title: task.task.title, tokens };
}
