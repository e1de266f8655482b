import type { ShadowSample, ShadowTerms } from "./shadow.js";
import { findingOf, gradeKey, type ShadowState } from "./shadow-state.js";

/** What became of one accepted attempt that was graded again. */
export interface ShadowLine {
  readonly taskId: string;
  readonly kind: string;
  readonly role: string;
  /** Where the attempt was made. */
  readonly tier: string;
  /** Who reviewed it; `null` when a rule spared the review. */
  readonly reviewTier: string | null;
  /** Who reviewed it again. */
  readonly regradedAt: string;
  /** `blamed`: an input is at fault, and not this attempt. `none`: no answer was had. */
  readonly verdict: "upheld" | "overturned" | "blamed" | "none";
  readonly reason: string;
  /** Where the task was tried one tier lower; `null` when it was not. */
  readonly loweredTo: string | null;
  /**
   * `as_good`: in both orders the lower output was preferred or found as good. `worse`: in both orders the accepted one
   * was preferred, or the lower one fails its checks. `undecided`: the orders disagree. `none`: it was not compared.
   */
  readonly lowered: "as_good" | "worse" | "undecided" | "none";
  readonly loweredReason: string;
}

/** What grading a run again came to: the answer of a shadow run. */
export interface ShadowReport {
  readonly ofRunId: string;
  readonly samples: readonly ShadowLine[];
  /** Attempts that a stronger reviewer accepted or overturned. */
  readonly regraded: number;
  readonly upheld: number;
  /** Tasks whose attempt one tier lower was compared with the accepted one. */
  readonly loweredTried: number;
  readonly loweredAsGood: number;
  /** What is not in the figures, each in a line. */
  readonly notes: readonly string[];
}

/** What was found so far, sample by sample and in all. */
export function shadowReport(shadow: ShadowState): ShadowReport {
  const samples = shadow.terms.samples.map((sample) => shadowLine(shadow, sample));
  const having = (field: "verdict" | "lowered", ...words: readonly string[]): number =>
    samples.filter((line) => words.includes(line[field])).length;
  return {
    ofRunId: shadow.terms.ofRunId,
    samples,
    regraded: having("verdict", "upheld", "overturned"),
    upheld: having("verdict", "upheld"),
    loweredTried: having("lowered", "as_good", "worse", "undecided"),
    loweredAsGood: having("lowered", "as_good"),
    notes: notesOn(shadow.terms),
  };
}

/** What was found of one sample so far. */
export function shadowLine(shadow: ShadowState, sample: ShadowSample): ShadowLine {
  const { task, tier, reviewTier, regradeAt } = sample;
  return {
    taskId: task.id,
    kind: task.kind,
    role: task.role,
    tier,
    reviewTier,
    regradedAt: regradeAt,
    ...verdictOn(shadow, sample),
    ...comparisonOf(shadow, sample),
  };
}

const VERDICTS = { accept: "upheld", rerun: "overturned", blame: "blamed" } as const;

function verdictOn(shadow: ShadowState, sample: ShadowSample): Pick<ShadowLine, "verdict" | "reason"> {
  const found = findingOf(shadow, sample, "review");
  if (found === undefined) return { verdict: "none", reason: faultOn(shadow, sample, ["review"]) };
  return { verdict: VERDICTS[found.verdict], reason: found.reason };
}

type Lowered = Pick<ShadowLine, "loweredTo" | "lowered" | "loweredReason">;

function comparisonOf(shadow: ShadowState, sample: ShadowSample): Lowered {
  const { task, lowerTo } = sample;
  if (lowerTo === null || !shadow.grades.has(gradeKey(task.id, "execute")))
    return { loweredTo: null, lowered: "none", loweredReason: "" };
  const lower = findingOf(shadow, sample, "execute");
  if (lower !== undefined && lower.issues.length > 0)
    return { loweredTo: lowerTo, lowered: "worse", loweredReason: lower.issues.join(" ") };
  // The accepted output comes first in one order and last in the other.
  const [ab, ba] = [findingOf(shadow, sample, "compare_ab"), findingOf(shadow, sample, "compare_ba")];
  if (ab === undefined || ba === undefined) {
    const reason = faultOn(shadow, sample, ["execute", "compare_ab", "compare_ba"]);
    return { loweredTo: lowerTo, lowered: "none", loweredReason: reason };
  }
  const worse = [ab.better === "first", ba.better === "second"];
  const lowered = worse.every(Boolean) ? "worse" : worse.some(Boolean) ? "undecided" : "as_good";
  return { loweredTo: lowerTo, lowered, loweredReason: `${ab.reason} ${ba.reason}`.trim() };
}

/** Why steps brought no answer. */
function faultOn(
  { grades }: ShadowState,
  { task }: ShadowSample,
  steps: readonly ("review" | "execute" | "compare_ab" | "compare_ba")[],
): string {
  const faults = steps.flatMap((step) => grades.get(gradeKey(task.id, step))?.fault?.message ?? []);
  return faults[0] ?? "";
}

function notesOn({ oneDown, samples, leftOut, share }: ShadowTerms): readonly string[] {
  const notes: string[] = [];
  if (samples.length === 0)
    notes.push(`No accepted attempt is of the sample of ${share * 100} %. Ask for a larger share.`);
  if (leftOut > 0)
    notes.push(`${leftOut} more are of the sample, and are too many or too large for one run.`);
  if (oneDown === "unavailable")
    notes.push("Nothing was tried one tier lower: these agents do not compare outputs.");
  return notes;
}
