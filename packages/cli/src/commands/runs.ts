import type { PauseReason, RunStore, RunSummary } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { toCount } from "../input.js";
import { describeStanding, type Standing, standingOf, statusAfter } from "../runs/standing.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { formatAge } from "../text/format.js";
import { createPalette } from "../text/palette.js";
import { safeJson, safeLine } from "../text/safe-text.js";

/** Options of `terrace runs`. */
export interface RunsOptions extends StoreOptions {
  readonly limit?: string;
  readonly json?: boolean;
}

/** One run of the list. */
interface Listed extends RunSummary {
  readonly status: Standing;
  /** Why it is paused; `null` when it is not. */
  readonly reason: PauseReason | null;
}

/** Lists the runs of the store, the newest first. */
export async function runsCommand(options: RunsOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout } = surroundings;
  const limit = toCount("--limit", options.limit, 20);
  const kept = findStore(options, await settingsOf(surroundings));
  try {
    const listed: Listed[] = [];
    for (const run of await kept.runs.list(limit)) listed.push(await standOf(kept.runs, run));
    if (options.json === true) for (const run of listed) stdout.write(`${safeJson(run)}\n`);
    else stdout.write(describeRuns(listed, Date.now(), surroundings));
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

async function standOf(runs: RunStore, run: RunSummary): Promise<Listed> {
  const status = standingOf(statusAfter(run.lastRunEvent), run.owner);
  return { ...run, status, reason: status === "paused" ? await reasonOf(runs, run) : null };
}

/** After a pause no more is recorded than what was under way. */
const TAIL = 200;

async function reasonOf(runs: RunStore, { runId, events }: RunSummary): Promise<PauseReason | null> {
  const tail = await runs.read(runId, Math.max(0, events - TAIL));
  return tail.findLast((event) => event.type === "run.paused")?.reason ?? null;
}

function describeRuns(runs: readonly Listed[], now: number, { stdout, env }: Surroundings): string {
  if (runs.length === 0) return "The store holds no run.\n";
  const { dim } = createPalette(wantsColour(stdout, env));
  const rows = runs.map(({ runId, status, reason, events, startedAt, goal }) => [
    safeLine(runId, 40),
    describeStanding(status, reason),
    String(events),
    formatAge(now - startedAt),
    goal,
  ]);
  const head = ["run", "stands", "events", "age", "goal"];
  const widths = [0, 1, 2, 3].map((at) => Math.max(...[head, ...rows].map((row) => (row[at] ?? "").length)));
  const taken = widths.reduce((sum, width) => sum + width + 2, 0);
  const room = Math.max(20, (stdout.columns ?? 120) - taken);
  const line = ([id = "", stands = "", events = "", age = "", goal = ""]: readonly string[]): string =>
    [
      id.padEnd(widths[0] ?? 0),
      stands.padEnd(widths[1] ?? 0),
      events.padStart(widths[2] ?? 0),
      age.padStart(widths[3] ?? 0),
      safeLine(goal, room),
    ].join("  ");
  return `${[dim(line(head)), ...rows.map(line)].join("\n")}\n`;
}
