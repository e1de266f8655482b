import type { CalibrationRow } from "../calibration/calibration-row.js";
import type { Task } from "../plan/plan.js";
import type { Confidence } from "../run/confidence.js";
import type { Classification } from "./classification.js";

/** What one attempt at a tier and its review are likely to cost now, in micro-dollars. */
export interface StepCost {
  readonly attempt: number;
  readonly review: number;
}

/** What a router is asked: where a task that is about to start is to start. */
export interface RouteQuestion {
  readonly goal: string;
  /** As the plan has it: its `tier` and `tierReason` are the planner's proposal. */
  readonly task: Task;
  /** Cheapest first. */
  readonly ladder: readonly string[];
  /** The model of each tier. */
  readonly models: { readonly [tier: string]: { readonly model: string } };
  /** The lowest and the highest tier that the task's role may start at. */
  readonly bounds: { readonly minTier: string; readonly maxTier: string };
  /** What an attempt will be shown, instructions and accepted inputs included; as a rule one for four characters. */
  readonly contextTokens: number;
  /** What the run was submitted with; `null` when nobody said. */
  readonly domain: string | null;
  readonly userTier: string | null;
  /** `null` when no model was asked, or it brought no answer. */
  readonly classification: Classification | null;
  /** What earlier runs taught. */
  readonly calibration: readonly CalibrationRow[];
  /** `null` when nobody can say. */
  readonly costOf: (tier: string) => StepCost | null;
}

/** Where a router would start a task, and why. */
export interface Proposal {
  /** The name of the router. */
  readonly router: string;
  readonly tier: string;
  /** In a sentence, with the figures it rests on. */
  readonly reason: string;
  readonly confidence: Confidence;
  /** The most that the first attempt may write, in tokens; `null` leaves it to the agents. */
  readonly maxTokens: number | null;
}

/** What came of a question: the proposal that won, and all that were made. */
export interface Routing {
  /** `null` when nothing was proposed. */
  readonly winner: Proposal | null;
  readonly proposals: readonly Proposal[];
}

/** Says where tasks start. Pure: the same question has the same answer. */
export interface Router {
  /** What it is made of, such as `firstOf(keyword, planner)`. */
  readonly name: string;
  /** The tier whose model is asked to classify each task first. @default nobody is asked */
  readonly classifier?: string;
  readonly route: (question: RouteQuestion) => Routing;
}

/** What a leaf router answers: a tier that is not on the ladder, or nothing, proposes nothing. */
export type Opinion = Pick<Proposal, "tier" | "reason" | "confidence"> & Partial<Pick<Proposal, "maxTokens">>;

/** A router that makes at most one proposal of its own. */
export function router(
  name: string,
  propose: (question: RouteQuestion) => Opinion | undefined,
  classifier?: string,
): Router {
  return {
    name,
    ...(classifier === undefined ? {} : { classifier }),
    route: (question) => {
      const opinion = propose(question);
      if (opinion === undefined || !question.ladder.includes(opinion.tier)) return NOTHING;
      const { tier, reason, confidence, maxTokens = null } = opinion;
      const winner = { router: name, tier, reason, confidence, maxTokens };
      return { winner, proposals: [winner] };
    },
  };
}

const NOTHING: Routing = { winner: null, proposals: [] };
