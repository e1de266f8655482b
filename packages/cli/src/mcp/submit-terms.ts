import type { Budget, SubmitOptions, Urgency } from "@terrace/core";
import type { Settings } from "../config/settings.js";
import { UsageError } from "../surroundings.js";
import type { McpContext } from "./mcp-context.js";

/** What a client asks for beside the work. */
export interface AskedTerms {
  readonly budgetUsd?: number | undefined;
  readonly urgency?: Urgency | undefined;
}

/**
 * On what terms a client's run is submitted: the configuration's, within which it may ask for less money.
 *
 * @throws UsageError when it asks for more than it may, or when nobody bounds what the run may spend
 */
export function submitTerms(
  context: Pick<McpContext, "settings" | "mostUsd">,
  asked: AskedTerms,
): SubmitOptions {
  const { approveAboveUsd, urgency: usual } = context.settings.config;
  const urgency = asked.urgency ?? usual;
  return {
    budget: boundedBudget(context, asked.budgetUsd),
    ...(urgency === undefined ? {} : { urgency }),
    ...(approveAboveUsd === undefined ? {} : { approveAboveUsd }),
  };
}

/** The most that a client may ask for, in US dollars; `null` when nobody said. */
export function mostUsdOf(named: number | undefined, { config }: Pick<Settings, "config">): number | null {
  return named ?? config.budget?.hardUsd ?? null;
}

function boundedBudget(
  { settings, mostUsd }: Pick<McpContext, "settings" | "mostUsd">,
  asked?: number,
): Budget {
  if (asked === undefined && mostUsd === null) {
    throw new UsageError(
      "Expected `budgetUsd`, since nothing else bounds what the run may spend, got none. Name the most it may cost, " +
        "or have a person start the server with --max-budget-usd or a `budget` in the configuration.",
    );
  }
  if (asked !== undefined && mostUsd !== null && asked > mostUsd) {
    throw new UsageError(
      `Expected \`budgetUsd\` to be at most ${mostUsd}, got ${asked}. Ask for less, or have a person allow more: ` +
        "--max-budget-usd of the server, or `budget.hardUsd` of the configuration.",
    );
  }
  const { softUsd, perTaskUsd, ...configured } = settings.config.budget ?? {};
  const hardUsd =
    asked ?? Math.min(configured.hardUsd ?? Number.POSITIVE_INFINITY, mostUsd ?? Number.POSITIVE_INFINITY);
  return {
    ...configured,
    hardUsd,
    // Bounds that lie above the hard one bound nothing.
    ...(softUsd !== undefined && softUsd <= hardUsd ? { softUsd } : {}),
    ...(perTaskUsd !== undefined && perTaskUsd <= hardUsd ? { perTaskUsd } : {}),
  };
}
