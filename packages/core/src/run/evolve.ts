import { newWatch, watchFor } from "../calibration/alarm-watch.js";
import type { CalibrationRow } from "../calibration/calibration-row.js";
import { topTier } from "../ladder.js";
import { type RunDraft, trimAgenda } from "./draft.js";
import { subgoalsOf } from "./enclosing.js";
import type { EventType, RunEvent } from "./events.js";
import { evolvePlanning } from "./evolve-planning.js";
import { evolveRouting } from "./evolve-routing.js";
import { evolveShadow } from "./evolve-shadow.js";
import { evolveTask } from "./evolve-task.js";
import { evolveTools } from "./evolve-tools.js";
import { noteLatency } from "./latency.js";
import { noteBatch, noteCall, noteReuse, orphanCall, settleCall } from "./ledger.js";
import type { RunState } from "./state.js";

type Evolvers = { readonly [E in EventType]: (run: RunDraft, event: RunEvent<E>) => void };

const evolvers: Evolvers = {
  "run.submitted": (run, event) => {
    run.runId = event.runId;
    run.goal = event.goal;
    run.team = event.team;
    run.limits = event.limits;
    run.plan = event.plan;
    run.planOnly = event.planOnly;
    run.budget = event.budget;
    run.urgency = event.urgency;
    run.approveAboveMicroUsd = event.approveAboveMicroUsd;
    run.routing = event.routing;
    run.experiment = event.experiment ?? null;
    if (event.shadow != null) evolveShadow.begin(run, event.shadow);
    if (event.routing !== null) run.alarms = newWatch(topTier(event.team.ladder));
  },
  "calibration.loaded": (run, { rows }) => {
    run.calibration = rows as CalibrationRow[];
  },
  // The watch hears of it as of every event.
  "alarm.raised": () => {},
  "call.sent": (run, event) => noteCall(run.ledger, event, subgoalsOf(run, event)),
  "call.batched": (run, { callId, batchId }) => noteBatch(run.ledger, callId, batchId),
  "call.answered": (run, event) => {
    noteLatency(run.ledger, event);
    settleCall(run.ledger, event.callId, event.usage, event.costMicroUsd);
  },
  "call.failed": (run, { callId, usage, costMicroUsd }) =>
    settleCall(run.ledger, callId, usage, costMicroUsd),
  "call.orphaned": (run, { callId, chargedMicroUsd }) => orphanCall(run.ledger, callId, chargedMicroUsd),
  "call.reused": (run, { savedMicroUsd }) => noteReuse(run.ledger, savedMicroUsd),
  "budget.changed": (run, { budget }) => {
    run.budget = budget;
    run.isWarned = false;
    evolveTask.budgetChanged(run);
  },
  "budget.warned": (run) => {
    run.isWarned = true;
    evolveTask.budgetWarned(run);
  },
  "run.paused": (run, { reason, message }) => {
    run.status = "paused";
    run.halt = { reason, message };
  },
  "run.resumed": (run) => {
    const isPlanned = run.planning.status === "done" || run.planning.revises !== null;
    run.status = isPlanned ? "running" : "planning";
    run.halt = null;
    run.asked = 0;
    run.askedAgain = 0;
    evolvePlanning.resume(run);
    evolveTask.resume(run);
    evolveShadow.resume(run);
  },
  "run.completed": (run, { answer }) => {
    run.status = "completed";
    run.answer = answer;
  },
  "run.failed": (run, { reason }) => {
    run.status = "failed";
    run.ending = reason;
  },
  "run.cancelled": (run, { reason }) => {
    run.status = "cancelled";
    run.ending = reason;
  },
  ...evolvePlanning.events,
  ...evolveTask.events,
  ...evolveRouting,
  ...evolveShadow.events,
  ...evolveTools,
};

/**
 * The state after one more event.
 *
 * Takes over `state`: only what it returns may be used afterwards. The same events always give the same
 * state; nothing else is looked at.
 */
export function evolve(state: RunState, event: RunEvent): RunState {
  const run = state as RunDraft;
  // A clock that was set back adds nothing.
  if (run.status !== "paused" && run.seq > 0) run.workedMs += Math.max(0, event.at - run.lastAt);
  run.lastAt = event.at;
  const evolver = evolvers[event.type] as (run: RunDraft, event: RunEvent) => void;
  evolver(run, event);
  if (run.alarms !== null) watchFor(run.alarms, event);
  trimAgenda(run);
  run.seq = event.seq + 1;
  return run;
}
