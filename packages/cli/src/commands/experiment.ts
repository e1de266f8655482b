import {
  type ArmFigures,
  type ExperimentReport,
  experiment,
  type MeasuredDifference,
  type StratumReport,
} from "@terrace/core";
import { settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { findStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { formatMicroUsd, formatMs } from "../text/format.js";
import { createPalette, type Palette } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeLine } from "../text/safe-text.js";
import { wrap } from "../text/wrap.js";

/** Options of `terrace experiment`. */
export interface ExperimentOptions extends StoreOptions {
  readonly json?: boolean;
}

/** Says what the runs of an experiment came to, as far as the store holds them. */
export async function experimentCommand(
  name: string,
  options: ExperimentOptions,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, env } = surroundings;
  const settings = await settingsOf(surroundings);
  const kept = findStore(options, settings);
  try {
    const reader = idleOrchestrator(settings, kept.runs);
    const report = await experiment({ name, arms: { control: reader, treatment: reader } }).report();
    if (options.json === true) stdout.write(`${safeJson(report)}\n`);
    else stdout.write(describeExperiment(report, createPalette(wantsColour(stdout, env))));
    return EXIT.accepted;
  } finally {
    await kept.close();
  }
}

function describeExperiment({ name, overall, strata, notes }: ExperimentReport, palette: Palette): string {
  const { bold } = palette;
  const blocks = strata.length > 1 ? [overall, ...strata] : [overall];
  return [
    bold(`Experiment ${safeLine(name, 60)}: treatment against control`),
    ...blocks.flatMap((block) => ["", ...describeBlock(block, palette)]),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.map((note) => wrap(safeLine(note, 400), 80)),
    "",
  ].join("\n");
}

function describeBlock(
  { stratum, control, treatment, differences }: StratumReport,
  palette: Palette,
): string[] {
  const title = stratum === "" ? "all" : safeLine(stratum, 30);
  const table = plainTable(palette, [title, "control", "treatment", "difference (95 %)"], [1, 2, 3]);
  const row = (
    label: string,
    of: (figures: ArmFigures) => number | null,
    difference: MeasuredDifference | null,
    show: (value: number) => string,
  ): void => {
    const figure = (figures: ArmFigures): string => {
      const value = of(figures);
      return value === null ? "–" : show(value);
    };
    const bounds =
      difference === null
        ? "too little data"
        : `${signed(difference.value, show)} (${signed(difference.low, show)} to ${signed(difference.high, show)})`;
    table.push([label, figure(control), figure(treatment), bounds]);
  };
  table.push(["runs", String(control.runs), String(treatment.runs), ""]);
  table.push(["tasks", String(control.tasks), String(treatment.tasks), ""]);
  const dollars = (usd: number): string => formatMicroUsd(usd * 1e6);
  row("cost per accepted task", (each) => each.usdPerAccepted, differences.usdPerAccepted, dollars);
  row("accepted", (each) => each.acceptance, differences.acceptance, percent);
  row("escalated", (each) => each.escalation, differences.escalation, percent);
  row("time at work, per run", (each) => each.workedMs, differences.workedMs, formatMs);
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function signed(value: number, show: (value: number) => string): string {
  return `${value < 0 ? "−" : "+"}${show(Math.abs(value))}`;
}
