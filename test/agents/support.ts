import type {
  CallJournal,
  ClassifyRequest,
  ExecuteRequest,
  PlanRequest,
  ReviewRequest,
  Task,
  TeamData,
} from "@terrace/core";
import { claudeTeam } from "../../packages/agents/src/claude-team.js";
import { DEFAULT_PLAN_LIMITS } from "../../packages/core/src/plan/plan.js";

/** A journal that nobody reads. */
const noCalls: CallJournal = {
  recorded: () => undefined,
  pending: () => undefined,
  left: () => null,
  sent: async () => "call_1",
  batched: async () => {},
  answered: async () => {},
  failed: async () => {},
};

const asked = {
  runId: "run_1",
  retry: 0,
  urgency: "live",
  prices: [],
  calls: noCalls,
  goal: "Compare the two offers and recommend one.",
} as const;
const route = { tier: "haiku", model: "claude-haiku-5-5", effort: null };

/** A task, with whatever a test changes in it. */
export const task = (changes: Partial<Task> = {}): Task => ({
  id: "compare",
  title: "Compare the offers",
  brief: "Compare both offers by price and notice period. One sentence each.",
  role: "worker",
  kind: "compare",
  tier: "haiku",
  plannedTier: "haiku",
  tierReason: "Both figures stand in the offers.",
  errorCost: "low",
  criteria: ["Names the price of each offer.", "Names the notice period of each offer."],
  dependsOn: [],
  ...changes,
});

export const planRequest = (changes: Partial<PlanRequest> = {}): PlanRequest => ({
  ...asked,
  route: { ...route, tier: "opus", model: "claude-opus-5-5" },
  signal: new AbortController().signal,
  team: claudeTeam as TeamData,
  limits: DEFAULT_PLAN_LIMITS,
  attempt: 1,
  issues: [],
  after: undefined,
  ...changes,
});

export const classifyRequest = (changes: Partial<ClassifyRequest> = {}): ClassifyRequest => ({
  ...asked,
  route,
  signal: new AbortController().signal,
  task: task(),
  ...changes,
});

export const executeRequest = (changes: Partial<ExecuteRequest> = {}): ExecuteRequest => ({
  ...asked,
  route,
  signal: new AbortController().signal,
  task: task(),
  instructions: "You compare offers.",
  attempt: 1,
  reason: "first",
  inputs: [],
  draft: undefined,
  fault: undefined,
  outputSchema: undefined,
  ...changes,
});

export const reviewRequest = (changes: Partial<ReviewRequest> = {}): ReviewRequest => ({
  ...asked,
  route: { ...route, tier: "sonnet", model: "claude-sonnet-5-5" },
  signal: new AbortController().signal,
  task: task(),
  instructions: "",
  attempt: 1,
  executedAt: "haiku",
  output: "Offer A costs 900 with 3 months' notice. Offer B costs 1,100 with 1 month's notice.",
  inputs: [],
  issues: [],
  ...changes,
});

/** The accepted output of another task. */
export const offers = {
  taskId: "offers",
  title: "Extract the offers",
  output: "A: 900, 3 months. B: 1,100, 1 month.",
  tier: "haiku",
  attempt: 1,
  acceptedBy: "reviewer",
} as const;
