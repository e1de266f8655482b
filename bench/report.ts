/** Figures of the bench: what one holds, whether it meets its goal, and how it is printed. */

/** The goal of a figure: an upper limit for the value, for the ratio to the base, or for both. */
export interface Goal {
  readonly value?: number;
  readonly ratio?: number;
}

/** What a suite measured. */
export interface Measured {
  readonly workload: string;
  /** What the value is, with its unit. */
  readonly figure: string;
  /** Median over the rounds, for the implementation under test. */
  readonly value: number;
  /** The same for the base. */
  readonly base: number;
  /** Median of the ratios inside each round, so it can differ from value / base. */
  readonly ratio: number;
  readonly rounds: number;
  readonly goal?: Goal;
}

/** One line of the report, as `--json` prints it. */
export interface Figure {
  readonly workload: string;
  readonly figure: string;
  readonly value: number;
  readonly base: number;
  readonly ratio: number;
  /** For example "ratio <= 2"; null when the figure is only for reading. */
  readonly goal: string | null;
  readonly met: boolean | null;
  readonly rounds: number;
}

/** One round: what the implementation under test and the base took in it. */
export interface Round {
  readonly subject: number;
  readonly base: number;
}

/** The value, base and ratio of a figure from its rounds. */
export function summarize(rounds: readonly Round[]): Pick<Measured, "value" | "base" | "ratio" | "rounds"> {
  return {
    value: median(rounds.map((round) => round.subject)),
    base: median(rounds.map((round) => round.base)),
    ratio: median(rounds.map((round) => round.subject / round.base)),
    rounds: rounds.length,
  };
}

/** The middle value; NaN when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Sets a measured figure against its goal. */
export function toFigure({ goal, ...measured }: Measured): Figure {
  const limits = Object.entries(goal ?? {});
  return {
    workload: measured.workload,
    figure: measured.figure,
    value: round(measured.value),
    base: round(measured.base),
    ratio: round(measured.ratio),
    goal: limits.length === 0 ? null : limits.map(([of, limit]) => `${of} <= ${limit}`).join(", "),
    met: limits.length === 0 ? null : isMet(measured, goal ?? {}),
    rounds: measured.rounds,
  };
}

const HEADINGS = ["workload", "figure", "value", "base", "ratio", "goal", "", "rounds"];

/** An aligned table, a line a figure. */
export function toTable(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures.map(toCells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => alignRow(row, widths)).join("\n");
}

// The goal is judged on the exact numbers: a ratio of 2.0004 is printed as 2 and missed.
function isMet(measured: Omit<Measured, "goal">, goal: Goal): boolean {
  const { value = Number.POSITIVE_INFINITY, ratio = Number.POSITIVE_INFINITY } = goal;
  return measured.value <= value && measured.ratio <= ratio;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function toCells(figure: Figure): string[] {
  const judged = figure.met === null ? "" : figure.met ? "met" : "missed";
  const numbers = [figure.value, figure.base, figure.ratio].map(String);
  return [figure.workload, figure.figure, ...numbers, figure.goal ?? "-", judged, `${figure.rounds}`];
}

const RIGHT_ALIGNED = new Set([2, 3, 4, 7]);

function alignRow(row: readonly string[], widths: readonly number[]): string {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    return RIGHT_ALIGNED.has(column) ? cell.padStart(width) : cell.padEnd(width);
  });
  return cells.join("  ").trimEnd();
}
