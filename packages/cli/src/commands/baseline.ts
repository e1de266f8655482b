import { basename } from "node:path";
import { type GoldenLine, type GoldenReport, percents, readGoldenSet, runGoldenSet } from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { readJsonFile, toBudget, toConcurrency } from "../input.js";
import { optionsFrom } from "../runs/orchestrator.js";
import { openStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { formatMicroUsd } from "../text/format.js";
import { createPalette, type Palette, paintTier } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine } from "../text/safe-text.js";

/** Options of `terrace baseline`. */
export interface BaselineOptions extends StoreOptions {
  readonly name?: string;
  readonly tiers?: string;
  readonly budgetUsd?: string;
  readonly concurrency?: string;
  readonly json?: boolean;
}

/** Does a golden set at each tier, keeps the runs, and says how each kind fared, and whether that has changed. */
export async function baselineCommand(
  file: string,
  options: BaselineOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const { budgetUsd, tiers } = options;
  const budget = toBudget(budgetUsd === undefined ? {} : { budgetUsd, onExceed: "stop" });
  const named = toConcurrency(options.concurrency);
  const set = readGoldenSet(await readJsonFile(file), options.name ?? basename(file).replace(/\.json$/, ""));
  const settings = await settingsOf(surroundings);
  const concurrency = options.concurrency === undefined ? (settings.config.concurrency ?? named) : named;
  const kept = openStore(options, settings);
  try {
    const wiring = await optionsFrom(settings, { concurrency, store: kept.runs });
    const report = await runGoldenSet({ ...wiring, ...(budget === undefined ? {} : { budget }) }, set, {
      ...(tiers === undefined ? {} : { tiers: tiers.split(",") }),
      onRun: (run, tier) => stderr.write(`${tier}: run ${run.id}\n`),
    });
    if (options.json === true) stdout.write(`${safeJson({ type: "baseline", ...report })}\n`);
    else {
      const palette = createPalette(wantsColour(stdout, env));
      stdout.write(describe(report, settings.team.ladder, palette));
    }
    const isWhole = report.runs.every(({ status }) => status !== "paused");
    return isWhole ? EXIT.accepted : EXIT.unexpected;
  } finally {
    await kept.close();
  }
}

/** A line for each kind and tier, then what is unfinished. */
function describe(
  { name, at, runs, lines }: GoldenReport,
  ladder: readonly string[],
  palette: Palette,
): string {
  const head = ["kind", "tier", "at once", "95 %", "USD", "each", "before", ""];
  const table = plainTable(palette, head, [2, 4, 5]);
  for (const line of lines) {
    const { kind, tier, judged, accepted, usd, usdPerAccepted } = line;
    table.push([
      safeLine(kind, 24),
      paintTier(palette, ladder, tier),
      `${accepted}/${judged}`,
      judged === 0 ? "–" : percents(line),
      formatMicroUsd(usd * 1e6),
      usdPerAccepted === null ? "–" : formatMicroUsd(usdPerAccepted * 1e6),
      pastOf(line),
      line.drift === null ? "" : palette.yellow(`has ${line.drift}`),
    ]);
  }
  const waiting = runs.filter(({ status }) => status === "paused");
  return [
    `${palette.bold(safeLine(name, 60))}, ${new Date(at).toISOString().slice(0, 10)}`,
    "",
    table.toString(),
    ...waiting.map(({ tier, runId }) =>
      palette.yellow(`The run at ${tier} is paused and does not count: terrace show ${runId} says why.`),
    ),
    "",
  ].join("\n");
}

function pastOf({ before }: GoldenLine): string {
  if (before === null) return "–";
  return `${before.accepted}/${before.judged} on ${new Date(before.at).toISOString().slice(0, 10)}`;
}
