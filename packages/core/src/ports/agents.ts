import type { CalibrationRow } from "../calibration/calibration-row.js";
import type { PlanLimits, Task } from "../plan/plan.js";
import type { RevisionDue } from "../plan/revision.js";
import type { Classification } from "../routing/classification.js";
import type { AcceptedBy } from "../run/accepted-by.js";
import type { Confidence } from "../run/confidence.js";
import type { Fault } from "../run/fault.js";
import type { JsonValue } from "../run/json.js";
import type { AttemptReason, Route } from "../run/route.js";
import type { Better } from "../run/shadow.js";
import type { Urgency } from "../run/urgency.js";
import type { Team, TeamData } from "../team.js";
import type { CallJournal } from "./call-journal.js";
import type { PriceOf, PriceRow } from "./price-of.js";
import type { SizeOf } from "./size-of.js";
import type { ToolAct, ToolJournal } from "./tool-journal.js";

/** Does work in a slot, as soon as one is free; rejects, and does nothing, when the run stops before. */
export type InSlot = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** What every request to an agent carries. */
export interface AgentRequest {
  readonly runId: string;
  /** What the user wants, in their words. */
  readonly goal: string;
  /** The tier, model and effort to use. */
  readonly route: Route;
  /** How often this very request was made before and no answer came; a longer wait may be wise. */
  readonly retry: number;
  /** `batch` allows, and does not oblige, to let it wait for half the price. */
  readonly urgency: Urgency;
  /** The prices that the run was submitted with; they win over all others. */
  readonly prices: readonly PriceRow[];
  /**
   * What may wait has no slot of the run. Whoever sends it now all the same does so in here.
   *
   * @default the request has a slot
   */
  readonly inSlot?: InSlot;
  /**
   * Aborted when work must stop, and settle. Its reason is `"cancelled"` when the run is cancelled; otherwise the run
   * may go on elsewhere, and what waits at the provider is left there.
   */
  readonly signal: AbortSignal;
  /** Where each call to a model is recorded: before a byte leaves, and before an answer is parsed. */
  readonly calls: CallJournal;
}

/** Asks for a plan. */
export interface PlanRequest extends AgentRequest {
  readonly team: TeamData;
  readonly limits: PlanLimits;
  /** Counted from 1; 2 is the repair. */
  readonly attempt: number;
  /** What was wrong with the plan before; empty on the first attempt. */
  readonly issues: readonly string[];
  /** Why this attempt follows another: `truncated` asks for room or for fewer tasks. */
  readonly after: Fault["outcome"] | undefined;
  /** What earlier runs teach about where tasks should start. @default nothing */
  readonly calibration?: readonly CalibrationRow[];
  /** What the plan that runs is to be changed for. @default there is no plan yet */
  readonly revision?: RevisionRequest;
}

/**
 * What a planner needs to know to change a plan that runs.
 *
 * For a subgoal it answers with a plan of it (`Plan`), in which tasks may also depend on the inputs by their ids; otherwise with
 * what changes (`ProposedRevision`).
 */
export interface RevisionRequest extends RevisionDue {
  readonly task: Task;
  /** What the task works from. */
  readonly inputs: readonly Input[];
  /** The whole plan as it stands, in its order; none for a subgoal. */
  readonly tasks: readonly StandingTask[];
  readonly answer: string;
}

/** A task of a plan that runs, and where it stands. */
export interface StandingTask {
  readonly task: Task;
  /** Only `unstarted` tasks can be replaced or withdrawn, and the task that the revision is about withdrawn. */
  readonly standing: "accepted" | "begun" | "unstarted" | "failed";
  /** `null` unless it is accepted. */
  readonly output: JsonValue;
}

/** Asks what sort of task it is. */
export interface ClassifyRequest extends AgentRequest {
  readonly task: Task;
}

/** The accepted output of a task that this one depends on. */
export interface Input {
  readonly taskId: string;
  readonly title: string;
  readonly output: JsonValue;
  readonly tier: string;
  readonly attempt: number;
  readonly acceptedBy: AcceptedBy;
}

/** An output that was not accepted, handed to whoever does the task next. */
export interface RejectedDraft {
  readonly output: JsonValue;
  readonly tier: string;
  /** Issues of the checks or findings of the review, each in a line. */
  readonly findings: readonly string[];
}

/** Asks for one attempt at a task. */
export interface ExecuteRequest extends AgentRequest {
  readonly task: Task;
  /** What the role is told, always. */
  readonly instructions: string;
  /** Counted from 1 over all tiers. */
  readonly attempt: number;
  readonly reason: AttemptReason;
  /** In the order of `task.dependsOn`. */
  readonly inputs: readonly Input[];
  /** The draft that was rejected, on a repair or an escalation. */
  readonly draft: RejectedDraft | undefined;
  /** How the attempt before failed, when it brought no output. */
  readonly fault: Fault | undefined;
  /** The JSON Schema the output must fit; without one the output is text. */
  readonly outputSchema: JsonValue | undefined;
  /** The most that it may write, in tokens, thinking included. @default as much as agents allow */
  readonly maxTokens?: number;
  /** The names of the tools that it may use, and no others. @default none */
  readonly tools?: readonly string[];
  /** How often the model may be asked, tools in between; the last time without. @default as often as agents allow */
  readonly maxTurns?: number;
  /** Where each tool call is recorded; there whenever `tools` are. */
  readonly toolCalls?: ToolJournal;
  /** What tools with an effect did in earlier attempts at the task, oldest first. @default nothing */
  readonly acts?: readonly ToolAct[];
  /** Whether the executor is to say what in its inputs contradicts the plan, since it may still be changed. @default false */
  readonly asksForContradiction?: boolean;
}

/** What an executor answers with. */
export interface Execution {
  readonly output: JsonValue;
  readonly confidence: Confidence;
  /** Why it is that sure, in a sentence. */
  readonly because: string;
  /** What it could not verify. */
  readonly unverified: readonly string[];
  /** What in its inputs contradicts the plan, if anything does. Heard only where it was asked for. */
  readonly contradiction?: string;
}

/** Asks for a review of one attempt. The executor's confidence and reasons are left out on purpose. */
export interface ReviewRequest extends AgentRequest {
  readonly task: Task;
  /** What the reviewer is told, always. */
  readonly instructions: string;
  readonly attempt: number;
  /** The tier that made the output; `null` when the reviewer is not to know, nor anything else of how it was made. */
  readonly executedAt: string | null;
  readonly output: JsonValue;
  readonly inputs: readonly Input[];
  /** The tools that the executor could use, and whose results the reviewer does not see. @default none */
  readonly tools?: readonly string[];
  /** What was wrong with the review before; empty on the first. */
  readonly issues: readonly string[];
}

/** What a reviewer found about one criterion. */
export interface CriterionFinding {
  /** Position in the task's `criteria`, from 0. */
  readonly criterion: number;
  readonly met: boolean;
  readonly finding: string;
}

/** A defect outside of the criteria. */
export interface Problem {
  readonly description: string;
  /** A blocking problem alone is enough to reject. */
  readonly blocking: boolean;
}

/** What a reviewer answers with. The verdict is derived from it in code. */
export interface Review {
  readonly criteria: readonly CriterionFinding[];
  readonly problems: readonly Problem[];
  /** The id of an input's task when that input, and not this attempt, is the cause; otherwise `null`. */
  readonly blame: string | null;
}

/** Asks which of two outputs of a task is better. Who made them, and how, is left out on purpose. */
export interface CompareRequest extends AgentRequest {
  readonly task: Task;
  /** What the reviewer is told, always. */
  readonly instructions: string;
  readonly inputs: readonly Input[];
  readonly first: JsonValue;
  readonly second: JsonValue;
}

/** What a comparer answers with. */
export interface Preference {
  /** `neither` when both do the task as well. */
  readonly better: Better;
  /** With the difference that settles it, in a sentence or two. */
  readonly reason: string;
}

/** An answer, or the fault in its place. */
export type Answer<Value> =
  | { readonly outcome: "ok"; readonly value: Value }
  | { readonly outcome: Fault["outcome"]; readonly fault: Fault };

/**
 * What is asked of models.
 *
 * Called by the run, never more at once than its lanes allow. Must not throw or reject: what goes wrong is
 * an answer with a fault. (One that throws all the same has given an answer that could not be read.)
 */
export interface Agents {
  plan(request: PlanRequest): Promise<Answer<unknown>>;
  execute(request: ExecuteRequest): Promise<Answer<Execution>>;
  review(request: ReviewRequest): Promise<Answer<Review>>;
  /** Needed by routers that ask a model. */
  classify?(request: ClassifyRequest): Promise<Answer<Classification>>;
  /** Needed to try tasks one tier lower on the side (`orchestrator.shadow`). */
  compare?(request: CompareRequest): Promise<Answer<Preference>>;
  /** The team an orchestrator uses when it is given none. */
  readonly defaultTeam?: Team;
  /** What calls cost; without it nothing can be quoted or compared. */
  readonly priceOf?: PriceOf;
  /** What calls will use; without it nothing can be quoted. */
  readonly sizeOf?: SizeOf;
  /**
   * How long to wait, in milliseconds, before work that calls this model may start; 0 lets it start now, and counts it.
   * Asked before a slot is taken, so that nothing is held while it waits.
   */
  readonly paceOf?: (model: string) => number;
  /**
   * Lets go of what is held for a run, such as connections of its tools: called when it has come to rest, and again if it
   * goes on and rests again. Must not reject.
   */
  readonly release?: (runId: string) => Promise<void>;
}
