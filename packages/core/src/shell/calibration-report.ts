import type { Alarm } from "../calibration/alarm.js";
import { alarmsIn } from "../calibration/alarm-watch.js";
import { proposeSamples, type SampleProposal } from "../calibration/propose-samples.js";
import { topTier } from "../ladder.js";
import type { Task } from "../plan/plan.js";
import { changedTable, proposeTable, type TableChange } from "../routing/propose-table.js";
import type { StepCost } from "../routing/router.js";
import type { TableRow } from "../routing/table-router.js";
import { initialState } from "../run/state.js";
import { stepCostOf } from "../run/step-cost.js";
import type { Context } from "./assemble.js";
import { type Calibrated, calibrationIn } from "./calibrating.js";

/** What is looked at for a report. */
export interface CalibrationOptions {
  /** The routing table that holds now. @default none: kinds start where most of their tasks started */
  readonly table?: { readonly [kind: string]: TableRow };
  /** How many of the latest runs. @default the orchestrator's `learnFrom` */
  readonly learnFrom?: number;
}

/** What earlier runs teach, and what a person may make of it. Nothing is changed by it. */
export interface CalibrationReport extends Calibrated {
  /** What they raise the alarm about. */
  readonly alarms: readonly Alarm[];
  readonly changes: readonly TableChange[];
  /** The table with the changes in it, as `tableRouter` takes it. */
  readonly table: { readonly [kind: string]: TableRow };
  /** Kinds of which a sample of reviews would do. */
  readonly samples: readonly SampleProposal[];
}

/** Reads what the runs of the store teach, and proposes what follows at the prices of now. */
export async function reportCalibration(
  { store, options, checked }: Context,
  { table = {}, learnFrom = checked.learnFrom }: CalibrationOptions,
): Promise<CalibrationReport> {
  const { team } = checked;
  const { ladder, executors, reviewer } = team;
  const found = await calibrationIn(store, learnFrom);
  const state = { ...initialState(), team, calibration: found.rows };
  const { priceOf, sizeOf } = options.agents;
  const costOf = (kind: string, role: string, tier: string): StepCost | null =>
    stepCostOf(tier, state, { ...SOME, kind, role }, { priceOf, sizeOf, review: team.reviewPolicy });
  const known = found.rows.filter(({ tier }) => ladder.includes(tier));
  const changes = proposeTable(known, {
    ladder,
    table,
    boundsOf: (role) => own(executors, role) ?? { minTier: ladder[0] as string, maxTier: topTier(ladder) },
    ...(priceOf === undefined ? {} : { costOf }),
  });
  return {
    ...found,
    alarms: alarmsIn(found.rows, found.trends, topTier(ladder)),
    changes,
    table: changedTable(table, changes, ladder),
    samples: proposeSamples(found.rows, reviewer.sample),
  };
}

/** A task of which nothing is known but its kind and role. */
const SOME: Task = {
  id: "any",
  title: "",
  brief: "",
  role: "",
  kind: "",
  tier: "",
  plannedTier: "",
  tierReason: "",
  errorCost: "low",
  criteria: [],
  dependsOn: [],
};

function own<Value>(record: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
