import { calibrationOf } from "../calibration/calibrate.js";
import { MOST_ROWS } from "../calibration/calibration-row.js";
import { type EventType, type Fact, type RunEvent, TERMINAL_EVENTS } from "../run/events.js";
import type { RunState } from "../run/state.js";
import type { Context } from "./assemble.js";

/** What the latest runs of the store that have ended teach. */
export async function calibrate(
  { store }: Pick<Context, "store">,
  { routing }: Pick<RunState, "routing">,
): Promise<Fact<"calibration.loaded">> {
  const nothing: Fact<"calibration.loaded"> = { type: "calibration.loaded", runs: 0, unread: 0, rows: [] };
  try {
    const runs = await store.list(routing?.learnFrom ?? 0);
    const ended = runs.filter(({ lastRunEvent }) => TERMINAL_EVENTS.includes(lastRunEvent as EventType));
    const logs: (readonly RunEvent[])[] = [];
    // One after the other: a store has better things to do than to read many logs at once.
    for (const { runId } of ended) logs.push(await store.read(runId).catch(() => []));
    const read = logs.filter(({ length }) => length > 0);
    const rows = calibrationOf(read).slice(0, MOST_ROWS);
    return { ...nothing, runs: read.length, unread: logs.length - read.length, rows };
  } catch {
    // A store that cannot list its runs teaches nothing; that it cannot record any is said elsewhere.
    return nothing;
  }
}
