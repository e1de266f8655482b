import { grantedTools } from "../plan/granted-tools.js";
import type { Task } from "../plan/plan.js";
import type { Material, SizeOf } from "../ports/size-of.js";
import type { Confidence } from "../run/confidence.js";
import type { Policy } from "../run/decide-task.js";
import type { JsonValue } from "../run/json.js";
import type { Limits } from "../run/limits.js";
import { reviewTier } from "../run/review-policy.js";
import { routeTo } from "../run/route-to.js";
import type { Urgency } from "../run/urgency.js";
import type { TeamData } from "../team.js";
import { costOf, type DatedPricing } from "./cost-of.js";
import type { Estimate, Range } from "./range.js";

/** What the stay of a task at a tier is worked out from. */
export interface StayBasis {
  readonly goal: string;
  readonly team: TeamData;
  readonly limits: Limits;
  readonly policy: Policy;
  readonly task: Task;
  readonly urgency: Urgency;
  /** The outputs that the task works from. */
  readonly inputs: readonly Material[];
  readonly outputSchema: JsonValue | undefined;
  readonly sizeOf: SizeOf;
  readonly pricing: DatedPricing;
}

/** What a task comes to at one tier: its attempts there, and their reviews. */
export interface Stay extends Estimate {
  readonly tier: string;
  /** What an attempt at it writes. */
  readonly outputTokens: Range;
}

/**
 * What a task comes to at a tier. Likely: one attempt and one review, of an executor that is fairly sure. At most: every
 * repair and retry that the limits allow, each attempt with a draft and findings before it, and the dearest reviewer.
 */
export function stayAt(tier: string, basis: StayBasis): Stay {
  const { team, task, limits, policy, inputs } = basis;
  const { ladder } = team;
  const attempt = costsAt(tier, "execute", inputs, basis);
  const draft: Material = { title: task.title, tokens: attempt.outputTokens };
  const reviewers = new Map(
    ladder
      .slice(ladder.indexOf(tier))
      .map((each) => [each, costsAt(each, "review", [...inputs, draft], basis)]),
  );
  const findings = [...reviewers.values()].map(({ outputTokens }) => ({ title: "", tokens: outputTokens }));
  const again = costsAt(tier, "execute", [...inputs, draft, ...findings.slice(0, 1)], basis);
  const { errorCost } = task;
  const reviewerFor = (confidence: Confidence): string =>
    reviewTier(policy, { ladder, tier, confidence, errorCost });
  const costs = [attempt, again, ...reviewers.values()].map(({ microUsd }) => microUsd);
  const tries = (1 + limits.maxRepairs) * (1 + limits.maxRetries);
  const reviews = tries * (1 + limits.maxRepairs);
  const { turns } = attempt;
  const calls = { least: 1 + turns.least, likely: 1 + turns.likely, most: tries * turns.most + reviews };
  const { outputTokens } = attempt;
  if (costs.includes(null)) return { tier, microUsd: null, calls, outputTokens };
  const cost = (of: { readonly microUsd: Range | null } | undefined): Range => of?.microUsd as Range;
  const words: readonly Confidence[] = ["high", "medium", "low"];
  const cheapest = Math.min(...words.map((word) => cost(reviewers.get(reviewerFor(word))).least));
  const dearest = Math.max(...[...reviewers.values()].map((reviewer) => cost(reviewer).most));
  const microUsd = {
    least: cost(attempt).least + cheapest,
    likely: cost(attempt).likely + cost(reviewers.get(reviewerFor("medium"))).likely,
    most: tries * cost(again).most + reviews * dearest,
  };
  return { tier, microUsd, calls, outputTokens };
}

function costsAt(
  tier: string,
  purpose: "execute" | "review",
  material: readonly Material[],
  { goal, team, task, urgency, outputSchema, sizeOf, pricing }: StayBasis,
): { readonly microUsd: Range | null; readonly outputTokens: Range; readonly turns: Range } {
  const isExecution = purpose === "execute";
  const role = isExecution ? team.executors[task.role] : undefined;
  const route = isExecution ? routeTo(team, tier, task.role) : routeTo(team, tier);
  const { instructions } = role ?? (isExecution ? { instructions: "" } : team.reviewer);
  const granted = isExecution ? grantedTools(task, team) : [];
  const turnsAllowed = role?.maxTurns === undefined ? {} : { maxTurns: role.maxTurns };
  const tools = granted.length === 0 ? {} : { tools: granted, ...turnsAllowed };
  const size = sizeOf({ purpose, route, goal, instructions, task, material, outputSchema, ...tools });
  const { outputTokens, turns = ONE } = size;
  const cost = costOf(route.model, size, granted.length === 0 ? urgency : "live", pricing);
  return { microUsd: cost === null ? null : times(cost, turns), outputTokens, turns };
}

const ONE: Range = { least: 1, likely: 1, most: 1 };

function times(range: Range, by: Range): Range {
  return { least: range.least * by.least, likely: range.likely * by.likely, most: range.most * by.most };
}
