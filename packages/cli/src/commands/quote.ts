import { memoryStore, type Quote, type QuoteLine, type QuoteOptions as Terms } from "@terrace/core";
import { assertRoles } from "../config/assert-roles.js";
import { type Settings, settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { type GrowthOptions, withGrowth } from "../growth.js";
import { type BudgetOptions, readPlan, toBudget, toUrgency } from "../input.js";
import { idleOrchestrator } from "../runs/orchestrator.js";
import { lookForStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, wantsColour } from "../surroundings.js";
import { formatMicroUsd } from "../text/format.js";
import { createPalette, paintTier } from "../text/palette.js";
import { plainTable } from "../text/plain-table.js";
import { safeJson, safeText } from "../text/safe-text.js";
import { wrap } from "../text/wrap.js";

/** Options of `terrace quote`. */
export interface QuoteOptions extends StoreOptions, GrowthOptions, Pick<BudgetOptions, "budgetUsd"> {
  /** The file of the plan. */
  readonly plan: string;
  /** Whether tasks may wait for a batch. @default live */
  readonly urgency?: string;
  /** Whether asking the planner for such a plan is in the sum. */
  readonly planning?: boolean;
  readonly json?: boolean;
}

/** Says what carrying out a plan will cost, by list prices and by what the runs of the store came to. Needs no key. */
export async function quoteCommand(options: QuoteOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout } = surroundings;
  const named = termsOf(options);
  const plan = await readPlan(options.plan);
  const settings = withGrowth(await settingsOf(surroundings), options);
  assertRoles(settings);
  const { budget, urgency } = settings.config;
  const terms: Terms = {
    ...(budget === undefined ? {} : { budget }),
    ...(urgency === undefined ? {} : { urgency }),
    ...named,
  };
  const kept = lookForStore(options, settings);
  try {
    const quote = await idleOrchestrator(settings, kept?.runs ?? memoryStore()).quote(plan, terms);
    stdout.write(
      options.json === true
        ? `${safeJson({ type: "quote", ...quote })}\n`
        : describeQuote(quote, terms, { ...surroundings, settings }),
    );
    return EXIT.accepted;
  } finally {
    await kept?.close();
  }
}

function termsOf({ planning = false, ...options }: QuoteOptions): Terms {
  const { budgetUsd } = options;
  const budget = toBudget(budgetUsd === undefined ? {} : { budgetUsd });
  const urgency = toUrgency(options.urgency);
  return {
    planning,
    ...(budget === undefined ? {} : { budget }),
    ...(urgency === undefined ? {} : { urgency }),
  };
}

/** A table of dollars and calls, then what it rests on; readable in 80 columns. */
function describeQuote(
  quote: Quote,
  { planning = false }: Terms,
  { stdout, env, settings }: Surroundings & { readonly settings: Settings },
): string {
  const { ladder } = settings.team;
  const palette = createPalette(wantsColour(stdout, env));
  const { bold, dim } = palette;
  const table = plainTable(palette, ["quote", "min", "likely", "max", "calls"], [1, 2, 3, 4]);
  for (const tier of ladder) {
    const line = quote.byTier[tier];
    if (line !== undefined) table.push([`at ${paintTier(palette, ladder, tier)}`, ...cells(line)]);
  }
  const planner = cells(quote.planning);
  if (planning) table.push(["planning", ...planner]);
  table.push(["in all", ...cells(quote)].map((cell) => bold(cell)));
  if (!planning) table.push(["planning, beside", ...planner].map((cell) => dim(cell)));
  const assumptions = quote.assumptions.map((line) => dim(wrap(safeText(line), 80)));
  return `${[table.toString(), "", ...assumptions].join("\n")}\n`;
}

function cells({ minUsd, likelyUsd, maxUsd, calls }: QuoteLine): readonly string[] {
  return [
    ...[minUsd, likelyUsd, maxUsd].map((usd) => (usd === null ? "unknown" : formatMicroUsd(usd * 1e6))),
    [calls.min, calls.likely, calls.max].map((number) => number ?? "?").join(" / "),
  ];
}
