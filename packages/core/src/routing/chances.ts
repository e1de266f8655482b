import type { CalibrationRow, ShadowCounts } from "../calibration/calibration-row.js";
import { intervalOf } from "../calibration/interval.js";
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
  /** How many of the cases were tried on the side, and compared with what was accepted one tier higher. @default none */
  readonly tried?: number;
  /** What grading again came to, of what was accepted there. @default nothing was graded */
  readonly shadow?: ShadowCounts;
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
  const measured = ladder.flatMap((tier) => measure(tier, rows, ladder, enough) ?? []);
  const word: Chance | undefined =
    said === undefined ? undefined : { tier: said.tier, accepted: SAID[said.confidence], cases: 0, hits: 0 };
  const chances = tiers.map((tier) => {
    const own = measured.find((chance) => chance.tier === tier);
    return own ?? inferred(tier, nearest(tier, measured, ladder) ?? word, ladder);
  });
  return chances.includes(undefined) ? undefined : (chances as Chance[]);
}

function measure(
  tier: string,
  rows: readonly CalibrationRow[],
  ladder: readonly string[],
  enough: number,
): Chance | undefined {
  const { accepted = 0, escalated = 0, shadow } = rows.find((row) => row.tier === tier) ?? {};
  const above = rows.find((row) => ladder.indexOf(row.tier) === ladder.indexOf(tier) + 1)?.shadow;
  // What was tried here on the side is a case like any other: as good as what was accepted one tier higher, or not.
  const [tried, asGood] = [above?.loweredTried ?? 0, above?.loweredAsGood ?? 0];
  const cases = accepted + escalated + tried;
  if (cases < enough) return undefined;
  const hits = accepted + asGood;
  const standing = accepted * standingShare(shadow) + asGood;
  // As if one more had been accepted and one more not: few cases make nothing certain.
  return {
    tier,
    accepted: (standing + 1) / (cases + 2),
    cases,
    hits,
    ...(tried === 0 ? {} : { tried }),
    ...(shadow === undefined ? {} : { shadow }),
  };
}

/** As if so many more had been upheld: one that is overturned may be the stronger reviewer's own error. */
const TRUSTED = 4;

/**
 * Of what was accepted, the share that is taken to stand: what was graded again is a sample of it, so what was overturned
 * there counts for all as often.
 */
function standingShare(shadow: ShadowCounts | undefined): number {
  return shadow === undefined ? 1 : (shadow.upheld + TRUSTED) / (shadow.regraded + TRUSTED);
}

/** Of what is accepted at a tier, no more than this may be overturned, for sure, when tasks are to start there. */
const MOST_OVERTURNED = 0.1;

/** Whether too much of what was accepted at a tier does not stand: then its reviews find too little, at any price. */
export function isDoubted({ shadow }: Chance): boolean {
  if (shadow === undefined) return false;
  const { regraded, upheld } = shadow;
  return intervalOf(regraded - upheld, regraded).low > MOST_OVERTURNED;
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
