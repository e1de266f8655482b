import { writeFile } from "node:fs/promises";
import {
  type CalibrationOptions,
  type CalibrationReport,
  type CalibrationRow,
  intervalOf,
  percents,
} from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readTable, toCount } from "../input.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { count, formatMicroUsd, formatMs } from "../text/format.js";
import { createPalette, type Palette, paintTier } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine } from "../text/safe-text.js";
import { wrap } from "../text/wrap.js";

/** Options of `terrace calibrate`. */
export interface CalibrateOptions extends StoreOptions {
  /** The file of the table that holds now. */
  readonly table?: string;
  /** Where the table with the changes in it is written. */
  readonly write?: string;
  readonly runs?: string;
  readonly json?: boolean;
}

/** Shows what earlier runs teach and what a person might change. Writes a table only when it is told where. */
export async function calibrateCommand(
  options: CalibrateOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const asked: CalibrationOptions = {
    learnFrom: toCount("--runs", options.runs, 50),
    ...(options.table === undefined ? {} : { table: await readTable(options.table) }),
  };
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  try {
    const report = await idleOrchestrator(settings, kept.runs).calibration(asked);
    const { write } = options;
    if (write !== undefined) await writeFile(write, `${JSON.stringify(report.table, null, 2)}\n`);
    if (options.json === true) stdout.write(`${safeJson({ type: "calibration", ...report })}\n`);
    else {
      const palette = createPalette(wantsColour(stdout, env));
      stdout.write(describe(report, write, settings.team.ladder, palette));
    }
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

/** The rows as a table, then what is wrong, what is proposed, and what was done about it. */
function describe(
  { runs, unread, rows, alarms, changes, samples }: CalibrationReport,
  written: string | undefined,
  ladder: readonly string[],
  palette: Palette,
): string {
  const { bold, dim, yellow } = palette;
  const tier = (name: string): string => paintTier(palette, ladder, name);
  const lines = (each: readonly string[]): string => each.map((line) => wrap(line, 80)).join("\n");
  const moves = changes.map(({ kind, role, from, to, reason }) => {
    const head = `${bold(safeLine(kind, 40))} (${safeLine(role, 40)})  ${tier(from)}${dim("→")}${tier(to)}`;
    return `${head}\n${dim(wrap(safeLine(reason, 600), 80))}`;
  });
  const blocks = [
    rows.length === 0 ? "" : tableOf(rows, tier, palette),
    dim(`From ${count(runs, "run")}${unread === 0 ? "" : `; ${unread} cannot be read`}.`),
    yellow(lines(alarms.map(({ reason }) => `Alarm: ${safeLine(reason, 600)}`))),
    moves.length === 0 ? "No kind had better start elsewhere." : moves.join("\n"),
    lines(samples.map(({ kind, share, reason }) => sampleLine(kind, share, reason))),
    writtenLine(changes.length, written),
  ];
  return `${blocks.filter((block) => block !== "" && block !== yellow("")).join("\n\n")}\n`;
}

function sampleLine(kind: string, share: number, reason: string): string {
  const name = safeLine(kind, 40);
  return `A sample of reviews would do for "${name}" (reviewer.sample: ${share}): ${safeLine(reason, 400)} Declare it yourself.`;
}

function writtenLine(changes: number, written: string | undefined): string {
  if (written !== undefined) return `Written to ${safeLine(written, 200)}: give it to \`tableRouter\`.`;
  return changes === 0 ? "" : "Nothing was changed. --write <path> writes the table.";
}

/** Readable in 80 columns. Who did the tasks is said where there is more than one role. */
function tableOf(rows: readonly CalibrationRow[], tier: (name: string) => string, palette: Palette): string {
  const isMixed = new Set(rows.map(({ role }) => role)).size > 1;
  const head = ["kind", "tier", "at once", "95 %", "sent on", "sure", "each", "took"];
  const table = plainTable(palette, head, [2, 3, 4, 5, 6, 7]);
  for (const row of rows) {
    const { kind, role, tasks, started, acceptedFirst, escalated, words, execute, review, accepted } = row;
    const spent = execute.microUsd + review.microUsd;
    table.push([
      isMixed ? `${safeLine(kind, 16)} (${safeLine(role, 10)})` : safeLine(kind, 24),
      tier(row.tier),
      `${acceptedFirst}/${started}`,
      started === 0 ? "–" : percents(intervalOf(acceptedFirst, started)).replace(" to ", "–"),
      `${escalated}/${tasks}`,
      words.high.judged === 0 ? "–" : `${words.high.accepted}/${words.high.judged}`,
      accepted === 0 || spent === 0 ? "–" : formatMicroUsd(spent / accepted),
      execute.calls === 0 ? "–" : formatMs(execute.latencyMs / execute.calls),
    ]);
  }
  const legend =
    "at once: accepted at the first attempt, of those that started there; sure: accepted, of outputs with confidence high.";
  return `${table.toString()}\n\n${palette.dim(wrap(legend, 80))}`;
}
