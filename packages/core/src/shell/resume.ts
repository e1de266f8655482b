import { DeclarationError, quoted } from "../errors.js";
import { hasEnded } from "../run/admits.js";
import { crashesIn, isPoisonous } from "../run/crashes.js";
import type { Policy } from "../run/decide-task.js";
import type { Fact, RunEvent } from "../run/events.js";
import type { OpenCall } from "../run/ledger.js";
import { isUnderWay, openWork, type Work } from "../run/open-work.js";
import type { RunState } from "../run/state.js";
import type { Team } from "../team.js";
import { assemble, type Context, type Parts } from "./assemble.js";
import { overdue } from "./deadlines.js";
import { missingExpectations } from "./missing-expectations.js";
import { assertExpectations, checkedBudget, type Expectations, type ResumeOptions } from "./options.js";
import type { PendingCalls } from "./pending-calls.js";
import { continueRecord, type RunRecord, readRun } from "./read-run.js";
import { answersIn, answersOf, idOf } from "./recorded-answers.js";
import type { Run } from "./run.js";

/**
 * Takes over a run: whatever was licensed and has not ended is done again, with the answers that were recorded.
 *
 * A run that has ended is handed out as it is; a call that was under way when its process died is orphaned all the same.
 */
export async function resumeRun(context: Context, runId: string, expected: ResumeOptions): Promise<Run> {
  const { store, checked } = context;
  const record = await readRun(store, runId);
  const { plan, tasks } = record.state;
  assertExpectations(expected, plan === null ? undefined : [...tasks.values()].map(({ task }) => task));
  assertExpecting(record, context.options, expected);
  assertRouter(record, checked.team);
  const parts = assemble(context, runId, expected, policyOf(record, checked.team));
  const isSettled = hasEnded(record.state) && record.state.ledger.openCalls.size === 0;
  const facts = isSettled ? [] : await takeOver(context, parts, record, expected);
  parts.runner.recover(record.log, record.state);
  if (facts.length > 0) parts.runner.begin(facts);
  return parts.run;
}

/** Takes the lease, and what the process before recorded until it lost the run. Returns what is to be recorded first. */
async function takeOver(
  context: Context,
  parts: Parts,
  record: RunRecord,
  options: ResumeOptions,
): Promise<readonly Fact[]> {
  const { store } = context;
  const { runId } = record.state;
  await parts.writer.take();
  try {
    continueRecord(record, runId, await store.read(runId, record.log.length));
    const facts = await firstFacts(context, parts, record, options);
    if (facts.length === 0) await parts.writer.release();
    return facts;
  } catch (error) {
    await parts.writer.release();
    throw error;
  }
}

/** What a process that has taken over records first; nothing when the run is to be left as it stands. */
async function firstFacts(
  context: Context,
  parts: Parts,
  record: RunRecord,
  options: ResumeOptions,
): Promise<readonly Fact[]> {
  const { state, log } = record;
  if (hasEnded(state)) return orphansOf(record);
  if (options.parked === true) return goOn(context, parts, record, options);
  if (state.halt?.reason === "crashes") return [];
  return isPoisonous(log) ? park(record) : goOn(context, parts, record, options);
}

/** Takes up what was under way, and tells what became of it. */
async function goOn(
  { store, env, owner }: Context,
  parts: Parts,
  { log, state }: RunRecord,
  { budget }: ResumeOptions,
): Promise<readonly Fact[]> {
  const open = openWork(state, log);
  parts.answers.addOwn(answersIn(log), open);
  const [first] = log;
  if (first?.type === "run.submitted" && first.reuse !== null) {
    const taken = log.filter((event) => event.type === "call.reused");
    parts.answers.addReused(await answersOf(store, await store.read(first.reuse)), taken, open);
  }
  const now = env.now();
  parts.performFirst(open.map((work) => waitingLess(work, now)));
  const changed: readonly Fact[] =
    budget === undefined ? [] : [{ type: "budget.changed", budget: checkedBudget(budget), by: owner }];
  const orphans = keepPending({ log, state }, parts.pending);
  return [...orphans, ...changed, { type: "run.resumed", by: owner }, ...overdue(state, now)];
}

/** A run that kills whoever drives it is left alone until somebody has looked at it. */
function park(record: RunRecord): readonly Fact[] {
  const { log, state } = record;
  const open = openWork(state, log).map((work) => ("taskId" in work ? `"${work.taskId}"` : "the plan"));
  const message =
    `${crashesIn(log)} processes in a row died before they achieved anything. Under way was ` +
    `${[...new Set(open)].join(", ") || "nothing"}.`;
  // What waits in a batch may be of use to whoever goes on with it.
  const orphans = orphansOf(record, ({ urgency }) => urgency === "live");
  return [...orphans, { type: "run.paused", reason: "crashes", message, tasks: [] }];
}

/** The calls that nobody recorded the end of, each charged at its worst case: all of them, or those that are lost. */
function orphansOf(
  { state }: Pick<RunRecord, "state">,
  isLost: (call: OpenCall, callId: string) => boolean = () => true,
): readonly Fact[] {
  return [...state.ledger.openCalls].flatMap(([callId, call]): readonly Fact[] =>
    isLost(call, callId) ? [{ type: "call.orphaned", callId, chargedMicroUsd: call.reservedMicroUsd }] : [],
  );
}

/** Keeps the calls of batches that the same work will ask for again; the others that are open are orphans. */
function keepPending({ log, state }: RunRecord, pending: PendingCalls): readonly Fact[] {
  const { openCalls } = state.ledger;
  const kept = new Set<string>();
  for (const event of openCalls.size === 0 ? [] : log) {
    const batchId = openCalls.get((event as { callId?: string }).callId ?? "")?.batchId ?? null;
    if (event.type !== "call.sent" || !openCalls.has(event.callId) || !isWanted(event, state)) continue;
    const { callId, at: sentAt, model, effort, maxTokens, key, reservedMicroUsd } = event;
    const { reservedTokens, urgency, standsInFor } = event;
    const intent = { model, effort, maxTokens, key, reservedMicroUsd, reservedTokens, urgency, standsInFor };
    pending.add(idOf(event), { callId, batchId, intent, sentAt });
    kept.add(callId);
  }
  return orphansOf({ state }, (_, callId) => !kept.has(callId));
}

/** Whether a call waits in a batch for an attempt that is still to be made, or judged. */
function isWanted({ urgency, taskId, attempt }: RunEvent<"call.sent">, { tasks }: RunState): boolean {
  const task = tasks.get(taskId ?? "");
  if (urgency !== "batch" || task === undefined || task.attempts.length !== attempt) return false;
  return isUnderWay(task.status) || task.status === "stalled" || task.status === "unanswered";
}

/** A piece of work whose wait goes on from where it was, and never takes longer than it would have. */
function waitingLess(event: Work, now: number): Work {
  if (!("delayMs" in event) || event.delayMs === 0) return event;
  return { ...event, delayMs: Math.max(0, Math.min(event.delayMs, event.at + event.delayMs - now)) };
}

/** Refuses to go on without the schemas and checks that the run was submitted with: its outputs would pass unchecked. */
function assertExpecting({ log, state }: RunRecord, ...given: readonly Expectations[]): void {
  if (hasEnded(state)) return;
  const missing = missingExpectations(log, ...given);
  if (missing.length === 0) return;
  throw new DeclarationError("OPTIONS_INVALID", [
    `Run "${state.runId}" was submitted with output schemas or checks for ${quoted(missing)}, which no log can keep. ` +
      "Give them again: those of roles to the orchestrator, those of tasks to `resume`.",
  ]);
}

/** What has tasks that are still to be routed needs the router. */
function assertRouter({ state }: RunRecord, { router }: Team): void {
  const named = state.routing?.router;
  if (named === undefined || router?.name === named || hasEnded(state)) return;
  throw new DeclarationError("OPTIONS_INVALID", [
    `Run "${state.runId}" was submitted with the router "${named}", which no log can keep, ` +
      `and this team has ${router === null ? "none" : `"${router.name}"`}. Give this orchestrator a team with that router.`,
  ]);
}

/** Who reviews: what the log names, or the function that it cannot hold. */
function policyOf({ state }: RunRecord, { reviewPolicy }: Team): Policy {
  const { policy } = state.team.reviewer;
  if (policy !== "custom") return policy;
  // A shadow run reviews by other rules.
  if (state.shadow !== null) return reviewPolicy;
  if (typeof reviewPolicy === "function" || hasEnded(state)) return reviewPolicy;
  throw new DeclarationError("OPTIONS_INVALID", [
    `Run "${state.runId}" was submitted with a review policy of its own, which no log can keep. ` +
      "Give this orchestrator a team whose `reviewer.policy` is that function.",
  ]);
}
