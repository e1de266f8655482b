// Declare a team: roles, and the ladder of tiers with the models they map to.

export { DEFAULT_LADDER, type DefaultTier } from "./ladder.js";
export type { ReviewPolicy, ReviewPolicyName, ReviewQuestion } from "./run/review-policy.js";
export type { Effort } from "./run/route.js";
export {
  defineTeam,
  type ModelMapping,
  type Role,
  type RoleDeclaration,
  type Team,
  type TeamData,
  type TeamDeclaration,
} from "./team.js";

// Submit a goal: a run is heard, read and awaited, and a person can settle what it cannot.

export type { Quote, QuoteLine } from "./quote/quote.js";
export type { Baseline } from "./run/baseline.js";
export type { Budget, BudgetData, OnExceed } from "./run/budget.js";
export { type BudgetReport, reportBudget } from "./run/budget-report.js";
export type { Calibration, Census, RunOutcome } from "./run/census.js";
export type { Comparison } from "./run/compare.js";
export type { Resolution } from "./run/events.js";
export type { LatencyLine } from "./run/latency.js";
export type { LedgerLine, LedgerReport } from "./run/ledger-report.js";
export type { Limits } from "./run/limits.js";
export type { Foreknown, TaskRouting } from "./run/route-plan.js";
export type { Better, GradeFinding, GradeStep, ShadowSample, ShadowTerms } from "./run/shadow.js";
export { type ShadowLine, type ShadowReport, shadowReport } from "./run/shadow-report.js";
export type { GradeState, ShadowState } from "./run/shadow-state.js";
export type { SpendingLines } from "./run/spending.js";
export type { CalibrationOptions, CalibrationReport } from "./shell/calibration-report.js";
export type { DecisionOptions } from "./shell/decision.js";
export {
  type Expected,
  expectedCheck,
  type GoldenSet,
  type GoldenTask,
  readGoldenSet,
} from "./shell/golden-set.js";
export type { Expectations, OrchestratorOptions, ResumeOptions, SubmitOptions } from "./shell/options.js";
export {
  createOrchestrator,
  type Orchestrator,
  type QuoteOptions,
  type RunView,
} from "./shell/orchestrator.js";
export type { RouteOptions } from "./shell/routing-ahead.js";
export type { RoutingOptions } from "./shell/routing-terms.js";
export type { Run, RunResult } from "./shell/run.js";
export {
  type GoldenLine,
  type GoldenOptions,
  type GoldenReport,
  runGoldenSet,
} from "./shell/run-golden-set.js";
export type { ShadowOptions } from "./shell/shadowing.js";
export type { ToolDecisionOptions } from "./shell/tool-decision.js";

// Or plan first, or by hand.

export { checkPlan } from "./plan/check-plan.js";
export { definePlan, type PlanDeclaration, type TaskDeclaration } from "./plan/define-plan.js";
export {
  type AcceptedPlan,
  type Plan,
  type PlanChange,
  type PlanLimits,
  type PlannedTask,
  planSchema,
  TASK_ID,
  type Task,
  TOOL_NAME,
} from "./plan/plan.js";
export type { CheckedPlan, CheckPlanOptions, PlanIssue } from "./plan/plan-issue.js";
export {
  type ProposedRevision,
  proposedRevisionSchema,
  type Revision,
  type RevisionCause,
  type RevisionDue,
} from "./plan/revision.js";

// Everything that happens is an event; a run's state is their fold.

export { type Confidence, confidenceSchema, type ErrorCost } from "./run/confidence.js";
export { decide } from "./run/decide.js";
export { eventSchemas, parseEvent } from "./run/event-schemas.js";
export {
  type CallOwner,
  type Envelope,
  type EventType,
  type Fact,
  type Facts,
  type FlagCause,
  type Purpose,
  type RunEvent,
  TERMINAL_EVENTS,
} from "./run/events.js";
export { evolve } from "./run/evolve.js";
export type { FailedOutcome, Fault, Outcome, PauseReason } from "./run/fault.js";
export type { HeldTool } from "./run/held-tool.js";
export type { JsonValue } from "./run/json.js";
export type { Ledger, LedgerSum } from "./run/ledger.js";
export type { Planning, QuoteData } from "./run/planning.js";
export { isReplaced } from "./run/replaced.js";
export type { AttemptReason, Route } from "./run/route.js";
export {
  type Attempt,
  type Decision,
  initialState,
  type RunState,
  type RunStatus,
  type TaskState,
  type TaskStatus,
} from "./run/state.js";
export { type Urgency, urgencySchema } from "./run/urgency.js";

// Secrets stay out of logs, and out of whatever else is shown.

export { redactor } from "./run/redact.js";

// Some things hold for every run.

export {
  checkInvariants,
  type InvariantWatch,
  type Violation,
  watchInvariants,
} from "./invariants/check-invariants.js";
export type { InvariantOptions } from "./invariants/watch.js";

// Two policies can be tried against each other.

export type { Difference } from "./experiment/estimate.js";
export type { Arm, ExperimentMark } from "./experiment/mark.js";
export {
  type ArmFigures,
  compareArms,
  type ExperimentReport,
  type Measure,
  type MeasuredDifference,
  reportExperiment,
  type StratumReport,
} from "./experiment/report-experiment.js";
export { type Trial, trialOf } from "./experiment/trial.js";
export {
  type ArmDeclaration,
  type Experiment,
  type ExperimentDeclaration,
  type ExperimentSubmitOptions,
  experiment,
} from "./shell/experiment.js";

// What Terrace asks of its surroundings.

export { type MemoryStoreOptions, memoryStore } from "./adapters/memory-store.js";
export { systemEnvironment } from "./adapters/system-environment.js";
export type {
  AgentRequest,
  Agents,
  Answer,
  ClassifyRequest,
  CompareRequest,
  CriterionFinding,
  ExecuteRequest,
  Execution,
  Input,
  InSlot,
  PlanRequest,
  Preference,
  Problem,
  RejectedDraft,
  Review,
  ReviewRequest,
  RevisionRequest,
  StandingTask,
} from "./ports/agents.js";
export {
  type CallAnswer,
  type CallFailure,
  type CallIntent,
  type CallJournal,
  NO_USAGE,
  type PendingCall,
  type Usage,
} from "./ports/call-journal.js";
export type { Check, CheckContext } from "./ports/check.js";
export type { Environment } from "./ports/environment.js";
export type { Price, PriceOf, PriceRow, PriceTerms, TokenPrices } from "./ports/price-of.js";
export type { Lease, Owner, RunCursor, RunStore, RunSummary } from "./ports/run-store.js";
export type { CallSize, Material, ProspectiveCall, SizeOf, TokenRange } from "./ports/size-of.js";
export type {
  RecordedTool,
  ToolAct,
  ToolCall,
  ToolDecision,
  ToolEnd,
  ToolJournal,
} from "./ports/tool-journal.js";
export { checkPriceRows } from "./price-rows.js";

// What goes wrong says what, where, expected and got, and what to do.

export type { Alarm, AlarmName } from "./calibration/alarm.js";
export type { AlarmWatch } from "./calibration/alarm-watch.js";
export { calibrationOf } from "./calibration/calibrate.js";
export type { CalibrationRow, CallSums, ShadowCounts } from "./calibration/calibration-row.js";
export { type Interval, intervalOf, percents } from "./calibration/interval.js";
export { proposeSamples, type SampleProposal } from "./calibration/propose-samples.js";
export type { Trend } from "./calibration/trends.js";
export type { WordCount, WordCounts } from "./calibration/words.js";
export { BudgetError, DeclarationError, type ErrorCode, OrchestrationError, RunError } from "./errors.js";
export { isGranted } from "./plan/granted-tools.js";
export { misspelt } from "./plan/nearest.js";
export { type Chance, chancesOf } from "./routing/chances.js";
export type { Classification, Complexity } from "./routing/classification.js";
export { type ClassifierOptions, classifierRouter } from "./routing/classifier-router.js";
export { clamp, firstOf, highestOf, pin } from "./routing/compose.js";
export {
  type ContextSizeOptions,
  contextSizeRouter,
  type ModelWindow,
} from "./routing/context-size-router.js";
export { type DefaultRouterOptions, defaultRouter } from "./routing/default-router.js";
export {
  defaultDomains,
  defaultKeywords,
  defaultTable,
  defaultUserTiers,
  type Keywords,
} from "./routing/default-tables.js";
export { domainRouter } from "./routing/domain-router.js";
export { type ErrorCostOptions, errorCostRouter } from "./routing/error-cost-router.js";
export { cheapestStart, type HistoryOptions, historyRouter } from "./routing/history-router.js";
export { keywordRouter } from "./routing/keyword-router.js";
export { plannerRouter } from "./routing/planner-router.js";
export { changedTable, proposeTable, type TableChange, type TableTerms } from "./routing/propose-table.js";
export { type RequirementsOptions, requirementsRouter } from "./routing/requirements-router.js";
export {
  type Opinion,
  type Proposal,
  type RouteQuestion,
  type Router,
  type Routing,
  router,
  type StepCost,
} from "./routing/router.js";
export { split } from "./routing/split.js";
export { expectedCosts, type Rung, type Start, startTier } from "./routing/start-tier.js";
export { type TableRow, tableRouter } from "./routing/table-router.js";
export type { RoutingTerms } from "./routing/terms.js";
export { userTierRouter } from "./routing/user-tier-router.js";
export type { AcceptedBy } from "./run/accepted-by.js";
export type { Sample } from "./run/sample.js";
