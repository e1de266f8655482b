import { enlist, type RunDraft, taskOf } from "./draft.js";
import type { RunEvent } from "./events.js";

function classificationQueued(run: RunDraft, { taskId }: RunEvent<"classification.queued">): void {
  taskOf(run, taskId).status = "classifying";
  run.underWay += 1;
}

function classificationReturned(run: RunDraft, event: RunEvent<"classification.returned">): void {
  const { taskId, complexity, errorCost, reason } = event;
  classified(run, taskId, { complexity, errorCost, reason });
}

function classificationFailed(run: RunDraft, { taskId }: RunEvent<"classification.failed">): void {
  classified(run, taskId, "none");
}

function classified(
  run: RunDraft,
  taskId: string,
  classification: ReturnType<typeof taskOf>["classification"],
): void {
  const task = taskOf(run, taskId);
  task.classification = classification;
  if (task.status !== "classifying") return;
  task.status = "ready";
  run.underWay -= 1;
  enlist(run, task);
}

function routed(run: RunDraft, { taskId, tier, router, maxTokens }: RunEvent<"task.routed">): void {
  const task = taskOf(run, taskId);
  task.tier = tier;
  task.routedBy = router;
  task.maxTokens = maxTokens;
  enlist(run, task);
}

/** How the events about routing change a run. */
export const evolveRouting: {
  readonly "classification.queued": typeof classificationQueued;
  readonly "classification.returned": typeof classificationReturned;
  readonly "classification.failed": typeof classificationFailed;
  readonly "task.routed": typeof routed;
} = {
  "classification.queued": classificationQueued,
  "classification.returned": classificationReturned,
  "classification.failed": classificationFailed,
  "task.routed": routed,
};
