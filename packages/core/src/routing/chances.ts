import type { CalibrationRow } from "../calibration/calibration-row.js";
import type { Task } from "../plan/plan.js";
import type { Confidence } from "../run/confidence.js";
import type { Proposal, RouteQuestion } from "./router.js";

/** How likely an output is to be accepted at a tier, and how many cases taught it. */
export interface Chance {
  readonly tier: string;
  /** From 0 to 1. */
  readonly accepted: number;
  /** 0 when it is only inferred. */
  readonly cases: number;
  /** How many of them were accepted. */
  readonly hits: number;
}

/** What chances are asked for. */
export interface ChanceQuestion extends Pick<RouteQuestion, "ladder" | "bounds" | "calibration"> {
  readonly task: Pick<Task, "kind" | "role">;
}

/** What a word of a planner or a router is taken for, where nothing was measured. */
const SAID: { readonly [Word in Confidence]: number } = { high: 0.9, medium: 0.75, low: 0.5 };

/** Nothing is taken for surer than this to fail, where it is only inferred. */
const MOST_FAILING = 0.95;

/**
 * How likely outputs of a task are to be accepted at each tier that its role may start at, the cheapest first.
 *
 * Measured where at least `enough` outputs of the kind and role were judged; else inferred from the nearest tier that was
 * measured, or from a proposal: what fails there fails half as often one tier higher, and twice as often one lower.
 * `undefined` when there is neither.
 */
export function chancesOf(
  { task, ladder, bounds, calibration }: ChanceQuestion,
  enough: number,
  said?: Proposal,
): readonly Chance[] | undefined {
  const tiers = ladder.slice(ladder.indexOf(bounds.minTier), ladder.indexOf(bounds.maxTier) + 1);
  const rows = calibration.filter(({ kind, role }) => kind === task.kind && role === task.role);
  const measured = rows.flatMap((row) => measure(row, enough) ?? []);
  const word: Chance | undefined =
    said === undefined ? undefined : { tier: said.tier, accepted: SAID[said.confidence], cases: 0, hits: 0 };
  const chances = tiers.map((tier) => {
    const own = measured.find((chance) => chance.tier === tier);
    return own ?? inferred(tier, nearest(tier, measured, ladder) ?? word, ladder);
  });
  return chances.includes(undefined) ? undefined : (chances as Chance[]);
}

function measure({ tier, accepted, escalated }: CalibrationRow, enough: number): Chance | undefined {
  const cases = accepted + escalated;
  if (cases < enough) return undefined;
  // As if one more had been accepted and one more not: few cases make nothing certain.
  return { tier, accepted: (accepted + 1) / (cases + 2), cases, hits: accepted };
}

function nearest(tier: string, chances: readonly Chance[], ladder: readonly string[]): Chance | undefined {
  const away = (chance: Chance): number => Math.abs(ladder.indexOf(chance.tier) - ladder.indexOf(tier));
  return [...chances].sort((a, b) => away(a) - away(b))[0];
}

function inferred(tier: string, from: Chance | undefined, ladder: readonly string[]): Chance | undefined {
  if (from === undefined) return undefined;
  const higher = ladder.indexOf(tier) - ladder.indexOf(from.tier);
  const failing = Math.min(MOST_FAILING, (1 - from.accepted) * 2 ** -higher);
  return { tier, accepted: 1 - failing, cases: 0, hits: 0 };
}
