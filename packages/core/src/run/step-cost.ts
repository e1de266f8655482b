import type { CalibrationRow, CallSums } from "../calibration/calibration-row.js";
import type { Task } from "../plan/plan.js";
import { NO_USAGE } from "../ports/call-journal.js";
import type { PriceOf } from "../ports/price-of.js";
import type { CallSize, SizeOf } from "../ports/size-of.js";
import type { StepCost } from "../routing/router.js";
import { type ReviewPolicy, type ReviewPolicyName, reviewTier } from "./review-policy.js";
import { routeTo } from "./route-to.js";
import type { RunState } from "./state.js";

/** What the cost of a step depends on in a run. */
type Costed = Pick<RunState, "goal" | "team" | "calibration" | "urgency">;

/** What says what a step costs. */
export interface StepCosting {
  readonly priceOf: PriceOf | undefined;
  readonly sizeOf: SizeOf | undefined;
  readonly review: ReviewPolicyName | ReviewPolicy;
}

/** Answered calls below which their tokens teach nothing. */
const FEW = 5;

/**
 * What an attempt at a tier and its review are likely to cost at the prices of now: with the tokens that such tasks took
 * there, else at any tier, else as many as agents expect. `null` when a price or a size is unknown.
 */
export function stepCostOf(tier: string, state: Costed, task: Task, costing: StepCosting): StepCost | null {
  const { ladder } = state.team;
  const { errorCost } = task;
  const reviewer = reviewTier(costing.review, { ladder, tier, confidence: "medium", errorCost });
  const rows = (state.calibration ?? []).filter(({ kind, role }) => kind === task.kind && role === task.role);
  const cost = (purpose: "execute" | "review", at: string): number | null => {
    const size = taught(rows, purpose, tier) ?? expected(state, task, purpose, at, costing.sizeOf);
    if (size === undefined || costing.priceOf === undefined) return null;
    const usage = { ...NO_USAGE, inputTokens: size.prompt, outputTokens: size.output };
    const urgency = task.urgency ?? state.urgency;
    const { prices } = state.team;
    return costing.priceOf(routeTo(state.team, at).model, usage, { urgency, prices })?.microUsd ?? null;
  };
  const [attempt, review] = [cost("execute", tier), cost("review", reviewer)];
  return attempt === null || review === null ? null : { attempt, review };
}

/** Tokens of a call. */
interface Size {
  readonly prompt: number;
  readonly output: number;
}

/** What such calls took on the average, at the tier if enough were made there. */
function taught(
  rows: readonly CalibrationRow[],
  purpose: "execute" | "review",
  tier: string,
): Size | undefined {
  const there = add(rows.filter((row) => row.tier === tier).map((row) => row[purpose]));
  const sums = there.calls >= FEW ? there : add(rows.map((row) => row[purpose]));
  if (sums.calls < FEW) return undefined;
  return {
    prompt: Math.round(sums.promptTokens / sums.calls),
    output: Math.round(sums.outputTokens / sums.calls),
  };
}

function add(all: readonly CallSums[]): Pick<CallSums, "calls" | "promptTokens" | "outputTokens"> {
  return all.reduce(
    (sum, { calls, promptTokens, outputTokens }) => ({
      calls: sum.calls + calls,
      promptTokens: sum.promptTokens + promptTokens,
      outputTokens: sum.outputTokens + outputTokens,
    }),
    { calls: 0, promptTokens: 0, outputTokens: 0 },
  );
}

/** What agents say that such a call will use. */
function expected(
  { goal, team }: Costed,
  task: Task,
  purpose: "execute" | "review",
  tier: string,
  sizeOf: SizeOf | undefined,
): Size | undefined {
  if (sizeOf === undefined) return undefined;
  const ask = (
    each: "execute" | "review",
    material: { title: string; tokens: CallSize["outputTokens"] }[],
  ) => {
    const instructions =
      each === "execute" ? (team.executors[task.role]?.instructions ?? "") : team.reviewer.instructions;
    const route = each === "execute" ? routeTo(team, tier, task.role) : routeTo(team, tier);
    return sizeOf({ purpose: each, route, goal, instructions, task, material, outputSchema: undefined });
  };
  const attempt = ask("execute", []);
  const size =
    purpose === "execute" ? attempt : ask("review", [{ title: task.title, tokens: attempt.outputTokens }]);
  return { prompt: size.promptTokens.likely, output: size.outputTokens.likely };
}
