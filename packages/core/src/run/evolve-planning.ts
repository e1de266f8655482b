import { graphOf } from "../plan/graph.js";
import type { AcceptedPlan } from "../plan/plan.js";
import { enlist, noteAsked, type RunDraft } from "./draft.js";
import type { RunEvent } from "./events.js";
import { evolveRevision } from "./evolve-revision.js";
import { newTask } from "./new-task.js";
import type { Planning } from "./planning.js";
import { canRetry, isPermanent, isQuality } from "./retry.js";

function change(run: RunDraft, fields: Partial<Planning>): void {
  run.planning = { ...run.planning, ...fields };
}

function planQueued(run: RunDraft, event: RunEvent<"plan.queued">): void {
  const { attempt, retry, issues, after, revises = null } = event;
  change(run, { status: "asked", attempt, retries: retry, issues, after, revises });
  if (revises !== null) evolveRevision.asked(run, revises, attempt, retry);
  noteAsked(run, retry);
}

function planProposed(run: RunDraft, { plan }: RunEvent<"plan.proposed">): void {
  change(run, { status: "proposed", proposal: plan });
}

function planFailed(run: RunDraft, { fault }: RunEvent<"plan.failed">): void {
  const decidable = isQuality(fault) || isPermanent(fault) || canRetry(fault, run.planning.retries, run);
  const status = decidable ? "unanswered" : "stalled";
  change(run, { status, fault });
  if (fault.scope === "run") run.halt = { reason: fault.pause, message: fault.message };
}

function planRejected(run: RunDraft, { issues }: RunEvent<"plan.rejected">): void {
  change(run, { status: "needed", issues: [...issues], after: null, proposal: null, retries: 0 });
}

function planAccepted(run: RunDraft, event: RunEvent<"plan.accepted">): void {
  const { goal, tasks, answer, changes, warnings } = event;
  const plan: AcceptedPlan = { goal, tasks, answer, changes, warnings };
  run.plan = plan;
  run.status = "running";
  change(run, { status: "done", proposal: null, fault: null });
  const graph = graphOf(tasks);
  run.dependents = graph.dependents;
  run.open = tasks.length;
  run.revision = 1;
  tasks.forEach((task, position) => {
    const state = newTask(task, graph, position);
    run.tasks.set(task.id, state);
    if (state.status === "ready") enlist(run, state);
  });
}

function planQuoted(run: RunDraft, event: RunEvent<"plan.quoted">): void {
  const { minMicroUsd, likelyMicroUsd, maxMicroUsd } = event;
  run.quote = { minMicroUsd, likelyMicroUsd, maxMicroUsd };
}

function planApproved(run: RunDraft): void {
  run.isApproved = true;
}

/** After a pause, a planner that could not be reached is asked again. */
function resume(run: RunDraft): void {
  if (run.planning.status === "stalled") change(run, { status: "unanswered", retries: 0, fault: null });
}

/** How the events about the plan change a run. */
export const evolvePlanning: {
  readonly events: {
    readonly "plan.queued": typeof planQueued;
    readonly "plan.proposed": typeof planProposed;
    readonly "plan.failed": typeof planFailed;
    readonly "plan.rejected": typeof planRejected;
    readonly "plan.accepted": typeof planAccepted;
    readonly "plan.revised": typeof evolveRevision.revised;
    readonly "plan.kept": typeof evolveRevision.kept;
    readonly "plan.quoted": typeof planQuoted;
    readonly "plan.approved": typeof planApproved;
  };
  readonly resume: (run: RunDraft) => void;
} = {
  events: {
    "plan.queued": planQueued,
    "plan.proposed": planProposed,
    "plan.failed": planFailed,
    "plan.rejected": planRejected,
    "plan.accepted": planAccepted,
    "plan.revised": evolveRevision.revised,
    "plan.kept": evolveRevision.kept,
    "plan.quoted": planQuoted,
    "plan.approved": planApproved,
  },
  resume,
};
