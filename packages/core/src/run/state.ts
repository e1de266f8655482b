import type { AlarmWatch } from "../calibration/alarm-watch.js";
import type { CalibrationRow } from "../calibration/calibration-row.js";
import type { ExperimentMark } from "../experiment/mark.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { CriterionFinding, Problem } from "../ports/agents.js";
import type { ToolAct } from "../ports/tool-journal.js";
import type { Classification } from "../routing/classification.js";
import type { RoutingTerms } from "../routing/terms.js";
import type { TeamData } from "../team.js";
import type { AcceptedBy } from "./accepted-by.js";
import type { BudgetData } from "./budget.js";
import type { Confidence } from "./confidence.js";
import type { FlagCause, Resolution } from "./events.js";
import type { Fault, Outcome, PauseReason } from "./fault.js";
import type { HeldTool } from "./held-tool.js";
import type { JsonValue } from "./json.js";
import { emptyLedger, type Ledger } from "./ledger.js";
import type { Limits } from "./limits.js";
import { type Expansion, type Planning, type QuoteData, UNPLANNED } from "./planning.js";
import type { AttemptReason } from "./route.js";
import type { ShadowState } from "./shadow-state.js";
import type { Urgency } from "./urgency.js";

/** Where a run stands. */
export type RunStatus = "planning" | "running" | "paused" | "completed" | "failed" | "cancelled";

/**
 * Where a task stands.
 *
 * `waiting`: something it depends on is not accepted. `ready`: it may start. `classifying`: a model is asked what sort
 * of task it is. `queued`: waiting for a slot.
 * `executing`, `checking`, `reviewing`: under way. `checked`, `reviewed`, `unanswered`: something came back,
 * and the core decides next. `stalled`: no answer could be had; it waits with the run. `blamed`: a reviewer
 * downstream holds its accepted output responsible. `flagged`: a person decides. `resolved`: a person decided,
 * and the core acts next. `blocked`: something it depends on failed. `expanded`: the tasks of a revision stand in its place.
 * `withdrawn`: a revision has it not done. These two, `accepted`, `failed` and `skipped`: settled.
 */
export type TaskStatus =
  | "waiting"
  | "ready"
  | "classifying"
  | "queued"
  | "executing"
  | "checking"
  | "checked"
  | "reviewing"
  | "reviewed"
  | "unanswered"
  | "stalled"
  | "blamed"
  | "flagged"
  | "resolved"
  | "blocked"
  | "accepted"
  | "failed"
  | "skipped"
  | "expanded"
  | "withdrawn";

/** One execution of a task at one tier, and what became of it. */
export interface Attempt {
  /** Counted from 1 over all tiers. */
  readonly number: number;
  readonly tier: string;
  readonly reason: AttemptReason;
  /** `null` until it is answered. */
  readonly outcome: Outcome | null;
  readonly output: JsonValue;
  /** `null` until it is answered, and for an output a person gave. */
  readonly confidence: Confidence | null;
  readonly because: string;
  readonly unverified: readonly string[];
  readonly fault: Fault | null;
  /** What the checks found; `null` before they ran. */
  readonly issues: readonly string[] | null;
  readonly repairable: boolean;
  /** Why this output is not to be used: what its checks, its review or a reviewer downstream found. */
  readonly rejectedFor: string | null;
  readonly reviewTier: string | null;
  /** What the last review asked for was told to mend; empty on the first. */
  readonly reviewIssues: readonly string[];
  /** Why a review brought no answer. */
  readonly reviewFault: Fault | null;
  readonly verdict: "accept" | "rerun" | "blame" | null;
  readonly verdictReason: string;
  readonly criteria: readonly CriterionFinding[];
  readonly problems: readonly Problem[];
  readonly blame: string | null;
  /** Who made the output. */
  readonly by: "executor" | "person";
  /** What in its inputs contradicts the plan, in the executor's words; `null` when nothing does. */
  readonly contradiction: string | null;
}

/** Why a task is flagged. */
interface Flag {
  readonly cause: FlagCause;
  readonly reason: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** How the task stood before. */
  readonly before: TaskStatus;
}

/** How a person settled a flagged task. */
export interface Decision {
  readonly resolution: Resolution;
  /** Who; empty when nobody said. */
  readonly by: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** A task and everything that happened to it. */
export interface TaskState {
  readonly task: Task;
  readonly status: TaskStatus;
  /** The tier of the present or next attempt. */
  readonly tier: string;
  /** What a model said of it; `"none"` when it brought no answer, `null` when none was asked. */
  readonly classification: Classification | "none" | null;
  /** The router that settled where it starts; `null` before, and in a run without one. */
  readonly routedBy: string | null;
  /** The most that its first attempt may write, in tokens; `null` leaves it to the agents. */
  readonly maxTokens: number | null;
  /** Why the next attempt will be made. */
  readonly nextReason: AttemptReason;
  readonly attempts: readonly Attempt[];
  /** How often the present attempt, or its review, was asked for again because no answer came. */
  readonly retries: number;
  /** Repairs made at the present tier. */
  readonly repairs: number;
  /** Repairs of the present attempt's review. */
  readonly reviewRepairs: number;
  readonly refusals: number;
  /** Whether what is missing is a review. */
  readonly awaitsReview: boolean;
  /** How many of its dependencies are not accepted. */
  readonly waitingOn: number;
  /** The failed task that blocks it. */
  readonly blockedBy: string | null;
  readonly flag: Flag | null;
  /** How a person settled it last. */
  readonly decision: Decision | null;
  readonly acceptedBy: AcceptedBy | null;
  /** The inputs this task's reviewers have blamed; each is blamed once. */
  readonly blamed: readonly string[];
  /** The tool calls of its present attempt that wait for a person. */
  readonly held: readonly HeldTool[];
  /** What tools with an effect did for it, in any attempt. */
  readonly acts: readonly ToolAct[];
  /** Whether the planner was asked to change the plan for it; it is asked once. */
  readonly replanned: boolean;
  /** Why it failed, is blamed, or was settled as it was by a person. */
  readonly reason: string;
  /** Larger starts first. */
  readonly priority: number;
  /** Whether it stands on the run's agenda. */
  readonly listed: boolean;
}

/** A run at one moment: the fold of its log. Tasks are in the order of the plan, those of revisions after it. */
export interface RunState {
  readonly runId: string;
  readonly goal: string;
  /** Whether the run ends once its plan stands. */
  readonly planOnly: boolean;
  readonly status: RunStatus;
  readonly team: TeamData;
  readonly limits: Limits;
  readonly planning: Planning;
  readonly plan: AcceptedPlan | null;
  /** How often the plan was accepted or revised. */
  readonly revision: number;
  /** How often the planner was asked to change the plan since a task was flagged or contradicted it. */
  readonly replans: number;
  readonly tasks: ReadonlyMap<string, TaskState>;
  /** The tasks that were expanded for each item of a list, by id. */
  readonly expansions: ReadonlyMap<string, Expansion>;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  /** Why it is paused, or must pause as soon as the core is asked. */
  readonly halt: { readonly reason: PauseReason; readonly message: string } | null;
  readonly answer: JsonValue;
  /** Why it failed or was cancelled. */
  readonly ending: string;
  readonly ledger: Ledger;
  readonly budget: BudgetData | null;
  /** Whether the soft bound of the budget was passed, and said so. */
  readonly isWarned: boolean;
  /** Of the tasks whose plan does not say. */
  readonly urgency: Urgency;
  /** A person must approve the plan when it is quoted at more; `null` when none need. */
  readonly approveAboveMicroUsd: number | null;
  readonly quote: QuoteData | null;
  /** `null` when the plan alone says where tasks start. */
  readonly routing: RoutingTerms | null;
  /** What earlier runs taught; `null` until it is known. */
  readonly calibration: readonly CalibrationRow[] | null;
  /** What a shadow run has found so far; `null` for a run that pursues a goal. */
  readonly shadow: ShadowState | null;
  /** The experiment that the run is part of. */
  readonly experiment: ExperimentMark | null;
  /** What is wrong with where tasks start; `null` when the plan alone says. */
  readonly alarms: AlarmWatch | null;
  /** Whether a person let the plan be carried out at its price. */
  readonly isApproved: boolean;
  readonly escalations: number;
  /** Pieces of work that agents were asked for since the run was last resumed. */
  readonly asked: number;
  /** How many of those were retries. */
  readonly askedAgain: number;
  /** Milliseconds at work, without the pauses, as far as the last event. */
  readonly workedMs: number;
  /** When the last event was recorded, in milliseconds since 1970. */
  readonly lastAt: number;
  /** How many events were folded. */
  readonly seq: number;
  /** Tasks on which the core has to decide, oldest first from `agendaStart`; some may be out of date. */
  readonly agenda: readonly TaskState[];
  readonly agendaStart: number;
  /** Events since what is out of date was last dropped from the middle of the agenda. */
  readonly agendaAge: number;
  /** Tasks that something is under way for. */
  readonly underWay: number;
  /** Tasks that are not settled. */
  readonly open: number;
}

const NO_LIMITS: Limits = {
  maxTasks: 0,
  maxEdges: 0,
  maxDepth: 0,
  maxTopTierShare: 0,
  maxTotalTasks: 0,
  maxItems: 0,
  maxNesting: 0,
  maxRevisions: 0,
  maxRetries: 0,
  maxRepairs: 0,
  maxOutputBytes: 0,
  maxRetryShare: 0,
  personDeadlineMs: null,
};

const NO_TEAM: TeamData = {
  ladder: [],
  models: {},
  planner: { tier: "", instructions: "" },
  executors: {},
  reviewer: { policy: "balanced", instructions: "", auditShare: 0 },
  prices: [],
};

/** The state before the first event. */
export function initialState(): RunState {
  return {
    runId: "",
    goal: "",
    planOnly: false,
    status: "planning",
    team: NO_TEAM,
    limits: NO_LIMITS,
    planning: UNPLANNED,
    plan: null,
    revision: 0,
    replans: 0,
    tasks: new Map(),
    expansions: new Map(),
    dependents: new Map(),
    halt: null,
    answer: null,
    ending: "",
    ledger: emptyLedger(),
    budget: null,
    isWarned: false,
    urgency: "live",
    approveAboveMicroUsd: null,
    quote: null,
    routing: null,
    calibration: null,
    shadow: null,
    experiment: null,
    alarms: null,
    isApproved: false,
    escalations: 0,
    asked: 0,
    askedAgain: 0,
    workedMs: 0,
    lastAt: 0,
    seq: 0,
    agenda: [],
    agendaStart: 0,
    agendaAge: 0,
    underWay: 0,
    open: 0,
  };
}
