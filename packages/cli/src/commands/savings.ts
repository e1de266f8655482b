import {
  fleet,
  type MixReport,
  type PriceListName,
  priceListOf,
  type Split,
  savings,
  TODAY,
} from "@terrace/agents";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { type Surroundings, UsageError, wantsColour } from "../surroundings.js";
import { createPalette, type Palette } from "../text/palette.js";
import { safeJson } from "../text/safe-text.js";

/** Options of `terrace savings`. */
export interface SavingsOptions {
  readonly split?: string;
  readonly prices?: string;
  readonly tasks?: string;
  readonly input?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** One question, answered at the prices of one list or more. */
interface SavingsTable {
  readonly title: string;
  /** What is said of the figures besides; empty when nothing is. */
  readonly note: string;
  readonly reports: readonly MixReport[];
}

/** What the figures of a calculator leave out. */
const ASSUMES =
  "Equal tokens at every tier, no planner, no review, nothing done twice, no cache, no batch: the most that a split " +
  "can save. What a run saved, net of all that, is in its summary.";

/** What a split over tiers saves: the tables of two articles with today's beside them, or a fleet of one's own. */
export async function savingsCommand(
  options: SavingsOptions,
  { stdout, env }: Surroundings,
): Promise<ExitCode> {
  const { json = false, ...asked } = options;
  const tables = Object.keys(asked).length === 0 ? articles() : [own(asked)];
  const palette = createPalette(wantsColour(stdout, env));
  stdout.write(
    json
      ? `${safeJson({ type: "savings", assumes: ASSUMES, tables })}\n`
      : `${[...tables.map((table) => describe(table, palette)), palette.dim(ASSUMES)].join("\n\n")}\n`,
  );
  return EXIT.accepted;
}

/** Two tables that are often quoted, each at the prices that its article used, and at today's. */
function articles(): readonly SavingsTable[] {
  const seventy = { haiku: 0.7, sonnet: 0.2, opus: 0.1 };
  const tokens = { outputTokens: 100_000_000 };
  return [
    {
      title: "100 million output tokens, split 70/20/10",
      note: "",
      reports: (["4.5", TODAY] as const).map((prices) => savings({ split: seventy, tokens, prices })),
    },
    {
      title: "500 tasks a day of 2,000 tokens in and 500 out, split 80/15/5, a day",
      note: "The article cuts 38.67 % to 38.6 %.",
      reports: (["4", TODAY] as const).map((prices) => fleet({ ...FLEET, prices })),
    },
  ];
}

/** The fleet of the second article. */
const FLEET = {
  tasksPerDay: 500,
  inputTokens: 2_000,
  outputTokens: 500,
  split: { haiku: 0.8, sonnet: 0.15, opus: 0.05 },
} as const;

function own({ split, prices = TODAY, tasks, input, output }: SavingsOptions): SavingsTable {
  const list = priceListOf(prices as PriceListName);
  const question = {
    tasksPerDay: toNumber("--tasks", tasks, FLEET.tasksPerDay),
    inputTokens: toNumber("--input", input, FLEET.inputTokens),
    outputTokens: toNumber("--output", output, FLEET.outputTokens),
    split: split === undefined ? FLEET.split : toSplit(split, Object.keys(list.tiers)),
    prices: list,
  };
  const { tasksPerDay, inputTokens, outputTokens } = question;
  const size = `${inputTokens.toLocaleString("en-US")} tokens in and ${outputTokens.toLocaleString("en-US")} out`;
  return {
    title: `${tasksPerDay.toLocaleString("en-US")} tasks a day of ${size}, split ${sharesOf(question.split)}, a day`,
    note: "",
    reports: [fleet(question)],
  };
}

/** @throws UsageError when it is not a number at all; the calculator checks the rest */
function toNumber(option: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  const number = given.trim() === "" ? Number.NaN : Number(given);
  if (Number.isFinite(number)) return number;
  throw new UsageError(`Expected ${option} to be a number, got "${given}".`);
}

/** @throws UsageError when there is not a share for each tier */
function toSplit(given: string, tiers: readonly string[]): Split {
  const shares = given.split("/").map((share) => (share.trim() === "" ? Number.NaN : Number(share)));
  if (shares.length === tiers.length && shares.every((share) => Number.isFinite(share))) {
    return Object.fromEntries(tiers.map((tier, index) => [tier, (shares[index] as number) / 100]));
  }
  throw new UsageError(
    `Expected --split to be a share in per cent for each of ${tiers.join(", ")}, such as 80/15/5, got "${given}".`,
  );
}

function sharesOf(split: Split): string {
  return Object.values(split)
    .map((share) => Number((share * 100).toFixed(6)))
    .join("/");
}

function describe({ title, note, reports }: SavingsTable, { bold, dim }: Palette): string {
  const [first] = reports;
  const heads = reports.map(({ list, asOf }) => `prices ${list}, ${asOf}`);
  const split = reports.map(({ usd }) => cells(dollars(usd), ""));
  const rows = Object.keys(first?.allAt ?? {}).map((tier) => [
    `all at ${tier}`,
    ...reports.map(({ allAt }) =>
      cells(dollars(allAt[tier]?.usd ?? 0), saved(allAt[tier]?.savedShare ?? null)),
    ),
  ]);
  const line = ([name = "", ...columns]: readonly string[]): string =>
    `${name.padEnd(16)}${columns.map((column) => column.padEnd(32)).join("")}`.trimEnd();
  return [
    bold(title),
    dim(line(["", ...heads])),
    ...rows.map(line),
    line(["the split", ...split]),
    ...(note === "" ? [] : [dim(note)]),
  ].join("\n");
}

function cells(usd: string, share: string): string {
  return `${usd.padStart(10)}${share === "" ? "" : `  ${share}`}`;
}

/** To the cent; to a hundredth of one where it is no whole cent. */
function dollars(usd: number): string {
  const digits = Number.isInteger(Math.round(usd * 1e6) / 1e4) ? 2 : 4;
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** What the split saves against it, with its sign. */
function saved(share: number | null): string {
  if (share === null) return "";
  return share < 0 ? `split +${(-share * 100).toFixed(2)} %` : `split −${(share * 100).toFixed(2)} %`;
}
