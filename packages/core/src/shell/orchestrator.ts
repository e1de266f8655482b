import { memoryStore } from "../adapters/memory-store.js";
import { systemEnvironment } from "../adapters/system-environment.js";
import { DeclarationError, got } from "../errors.js";
import { checkPlan } from "../plan/check-plan.js";
import type { AcceptedPlan, Plan } from "../plan/plan.js";
import type { RunCursor, RunStore, RunSummary } from "../ports/run-store.js";
import type { Quote } from "../quote/quote.js";
import { routedPlan } from "../quote/routed.js";
import { plannerRouter } from "../routing/planner-router.js";
import { type Census, takeCensus } from "../run/census.js";
import type { RunEvent } from "../run/events.js";
import { type LedgerReport, reportLedger } from "../run/ledger-report.js";
import type { TaskRouting } from "../run/route-plan.js";
import type { RunState } from "../run/state.js";
import type { TeamData } from "../team.js";
import { assemble, type Context, routingOf, schemaFor } from "./assemble.js";
import { calibrate } from "./calibrating.js";
import { type CalibrationOptions, type CalibrationReport, reportCalibration } from "./calibration-report.js";
import {
  assertExpectations,
  type CheckedOptions,
  checkedBudget,
  checkedTerms,
  checkOptions,
  namesIn,
  type OrchestratorOptions,
  type ResumeOptions,
  type SubmitOptions,
} from "./options.js";
import { quote } from "./quoting.js";
import { readRun } from "./read-run.js";
import { answersOf, type RecordedAnswers } from "./recorded-answers.js";
import { resumeRun } from "./resume.js";
import { assertRoom } from "./room.js";
import { type RouteOptions, routeAhead } from "./routing-ahead.js";
import { type RoutingOptions, routingTerms } from "./routing-terms.js";
import type { Run } from "./run.js";
import { type ShadowOptions, shadowRun } from "./shadowing.js";

/** A run as its log tells it, for reading. */
export interface RunView {
  readonly runId: string;
  readonly state: RunState;
  /** Everything recorded when it was read, oldest first. */
  readonly log: readonly RunEvent[];
  readonly ledger: LedgerReport;
  readonly census: Census;
}

/** What submits, resumes and looks up runs. */
export interface Orchestrator<T extends string = string, R extends string = string> {
  /**
   * Starts to pursue a goal, or to carry out a plan; returns at once.
   *
   * @throws DeclarationError when the goal is empty, or the plan or the options do not stand.
   * @throws OrchestrationError `QUEUE_FULL` when as many runs are at work as may be.
   */
  submit(work: string | Plan | AcceptedPlan, options?: SubmitOptions): Run<T, R>;
  /**
   * Goes on with a run of the store: one whose process died, or that is paused. Recorded answers are read again
   * instead of asked for again; calls that nobody recorded the end of are orphaned, and charged at their worst case.
   *
   * The run keeps the team, the limits and the plan it was submitted with. Checks, output schemas and a review policy
   * of one's own, which no log can keep, are those of this orchestrator and of `options`. A run that has ended is
   * handed out as it is. Without expectations that it was submitted with, it is refused. What is recorded before the caller listens is in `run.log`.
   *
   * @throws OrchestrationError `RUN_UNKNOWN`; `RUN_LOCKED` when another process drives it; `LOG_UNREADABLE`.
   */
  resume(runId: string, options?: ResumeOptions): Promise<Run<T, R>>;
  /**
   * Has a share of the accepted attempts of a run that has ended graded again: by a stronger reviewer, who is not told
   * what was found before, and tried one tier lower on the side, compared blind and in both orders. The chosen attempts
   * follow from the names alone.
   *
   * That is a run of its own, which can be resumed; its answer is a `ShadowReport`. The run that is graded stays as it is:
   * what is found goes to calibration.
   *
   * @throws OrchestrationError `SHADOW_INVALID` when the run has not ended, or is a shadow itself; `RUN_UNKNOWN`;
   *   `LOG_UNREADABLE`; `QUEUE_FULL`.
   */
  shadow(runId: string, options?: ShadowOptions): Promise<Run<T, R>>;
  /**
   * The runs of the store, the newest first.
   *
   * @param limit At most so many. @default 50
   * @param after Only the runs that follow: the last of the page before, as it is.
   */
  runs(limit?: number, after?: RunCursor): Promise<readonly RunSummary[]>;
  /**
   * Reads a run without driving it, even while another process does.
   *
   * @throws OrchestrationError `RUN_UNKNOWN` or `LOG_UNREADABLE`.
   */
  open(runId: string): Promise<RunView>;
  /**
   * Asks the planner for a checked plan and runs nothing of it. Hand it to `submit`, as it is or edited.
   *
   * @throws RunError (`PLANNING_FAILED`) when the planner brings no plan that stands.
   */
  plan(goal: string): Promise<AcceptedPlan>;
  /**
   * What carrying out a plan will cost, at list price: at least, probably and at most. Probably is worked out from the
   * latest runs of the store, as far as they teach it. Sends nothing.
   *
   * @throws DeclarationError when the plan or the options do not stand, or the agents do not say what calls cost.
   */
  quote(plan: Plan | AcceptedPlan, options?: QuoteOptions): Promise<Quote>;
  /**
   * Says where the tasks of a plan would start, which router would propose what, and why: by what the latest runs of the
   * store teach, and before any inputs are there. Sends nothing.
   *
   * @throws DeclarationError when the plan or the options do not stand.
   */
  route(plan: Plan | AcceptedPlan, options?: RouteOptions): Promise<readonly TaskRouting[]>;
  /**
   * What the latest runs of the store teach about where tasks should start, with what is wrong and what a person might
   * change. Changes nothing, and sends nothing.
   */
  calibration(options?: CalibrationOptions): Promise<CalibrationReport>;
}

/** On what terms a plan is quoted. */
export interface QuoteOptions extends Pick<SubmitOptions, "budget" | "urgency" | "outputs">, RoutingOptions {
  /** Whether the planner is still to be asked for it. @default false */
  readonly planning?: boolean;
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
  const context = toContext(options as unknown as OrchestratorOptions);
  return {
    submit: (work, submitted = {}) => submit(context, work, submitted, false) as unknown as Run<T, R>,
    resume: (runId, expected = {}) => resumeRun(context, runId, expected) as unknown as Promise<Run<T, R>>,
    shadow: (runId, graded = {}) => shadowRun(context, runId, graded) as unknown as Promise<Run<T, R>>,
    runs: (limit = 50, after) => context.store.list(limit, after),
    open: (runId) => open(context, runId),
    async plan(goal) {
      const run = submit(context, goal, {}, true);
      await run.result();
      return run.state.plan as AcceptedPlan;
    },
    quote: (plan, terms = {}) => quoteFor(context, plan, terms),
    route: async (plan, { router, ...terms } = {}) => {
      const { team } = context.checked;
      return routeAhead(
        context,
        toAccepted(plan, context.checked),
        router ?? team.router ?? plannerRouter(),
        terms,
      );
    },
    calibration: (asked = {}) => reportCalibration(context, asked),
  };
}

async function quoteFor(context: Context, work: Plan | AcceptedPlan, terms: QuoteOptions): Promise<Quote> {
  const { checked, options } = context;
  const { planning: withPlanning = false } = terms;
  const { urgency } = checkedTerms(terms);
  const { team, limits } = checked;
  const accepted = toAccepted(work, checked);
  const budget = checkedBudget(terms.budget ?? options.budget);
  const policy = team.reviewPolicy;
  const { outputs = {} } = terms;
  assertExpectations({ outputs }, accepted.tasks);
  const schemaOf = schemaFor(options, { outputs });
  const routing = routingTerms(terms, team, checked.learnFrom);
  const calibration = routing === null ? [] : (await calibrate(context, { routing })).rows;
  const ahead = { team, routing, calibration, urgency };
  const { plan, routed } = routedPlan(ahead, accepted, routingOf(context, policy));
  return quote(context, { plan, routed, team, limits, policy, budget, urgency, withPlanning, schemaOf });
}

function toContext(options: OrchestratorOptions): Context {
  const checked = checkOptions(options);
  const env = { ...systemEnvironment, ...options.env };
  const { store = memoryStore(), owner = env.id("owner") } = options;
  return { options, checked, store, env, owner, atWork: new Set() };
}

function submit(
  context: Context,
  work: string | Plan | AcceptedPlan,
  submitted: SubmitOptions,
  planOnly: boolean,
): Run {
  const { checked, store, env } = context;
  const { team, limits } = checked;
  const plan = typeof work === "string" ? null : toAccepted(work, checked);
  const goal = plan === null ? checkGoal(work) : plan.goal;
  assertExpectations(submitted, plan?.tasks);
  const { reuse = null } = submitted;
  const { urgency, approveAboveMicroUsd, experiment, golden } = checkedTerms(submitted);
  const routing = routingTerms(submitted, team, checked.learnFrom);
  const expecting = namesIn(context.options, submitted);
  const budget = checkedBudget(submitted.budget ?? context.options.budget);
  assertRoom(context);
  const parts = assemble(context, env.id("run"), submitted, team.reviewPolicy);
  context.atWork.add(parts.run.id);
  if (reuse !== null) parts.writer.waitFor(takeOver(store, reuse, parts.answers));
  parts.runner.begin([
    {
      type: "run.submitted",
      goal,
      team: toData(team),
      limits,
      plan,
      planOnly,
      reuse,
      budget,
      expecting,
      urgency,
      approveAboveMicroUsd,
      routing,
      shadow: null,
      experiment,
      golden,
    },
  ]);
  return parts.run;
}

/** Makes the recorded answers of another run available to this one. */
async function takeOver(store: RunStore, runId: string, answers: RecordedAnswers): Promise<void> {
  const { log } = await readRun(store, runId);
  answers.addReused(await answersOf(store, log));
}

async function open({ store, options }: Context, runId: string): Promise<RunView> {
  const { log, state } = await readRun(store, runId);
  const ledger = reportLedger(state, log, options.agents.priceOf);
  return { runId, state, log, ledger, census: takeCensus(state) };
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

function toData({ ladder, models, planner, executors, reviewer, prices }: TeamData): TeamData {
  return { ladder, models, planner, executors, reviewer, prices };
}
