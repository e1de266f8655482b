import type { Alarm } from "../calibration/alarm.js";
import type { CalibrationRow } from "../calibration/calibration-row.js";
import type { Trend } from "../calibration/trends.js";
import type { ExperimentMark } from "../experiment/mark.js";
import type { AcceptedPlan } from "../plan/plan.js";
import type { Revision, RevisionDue } from "../plan/revision.js";
import type { CriterionFinding, Problem } from "../ports/agents.js";
import type { Classification } from "../routing/classification.js";
import type { Proposal } from "../routing/router.js";
import type { RoutingTerms } from "../routing/terms.js";
import type { TeamData } from "../team.js";
import type { AcceptedBy } from "./accepted-by.js";
import type { BudgetData } from "./budget.js";
import type { CallFacts } from "./call-facts.js";
import type { Confidence } from "./confidence.js";
import type { FailedOutcome, Fault, PauseReason } from "./fault.js";
import type { GradeFacts } from "./grade-facts.js";
import type { JsonValue } from "./json.js";
import type { Limits } from "./limits.js";
import type { AttemptReason, Route } from "./route.js";
import type { ShadowTerms } from "./shadow.js";
import type { ToolFacts } from "./tool-facts.js";
import type { Urgency } from "./urgency.js";

/** What a call to a model is for. */
export type Purpose = "plan" | "classify" | "execute" | "review" | "shadow";

/** The piece of work that a call is made for. */
export interface CallOwner<T extends string = string> {
  readonly purpose: Purpose;
  readonly tier: T;
  readonly role: string;
  /** `null` for the planner's, unless it is asked to change the plan: then the task that the change is about. */
  readonly taskId: string | null;
  readonly attempt: number;
}

/** How a person settles a flagged task. */
export type Resolution<T extends string = string> =
  | { readonly action: "accept" }
  | { readonly action: "answer"; readonly output: JsonValue }
  | { readonly action: "rerun"; readonly tier: T }
  | { readonly action: "give_up" };

/** Why a task is flagged for a person. */
export type FlagCause = "ladder" | "refused" | "review_refused" | "context" | "check" | "budget" | "plan";

/** Each fact a run can record, by type. The shell adds the envelope. */
export interface Facts<T extends string = string, R extends string = string>
  extends GradeFacts<T>,
    ToolFacts,
    CallFacts<T> {
  /** `submit` was called. */
  "run.submitted": {
    readonly goal: string;
    readonly team: TeamData;
    readonly limits: Limits;
    /** A plan handed in instead of asking the planner. */
    readonly plan: AcceptedPlan | null;
    /** Whether the run ends once its plan stands. */
    readonly planOnly: boolean;
    /** The run whose recorded answers are taken over. */
    readonly reuse: string | null;
    /** `null` when nothing bounds what it may spend. */
    readonly budget: BudgetData | null;
    /** The roles and tasks with output schemas or checks, which no log can hold: whoever resumes must have them. */
    readonly expecting: readonly string[];
    /** Of the tasks whose plan does not say. */
    readonly urgency: Urgency;
    /** A person must approve the plan when it is quoted at more; `null` when none need. Integer micro-dollars. */
    readonly approveAboveMicroUsd: number | null;
    /** `null` when the plan alone says where tasks start. */
    readonly routing: RoutingTerms | null;
    /** What is graded again of a run that has ended; `null` for a run that pursues a goal. */
    readonly shadow: ShadowTerms | null;
    /** The experiment that the run is part of; `null` when it is part of none. */
    readonly experiment: ExperimentMark | null;
    /** The golden set that this is a run of; `null` when it pursues a goal of its own. */
    readonly golden: string | null;
  };
  /** What earlier runs taught, before anything of this one began. */
  "calibration.loaded": {
    readonly runs: number;
    /** Runs that were left out, since their logs cannot be read. */
    readonly unread: number;
    readonly rows: readonly CalibrationRow[];
    readonly trends: readonly Trend[];
  };
  /** Something is wrong with where tasks start. Said once a run, and nothing changes by it. */
  "alarm.raised": Alarm;

  /** The core decided to ask the planner. */
  "plan.queued": {
    readonly attempt: number;
    readonly retry: number;
    readonly route: Route;
    readonly issues: readonly string[];
    readonly after: FailedOutcome | null;
    readonly delayMs: number;
    /** What the plan that runs is to be changed for. Absent when there is none yet. */
    readonly revises?: RevisionDue;
  };
  /** The planner answered; nobody has looked at it yet. */
  "plan.proposed": { readonly attempt: number; readonly plan: JsonValue };
  /** The planner brought no answer. */
  "plan.failed": { readonly attempt: number; readonly fault: Fault };
  /** What the planner proposed does not stand. */
  "plan.rejected": { readonly attempt: number; readonly issues: readonly string[] };
  /** The plan stands, and is changed by revisions only. */
  "plan.accepted": AcceptedPlan;
  /** A change of the plan stands. */
  "plan.revised": Revision;
  /** The planner was asked for a revision and none came of it: the plan stays as it is. */
  "plan.kept": RevisionDue & { readonly because: string };
  /** What carrying out the plan will cost, in integer micro-dollars; `null` when a price is unknown. */
  "plan.quoted": {
    readonly minMicroUsd: number | null;
    readonly likelyMicroUsd: number | null;
    readonly maxMicroUsd: number | null;
  };
  /** A person let the plan be carried out at its price. */
  "plan.approved": { readonly by: string };

  /** The core decided to ask a model what sort of task it is. */
  "classification.queued": {
    readonly taskId: string;
    readonly route: Route & { readonly tier: T };
    readonly urgency: "live";
    readonly delayMs: number;
  };
  /** The model answered. */
  "classification.returned": { readonly taskId: string } & Classification;
  /** It brought no answer that could be used: the task is routed without. */
  "classification.failed": { readonly taskId: string; readonly fault: Fault };
  /** It is settled where the task starts: who proposed what, and which proposal won. */
  "task.routed": {
    readonly taskId: string;
    /** Where it starts, within what its role allows. */
    readonly tier: T;
    /** Whose proposal won; `planner` when nobody made any. */
    readonly router: string;
    readonly reason: string;
    readonly confidence: Confidence;
    /** The most that the first attempt may write, in tokens. */
    readonly maxTokens: number | null;
    readonly proposals: readonly Proposal[];
  };

  /** The core decided to execute. */
  "attempt.queued": {
    readonly taskId: string;
    readonly attempt: number;
    /** How many times this very attempt was asked for before, because no answer came. */
    readonly retry: number;
    readonly role: R;
    readonly route: Route & { readonly tier: T };
    readonly reason: AttemptReason;
    readonly urgency: Urgency;
    /** How long the attempt waits before it may start, in milliseconds. */
    readonly delayMs: number;
  };
  /** A lane gave it a slot. */
  "attempt.started": { readonly taskId: string; readonly attempt: number };
  /** The executor answered. */
  "attempt.finished": {
    readonly taskId: string;
    readonly attempt: number;
    readonly output: JsonValue;
    readonly confidence: Confidence;
    readonly because: string;
    readonly unverified: readonly string[];
    /** What in its inputs contradicts the plan. Absent when nothing does. */
    readonly contradiction?: string;
  };
  /** The executor brought no answer. */
  "attempt.failed": { readonly taskId: string; readonly attempt: number; readonly fault: Fault };
  /** The checks have run; no issues means passed. */
  "attempt.checked": {
    readonly taskId: string;
    readonly attempt: number;
    readonly issues: readonly string[];
    /** Whether the form is at fault and not the substance: then the same tier is asked once more. */
    readonly repairable: boolean;
  };

  /** The core decided who reviews. */
  "review.queued": {
    readonly taskId: string;
    readonly attempt: number;
    readonly retry: number;
    readonly route: Route & { readonly tier: T };
    readonly issues: readonly string[];
    /** Whether the reviewer is stronger than the policy asks for. */
    readonly audit: boolean;
    readonly urgency: Urgency;
    readonly delayMs: number;
  };
  /** The reviewer answered; the verdict was derived from what it found. */
  "review.returned": {
    readonly taskId: string;
    readonly attempt: number;
    readonly tier: T;
    readonly verdict: "accept" | "rerun" | "blame";
    readonly reason: string;
    readonly criteria: readonly CriterionFinding[];
    readonly problems: readonly Problem[];
    readonly blame: string | null;
  };
  /** The reviewer brought no answer that could be used. */
  "review.failed": { readonly taskId: string; readonly attempt: number; readonly fault: Fault };

  /** The task's output stands. */
  "task.accepted": {
    readonly taskId: string;
    readonly attempt: number;
    readonly tier: T;
    readonly by: AcceptedBy;
  };
  /** The task is re-run one tier higher. */
  "task.escalated": { readonly taskId: string; readonly from: T; readonly to: T; readonly reason: string };
  /** The budget runs low: the task starts at a cheaper tier than its plan says. */
  "task.degraded": { readonly taskId: string; readonly from: T; readonly to: T; readonly reason: string };
  /** A reviewer holds this task responsible for a failure downstream; it is re-run one tier higher. */
  "task.blamed": { readonly taskId: string; readonly by: string; readonly reason: string };
  /** No tier is left, or none may help: a person decides. Only what depends on it waits. */
  "task.flagged": { readonly taskId: string; readonly cause: FlagCause; readonly reason: string };
  /** A person settled a flagged task. */
  "task.resolved": {
    readonly taskId: string;
    readonly resolution: Resolution<T>;
    /** Who decided, such as `ana@laptop`; empty when nobody said. */
    readonly by: string;
    readonly reason: string;
  };
  /** A person gave it up, or its request can never succeed. */
  "task.failed": { readonly taskId: string; readonly reason: string };
  /** Something it depends on failed. */
  "task.skipped": { readonly taskId: string; readonly dueTo: string };

  /** The run may spend more, or less, from now on. */
  "budget.changed": { readonly budget: BudgetData | null; readonly by: string };
  /** The soft bound is passed: worth a look, and nothing stops. Integer micro-dollars. */
  "budget.warned": { readonly softMicroUsd: number; readonly spentMicroUsd: number };

  /** Nothing moves until somebody or something outside does. */
  "run.paused": {
    readonly reason: PauseReason;
    readonly message: string;
    /** The tasks that wait. */
    readonly tasks: readonly string[];
  };
  /** It goes on. */
  "run.resumed": { readonly by: string };
  /** Every task is settled and the answer stands. */
  "run.completed": { readonly answer: JsonValue };
  /** The answer can no longer be had. */
  "run.failed": { readonly reason: string };
  /** Somebody asked for the end. */
  "run.cancelled": { readonly reason: string };
}

/** What happened, without its envelope. */
export type Fact<E extends EventType = EventType, T extends string = string, R extends string = string> = {
  readonly [Type in E]: { readonly type: Type } & Facts<T, R>[Type];
}[E];

/** What the shell adds to a fact. */
export interface Envelope {
  readonly runId: string;
  /** Position in the log, from 0, without gaps. */
  readonly seq: number;
  /** When it was recorded, in milliseconds since 1970. */
  readonly at: number;
}

/** The name of a fact: noun, dot, past participle. */
export type EventType = keyof Facts;

/** A fact in a run's log. Never changed. */
export type RunEvent<
  E extends EventType = EventType,
  T extends string = string,
  R extends string = string,
> = {
  readonly [Type in E]: Envelope & { readonly type: Type } & Facts<T, R>[Type];
}[E];

/** The three ways a run ends. */
export const TERMINAL_EVENTS: readonly EventType[] = ["run.completed", "run.failed", "run.cancelled"];
