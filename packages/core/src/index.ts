// Declare a team: roles, the ladder of tiers and the models they map to.

export { memoryStore } from "./adapters/memory-store.js";
export type { ErrorCode } from "./errors.js";
export { DeclarationError, OrchestrationError, RunError } from "./errors.js";
export type { DefaultTier } from "./ladder.js";
export { DEFAULT_LADDER } from "./ladder.js";
export { checkPlan } from "./plan/check-plan.js";
export type { PlanDeclaration, TaskDeclaration } from "./plan/define-plan.js";
// Or plan first, or by hand.
export { definePlan } from "./plan/define-plan.js";
export type { AcceptedPlan, Plan, PlanChange, PlanLimits, PlannedTask, Task } from "./plan/plan.js";
export { planSchema, TASK_ID } from "./plan/plan.js";
export type { CheckedPlan, CheckPlanOptions, PlanIssue } from "./plan/plan-issue.js";
// What Terrace asks of its surroundings.
export type {
  AgentRequest,
  Agents,
  Answer,
  CriterionFinding,
  ExecuteRequest,
  Execution,
  Input,
  PlanRequest,
  Problem,
  RejectedDraft,
  Review,
  ReviewRequest,
} from "./ports/agents.js";
export type { CallAnswer, CallFailure, CallIntent, CallJournal, Usage } from "./ports/call-journal.js";
export type { Check, CheckContext } from "./ports/check.js";
export type { Clock } from "./ports/clock.js";
export type { IdSource } from "./ports/ids.js";
export type { Lease, Owner, RunStore, RunSummary } from "./ports/run-store.js";
export type { Calibration, Census } from "./run/census.js";
export type { Confidence, ErrorCost } from "./run/confidence.js";
export { confidenceSchema } from "./run/confidence.js";
export { decide } from "./run/decide.js";
export { eventSchemas, parseEvent } from "./run/event-schemas.js";
// Everything that happens is an event; the state is their fold.
export type {
  CallOwner,
  Envelope,
  EventType,
  Fact,
  Facts,
  FlagCause,
  Purpose,
  Resolution,
  RunEvent,
} from "./run/events.js";
export { TERMINAL_EVENTS } from "./run/events.js";
export { evolve } from "./run/evolve.js";
export type { FailedOutcome, Fault, Outcome, PauseReason } from "./run/fault.js";
export type { JsonValue } from "./run/json.js";
export type { Ledger, LedgerSum } from "./run/ledger.js";
export type { LedgerLine, LedgerReport } from "./run/ledger-report.js";
export type { Limits } from "./run/limits.js";
export type { ReviewPolicy, ReviewPolicyName, ReviewQuestion } from "./run/review-policy.js";
export type { AttemptReason, Effort, Route } from "./run/route.js";
export type { Attempt, Planning, RunState, RunStatus, TaskState, TaskStatus } from "./run/state.js";
export { initialState } from "./run/state.js";
export type { Expectations, OrchestratorOptions, ResumeOptions, SubmitOptions } from "./shell/options.js";
export type { Orchestrator, RunView } from "./shell/orchestrator.js";
// Submit a goal: a run is heard, read and awaited.
export { createOrchestrator } from "./shell/orchestrator.js";
export type { Run, RunResult } from "./shell/run.js";
export type { ModelMapping, Role, RoleDeclaration, Team, TeamData, TeamDeclaration } from "./team.js";
export { defineTeam } from "./team.js";
