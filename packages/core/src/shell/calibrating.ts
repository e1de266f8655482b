import { rowsOf } from "../calibration/calibrate.js";
import { type CalibrationRow, MOST_ROWS } from "../calibration/calibration-row.js";
import { type Trend, trendsOf } from "../calibration/trends.js";
import type { RunStore } from "../ports/run-store.js";
import type { Fact } from "../run/events.js";
import type { RunState } from "../run/state.js";
import type { Context } from "./assemble.js";
import { mayBeGolden } from "./golden-goal.js";
import { isOver, learnFrom } from "./learning.js";

/** What the runs of a store that have ended teach of where tasks should start. */
export interface Calibrated {
  readonly runs: number;
  /** Runs that were left out, since their logs cannot be read. */
  readonly unread: number;
  readonly rows: readonly CalibrationRow[];
  readonly trends: readonly Trend[];
}

const NOTHING: Calibrated = { runs: 0, unread: 0, rows: [], trends: [] };
/** How far back golden sets are looked for: they are done seldom, and many other runs come between. */
const GOLDEN_AMONG = 500;

/** What the latest runs of the store that have ended teach. */
export async function calibrate(
  { store }: Pick<Context, "store">,
  { routing }: Pick<RunState, "routing">,
): Promise<Fact<"calibration.loaded">> {
  // A store that cannot list its runs teaches nothing; that it cannot record any is said elsewhere.
  const found = await calibrationIn(store, routing?.learnFrom ?? 0).catch(() => NOTHING);
  return { type: "calibration.loaded", ...found };
}

/** What the latest runs that have ended teach, with the golden sets before them for a baseline. */
export async function calibrationIn(store: RunStore, latest: number): Promise<Calibrated> {
  const listed = await store.list(Math.max(latest, GOLDEN_AMONG));
  const { runs, unread } = await learnFrom(
    store,
    listed.filter((run, index) => isOver(run) && (index < latest || mayBeGolden(run))),
  );
  const own = runs.filter(({ golden }) => golden === null);
  return {
    runs: own.length,
    unread,
    rows: rowsOf(own.flatMap(({ lessons }) => lessons)).slice(0, MOST_ROWS),
    trends: trendsOf(runs).slice(0, MOST_ROWS),
  };
}
