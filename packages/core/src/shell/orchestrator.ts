import { setMaxListeners } from "node:events";
import { memoryStore } from "../adapters/memory-store.js";
import { nanoidIds } from "../adapters/nanoid-ids.js";
import { systemClock } from "../adapters/system-clock.js";
import { DeclarationError, got } from "../errors.js";
import { checkPlan } from "../plan/check-plan.js";
import type { AcceptedPlan, Plan } from "../plan/plan.js";
import { redactor } from "../run/redact.js";
import type { TaskState } from "../run/state.js";
import type { TeamData } from "../team.js";
import type { TaskChecks } from "./checks.js";
import { Lanes } from "./lanes.js";
import {
  type CheckedOptions,
  checkExpectations,
  checkOptions,
  type OrchestratorOptions,
  type SubmitOptions,
} from "./options.js";
import { Performer } from "./perform.js";
import { Run } from "./run.js";
import { Runner } from "./runner.js";
import { Subscribers, throwLater } from "./subscribers.js";

/** What submits runs. */
export interface Orchestrator<T extends string = string, R extends string = string> {
  /**
   * Starts to pursue a goal, or to carry out a plan; returns at once.
   *
   * @throws DeclarationError when the goal is empty, or the plan or the options do not stand.
   */
  submit(work: string | Plan | AcceptedPlan, options?: SubmitOptions): Run<T, R>;
  /**
   * Asks the planner for a checked plan and runs nothing of it. Hand it to `submit`, as it is or edited.
   *
   * @throws RunError (`PLANNING_FAILED`) when the planner brings no plan that stands.
   */
  plan(goal: string): Promise<AcceptedPlan>;
}

/** Far more than any goal needs, far less than what would choke a model. */
const MAX_GOAL_CHARACTERS = 1_000_000;

/**
 * Wires a team to its agents.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function createOrchestrator<T extends string = string, R extends string = string>(
  options: OrchestratorOptions<T, R>,
): Orchestrator<T, R> {
  const given = options as unknown as OrchestratorOptions;
  const checked = checkOptions(given);
  return {
    submit: (work, submitted = {}) => start(given, checked, work, submitted, false) as unknown as Run<T, R>,
    async plan(goal) {
      const run = start(given, checked, goal, {}, true);
      await run.result();
      return run.state.plan as AcceptedPlan;
    },
  };
}

function start(
  options: OrchestratorOptions,
  checked: CheckedOptions,
  work: string | Plan | AcceptedPlan,
  submitted: SubmitOptions,
  planOnly: boolean,
): Run {
  const { team, limits } = checked;
  const plan = typeof work === "string" ? null : toAccepted(work, checked);
  const goal = plan === null ? checkGoal(work) : plan.goal;
  if (plan !== null && (submitted.outputs !== undefined || submitted.checks !== undefined)) {
    const issues = checkExpectations(
      submitted,
      plan.tasks.map(({ id }) => id),
      "tasks",
    );
    if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  }
  const { run, runner } = assemble(options, checked, submitted);
  runner.begin({ type: "run.submitted", goal, team: toData(team), limits, plan, planOnly });
  return run;
}

/** Puts the parts of one run together. */
function assemble(
  options: OrchestratorOptions,
  { team, concurrency, tierConcurrency, checkConcurrency }: CheckedOptions,
  submitted: SubmitOptions,
): { run: Run; runner: Runner } {
  const { agents, clock = systemClock, ids = nanoidIds, store = memoryStore() } = options;
  const runId = ids.next("run");
  const controller = new AbortController();
  const { signal } = controller;
  const abort = (): void => controller.abort();
  // One listener for each call under way, which `concurrency` bounds; Node would warn of a leak at eleven.
  setMaxListeners(0, signal);
  const rest = (): void => run.rested();
  const lanes = new Lanes({ total: concurrency, byLane: tierConcurrency }, clock, signal, rest);
  const checkLane = new Lanes({ total: checkConcurrency, byLane: new Map() }, clock, signal, rest);
  const subscribers = new Subscribers(options.onListenerError ?? throwLater);
  const runner: Runner = new Runner({
    runId,
    store,
    policy: team.reviewPolicy,
    now: () => clock.now(),
    redact: redactor(options.secrets ?? []),
    perform: (events) => performer.performAll(events),
    tell: (events) => {
      subscribers.tell(events);
      run.recorded();
    },
    onRest: rest,
    onBreak: abort,
  });
  const sleep = (ms: number): Promise<void> => clock.sleep(ms, signal);
  const checksOf = checksFor(options, submitted);
  const performer = new Performer({
    abort,
    runner,
    agents,
    lanes,
    checkLane,
    ids,
    signal,
    sleep,
    checksOf,
  });
  const run: Run = new Run(runId, {
    runner,
    subscribers,
    isBusy: () => lanes.running + checkLane.running > 0,
  });
  return { run, runner };
}

/** A task's own expectations, then those of its role. */
function checksFor(options: OrchestratorOptions, submitted: SubmitOptions): (task: TaskState) => TaskChecks {
  const none: TaskChecks = { schema: undefined, checks: [] };
  const isEmpty = [options.outputs, options.checks, submitted.outputs, submitted.checks].every(
    (each) => each === undefined,
  );
  if (isEmpty) return () => none;
  return ({ task: { id, role } }) => ({
    schema: own(submitted.outputs, id) ?? own(options.outputs, role),
    checks: [...(own(submitted.checks, id) ?? []), ...(own(options.checks, role) ?? [])],
  });
}

/** What a record holds itself; a task may be called "constructor". */
function own<Value>(record: { readonly [name: string]: Value } | undefined, name: string): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function checkGoal(work: unknown): string {
  if (typeof work === "string" && work.trim() !== "" && work.length <= MAX_GOAL_CHARACTERS) return work;
  const found =
    typeof work === "string" && work.length > MAX_GOAL_CHARACTERS ? `${work.length} characters` : got(work);
  throw new DeclarationError("OPTIONS_INVALID", [
    `Expected a goal of 1 to ${MAX_GOAL_CHARACTERS} characters, or a plan, got ${found}.`,
  ]);
}

function toAccepted(work: Plan | AcceptedPlan, { team, limits }: CheckedOptions): AcceptedPlan {
  const checked = checkPlan(withoutMarks(work), team, limits);
  if (checked.ok) return checked.plan;
  throw new DeclarationError(
    "PLAN_INVALID",
    checked.issues.map(({ code, message }) => `${code}: ${message}`),
  );
}

/** An accepted plan that was kept as JSON, as the plan it was made from. */
function withoutMarks(work: Plan | AcceptedPlan): unknown {
  if (!("warnings" in work)) return work;
  const { goal, tasks, answer } = work;
  return { goal, answer, tasks: tasks.map(({ plannedTier: _, ...task }) => task) };
}

function toData({ ladder, models, planner, executors, reviewer }: TeamData): TeamData {
  return { ladder, models, planner, executors, reviewer };
}
