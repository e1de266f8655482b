import { setMaxListeners } from "node:events";
import type { z } from "zod";
import { watchInvariants } from "../invariants/check-invariants.js";
import type { Task } from "../plan/plan.js";
import type { Environment } from "../ports/environment.js";
import type { RunStore } from "../ports/run-store.js";
import { toQuoteData } from "../quote/quote.js";
import { routedPlan } from "../quote/routed.js";
import { hasEnded } from "../run/admits.js";
import type { RoutingPolicy } from "../run/decide-routing.js";
import type { Policy } from "../run/decide-task.js";
import type { Fact, RunEvent } from "../run/events.js";
import { redactor } from "../run/redact.js";
import type { RunState, TaskState } from "../run/state.js";
import { calibrate } from "./calibrating.js";
import type { TaskChecks } from "./checks.js";
import { Deadlines } from "./deadlines.js";
import { Grace } from "./grace.js";
import { RunJournal } from "./journal.js";
import { Lanes } from "./lanes.js";
import type { CheckedOptions, Expectations, OrchestratorOptions } from "./options.js";
import { pacing } from "./pacing.js";
import { PendingCalls } from "./pending-calls.js";
import { Performer } from "./perform.js";
import { quote } from "./quoting.js";
import { RecordedAnswers } from "./recorded-answers.js";
import { remaining } from "./remaining.js";
import { Run } from "./run.js";
import { Runner } from "./runner.js";
import { Subscribers, throwLater } from "./subscribers.js";
import { Timers } from "./timers.js";
import { Writer } from "./writer.js";

/** What all runs of an orchestrator share. */
export interface Context {
  readonly options: OrchestratorOptions;
  readonly checked: CheckedOptions;
  readonly store: RunStore;
  readonly env: Environment;
  readonly owner: string;
  /** The ids of runs that are not at rest. */
  readonly atWork: Set<string>;
}

/** The parts of one run. */
export interface Parts {
  readonly run: Run;
  readonly runner: Runner;
  readonly writer: Writer;
  readonly answers: RecordedAnswers;
  /** Calls of batches that earlier processes sent. */
  readonly pending: PendingCalls;
  /** Has work done that was licensed before, together with the first that is recorded. */
  readonly performFirst: (work: readonly RunEvent[]) => void;
}

/** Puts the parts of one run together. */
export function assemble(context: Context, runId: string, expected: Expectations, policy: Policy): Parts {
  const { options, checked, store, env, owner, atWork } = context;
  const { concurrency, tierConcurrency, batchConcurrency, checkConcurrency, leaseMs, graceMs } = checked;
  const { timers, ...stops } = stoppable(env, () => runner.state);
  const { signal, abort } = stops;
  const rest = (): void => run.rested();
  const pace = pacing(options.agents, () => runner.state.team);
  const lanes = new Lanes({ total: concurrency, byLane: tierConcurrency }, timers, rest, pace);
  const batchLanes = new Lanes({ total: batchConcurrency, byLane: new Map() }, timers, rest);
  const checkLane = new Lanes({ total: checkConcurrency, byLane: new Map() }, timers, rest);
  const subscribers = new Subscribers(options.onListenerError ?? throwLater);
  const onLost = (cause: unknown): void => runner.stop(cause);
  const writer = new Writer({ runId, store, env, owner, leaseMs, onLost });
  const grace = new Grace({ env, graceMs, abort, onOver: rest });
  const runner: Runner = new Runner({
    runId,
    append: (events, expectedSeq) => writer.append(events, expectedSeq),
    policy,
    routing: routingOf(context, policy),
    now: () => env.now(),
    redact: redactor(options.secrets ?? []),
    watch: options.enforceInvariants === true ? watchInvariants({ slots: concurrency }) : undefined,
    perform: (events) => performer.performAll(events),
    tell: (events) => {
      atWork.add(runId);
      deadlines.hear(events);
      subscribers.tell(events);
      run.recorded();
    },
    onRest: rest,
    onBreak: () => grace.stop(),
  });
  const deadlines = new Deadlines({ runner, env, waitsForPerson: () => run.waitsFor("person") });
  const answers = new RecordedAnswers();
  const pending = new PendingCalls();
  const journaling = { runner, env, answers, pending, signal, confirm: () => writer.confirm() };
  const performer = new Performer({
    ...stops,
    runner,
    agents: options.agents,
    lanes,
    batchLanes,
    checkLane,
    journal: (work) => new RunJournal(journaling, work),
    pending,
    timers,
    checksOf: checksFor(options, expected),
    quote: (state) => quoteOf(context, state, policy, schemaFor(options, expected)),
    calibrate: (state) => calibrate(context, state),
  });
  const release = (): undefined | Promise<void> => {
    deadlines.stop();
    return letGo(context, runId, writer);
  };
  const { priceOf } = options.agents;
  const isBusy = (): boolean => lanes.running + batchLanes.running + checkLane.running > 0;
  const run: Run = new Run(runId, { runner, subscribers, isBusy, grace, release, priceOf });
  return { run, runner, writer, answers, pending, performFirst: (work) => performer.performFirst(work) };
}

/** Lets others write the run. What agents hold for it is of no use to them, and they need not wait until it is gone. */
function letGo({ options, atWork }: Context, runId: string, writer: Writer): undefined | Promise<void> {
  atWork.delete(runId);
  void options.agents.release?.(runId);
  return writer.release();
}

/** What the plan of a run will cost, as its log keeps it; unknown when it cannot be worked out. */
async function quoteOf(
  context: Context,
  state: RunState,
  policy: Policy,
  schemaOf: (task: Task) => z.ZodType | undefined,
): Promise<Fact<"plan.quoted">> {
  const { team, limits, budget, urgency } = state;
  const { plan, ...soFar } = remaining(state);
  const routed = routedPlan(state, plan, routingOf(context, policy));
  const quotable = {
    ...soFar,
    ...routed,
    team,
    limits,
    policy,
    budget,
    urgency,
    withPlanning: false,
    schemaOf,
  };
  const data = await quote(context, quotable).then(toQuoteData, () => UNKNOWN);
  return { type: "plan.quoted", ...data };
}

const UNKNOWN = { minMicroUsd: null, likelyMicroUsd: null, maxMicroUsd: null };

/** How the tasks of a run are routed, if its team has a router. */
export function routingOf({ options, checked }: Context, review: Policy): RoutingPolicy | undefined {
  const { router } = checked.team;
  const { priceOf, sizeOf } = options.agents;
  return router === null ? undefined : { router, priceOf, sizeOf, review };
}

/** The timers of a run, and the signals that its work is to stop. */
function stoppable(env: Environment, state: () => RunState) {
  const [live, batches] = [new AbortController(), new AbortController()];
  const timers = new Timers(env);
  // What waits for a batch is of no use to a run that has ended, however it did.
  const abortBatches = (): void => batches.abort(hasEnded(state()) ? "cancelled" : "left");
  const abort = (): void => {
    timers.stop();
    live.abort(state().status === "cancelled" ? "cancelled" : "left");
    abortBatches();
  };
  // One listener for each call under way, which the lanes bound; Node would warn of a leak at eleven.
  setMaxListeners(0, live.signal, batches.signal);
  return { timers, signal: live.signal, abort, batchSignal: batches.signal, abortBatches };
}

/** A task's own expectations, then those of its role. */
function checksFor(
  options: OrchestratorOptions,
  submitted: Expectations,
): (task: Pick<TaskState, "task">) => TaskChecks {
  const none: TaskChecks = { schema: undefined, checks: [] };
  const isEmpty = [options.outputs, options.checks, submitted.outputs, submitted.checks].every(
    (each) => each === undefined,
  );
  if (isEmpty) return () => none;
  const schemaOf = schemaFor(options, submitted);
  return ({ task }) => ({
    schema: schemaOf(task),
    // What is expected of a task that is done for each item is expected of each.
    checks: [
      ...(own(submitted.checks, task.item?.forEach ?? task.id) ?? []),
      ...(own(options.checks, task.role) ?? []),
    ],
  });
}

/** A task's own output schema, or that of its role. */
export function schemaFor(
  options: OrchestratorOptions,
  submitted: Expectations,
): (task: Task) => z.ZodType | undefined {
  return ({ id, role, item }) =>
    own(submitted.outputs, id) ??
    (item === undefined ? undefined : own(submitted.outputs, item.forEach)) ??
    own(options.outputs, role);
}

/** What a record holds itself; a task may be called "constructor". */
function own<Value>(record: { readonly [name: string]: Value } | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
