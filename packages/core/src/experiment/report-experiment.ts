import type { RunEvent } from "../run/events.js";
import { type Difference, differenceOf, type Pair, type Part, ratioOf } from "./estimate.js";
import type { Arm } from "./mark.js";
import { type Trial, trialOf } from "./trial.js";

/** What an experiment compares. */
export type Measure = "usdPerAccepted" | "acceptance" | "escalation" | "workedMs";

/** One arm in one stratum, or in all. */
export interface ArmFigures {
  readonly runs: number;
  readonly tasks: number;
  /** US dollars for each task that a reviewer or a rule accepted; `null` when none was. */
  readonly usdPerAccepted: number | null;
  /** Of the tasks, the share that a reviewer or a rule accepted. */
  readonly acceptance: number | null;
  /** Of the tasks, the share that was re-run at a higher tier. */
  readonly escalation: number | null;
  /** Of a run, at work; in milliseconds. */
  readonly workedMs: number | null;
}

/** Treatment less control, and how sure that is. */
export interface MeasuredDifference extends Difference {
  /** Whether the bounds leave 0 out. */
  readonly isClear: boolean;
  /** About how many runs more, over both arms, would make a difference of this size clear; `null` when it is, or is 0. */
  readonly runsMore: number | null;
}

/** Both arms side by side. */
export interface StratumReport {
  readonly stratum: string;
  readonly control: ArmFigures;
  readonly treatment: ArmFigures;
  /** `null` for what cannot be said yet. */
  readonly differences: { readonly [Each in Measure]: MeasuredDifference | null };
}

/** What an experiment came to so far. */
export interface ExperimentReport {
  readonly name: string;
  /** Over all strata: the differences are those within strata, weighted by how many runs each has. */
  readonly overall: StratumReport;
  readonly strata: readonly StratumReport[];
  /** What must be known of the figures, each in a line: where there is too little data, and how much more it takes. */
  readonly notes: readonly string[];
}

/** Fewer runs than these in an arm of a stratum say nothing: an interval over them is none. */
const FEW = 10;

const PARTS: { readonly [Each in Measure]: (trial: Trial) => Part } = {
  usdPerAccepted: ({ microUsd, accepted }) => ({ of: microUsd, per: 1e6 * accepted }),
  acceptance: ({ accepted, tasks }) => ({ of: accepted, per: tasks }),
  escalation: ({ escalated, tasks }) => ({ of: escalated, per: tasks }),
  workedMs: ({ workedMs }) => ({ of: workedMs, per: 1 }),
};
const MEASURES = Object.keys(PARTS) as readonly Measure[];
const NAMES: { readonly [Each in Measure]: string } = {
  usdPerAccepted: "the cost per accepted task",
  acceptance: "acceptance",
  escalation: "escalation",
  workedMs: "the time at work",
};

/** What the runs of an experiment came to, from their logs; those of others, and those that have not ended, are left out. */
export function reportExperiment(name: string, logs: Iterable<readonly RunEvent[]>): ExperimentReport {
  const trials: Trial[] = [];
  for (const log of logs) {
    const trial = trialOf(name, log);
    if (trial !== undefined) trials.push(trial);
  }
  return compareArms(name, trials);
}

/** The same from figures. */
export function compareArms(name: string, trials: readonly Trial[]): ExperimentReport {
  const names = [...new Set(trials.map(({ stratum }) => stratum))].sort();
  const of = (stratum: string): readonly Trial[] => trials.filter((trial) => trial.stratum === stratum);
  const strata = names.map((stratum) => stratumReport(stratum, of(stratum), [of(stratum)]));
  const overall = stratumReport("", trials, names.map(of));
  return { name, overall, strata, notes: notesOn(strata, overall) };
}

function stratumReport(
  stratum: string,
  trials: readonly Trial[],
  strata: readonly (readonly Trial[])[],
): StratumReport {
  const differences = MEASURES.map((measure) => [measure, differenceIn(measure, strata)]);
  return {
    stratum,
    control: figuresOf(armIn(trials, "control")),
    treatment: figuresOf(armIn(trials, "treatment")),
    differences: Object.fromEntries(differences) as StratumReport["differences"],
  };
}

function armIn(trials: readonly Trial[], arm: Arm): readonly Trial[] {
  return trials.filter((trial) => trial.arm === arm);
}

function figuresOf(trials: readonly Trial[]): ArmFigures {
  const share = (measure: Measure): number | null => {
    const parts = trials.map(PARTS[measure]);
    const per = parts.reduce((sum, part) => sum + part.per, 0);
    return per === 0 ? null : parts.reduce((sum, part) => sum + part.of, 0) / per;
  };
  return {
    runs: trials.length,
    tasks: trials.reduce((sum, { tasks }) => sum + tasks, 0),
    usdPerAccepted: share("usdPerAccepted"),
    acceptance: share("acceptance"),
    escalation: share("escalation"),
    workedMs: share("workedMs"),
  };
}

/** Over the strata that have enough runs in both arms. */
function differenceIn(measure: Measure, strata: readonly (readonly Trial[])[]): MeasuredDifference | null {
  const pairs = strata.flatMap((trials): readonly Pair[] => {
    if (isThin(trials)) return [];
    const [control, treatment] = (["control", "treatment"] as const).map((arm) =>
      ratioOf(armIn(trials, arm).map(PARTS[measure])),
    );
    return control === undefined || treatment === undefined
      ? []
      : [{ control, treatment, weight: trials.length }];
  });
  const found = differenceOf(pairs);
  if (found === undefined) return null;
  const { value, low, high } = found;
  const isClear = low > 0 || high < 0;
  const runs = pairs.reduce((sum, { weight }) => sum + weight, 0);
  // The bounds close in with the root of the number of runs.
  const times = value === 0 ? Number.POSITIVE_INFINITY : ((high - low) / 2 / value) ** 2;
  const runsMore = isClear || !Number.isFinite(times) ? null : Math.max(1, Math.ceil(runs * (times - 1)));
  return { value, low, high, isClear, runsMore };
}

function isThin(trials: readonly Trial[]): boolean {
  return armIn(trials, "control").length < FEW || armIn(trials, "treatment").length < FEW;
}

function notesOn(strata: readonly StratumReport[], { differences }: StratumReport): readonly string[] {
  const thin = strata.flatMap(({ stratum, control, treatment }) =>
    (["control", "treatment"] as const).flatMap((arm) => {
      const { runs } = arm === "control" ? control : treatment;
      if (runs >= FEW) return [];
      return `Too little data on ${JSON.stringify(stratum)}: the ${arm} has ${runs} ${runs === 1 ? "run" : "runs"} that ended, of at least ${FEW}.`;
    }),
  );
  const unclear = MEASURES.flatMap((measure) => {
    const found = differences[measure];
    if (found === null || found.isClear) return [];
    const more =
      found.runsMore === null
        ? "there is none so far."
        : `about ${found.runsMore} more runs would settle one as large as this.`;
    return `Whether the arms differ in ${NAMES[measure]} is not clear: ${more}`;
  });
  return [...(strata.length === 0 ? ["No run of this experiment has ended."] : []), ...thin, ...unclear];
}
