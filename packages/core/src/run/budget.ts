import { z } from "zod";

/** What a run may spend. What is not named is not bounded. */
export interface Budget {
  /**
   * US dollars at which the run says so (`budget.warned`) and goes on; with `onExceed: "degrade"` it goes on cheaper.
   *
   * @default four fifths of `hardUsd`, where a run is to be degraded
   */
  readonly softUsd?: number;
  /** US dollars over all calls, with the worst case of those under way and of those whose cost is unknown. */
  readonly hardUsd?: number;
  /** US dollars over the calls of one task; a task that would need more is flagged for a person. */
  readonly perTaskUsd?: number;
  /** Tokens of every class over all calls, with the worst case of those under way. */
  readonly maxTokens?: number;
  /** Calls that are sent, retries included. */
  readonly maxCalls?: number;
  /** Escalations; a task that would be the next one is flagged for a person. */
  readonly maxEscalations?: number;
  /** Milliseconds at work, without the pauses. */
  readonly maxMs?: number;
  /**
   * What becomes of the run when it may spend no more. `degrade`: past the soft bound, tasks that have not begun start
   * at the cheapest tier of their role; at the hard one, each task that cannot be paid for is flagged, and the others go
   * on.
   *
   * @default "pause"
   */
  readonly onExceed?: OnExceed;
}

/** What becomes of a run that may spend no more. */
export type OnExceed = "pause" | "degrade" | "stop";

/** A budget as a log keeps it: money in integer micro-dollars, `null` where there is no bound. */
export interface BudgetData {
  readonly softMicroUsd: number | null;
  readonly hardMicroUsd: number | null;
  readonly perTaskMicroUsd: number | null;
  readonly maxTokens: number | null;
  readonly maxCalls: number | null;
  readonly maxEscalations: number | null;
  readonly maxMs: number | null;
  readonly onExceed: OnExceed;
}

const bound = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable();
const onExceed = z.enum(["pause", "degrade", "stop"]);

export const budgetDataSchema: z.ZodType<BudgetData> = z.strictObject({
  // Logs of 0.1.0 have neither of the two.
  softMicroUsd: bound.default(null),
  hardMicroUsd: bound,
  perTaskMicroUsd: bound,
  maxTokens: bound.default(null),
  maxCalls: bound,
  maxEscalations: bound,
  maxMs: bound,
  onExceed,
});

const usd = z.number().min(0).max(1_000_000_000);
const count = z.number().int().min(0).max(1_000_000_000_000);

/** A budget as a caller gives it. */
export const budgetSchema: z.ZodType<Budget> = z.strictObject({
  softUsd: usd.exactOptional(),
  hardUsd: usd.exactOptional(),
  perTaskUsd: usd.exactOptional(),
  maxTokens: count.exactOptional(),
  maxCalls: count.exactOptional(),
  maxEscalations: count.exactOptional(),
  maxMs: count.exactOptional(),
  onExceed: onExceed.exactOptional(),
});

/** A budget for the log. Fractions of a micro-dollar are not spent. */
export function toBudgetData(budget: Budget): BudgetData {
  const { softUsd, hardUsd, perTaskUsd, maxTokens = null, maxCalls = null } = budget;
  const { maxEscalations = null, maxMs = null, onExceed = "pause" } = budget;
  const hardMicroUsd = toMicroUsd(hardUsd);
  const fourFifths = onExceed === "degrade" && hardMicroUsd !== null ? Math.floor(hardMicroUsd * 0.8) : null;
  return {
    softMicroUsd: toMicroUsd(softUsd) ?? fourFifths,
    hardMicroUsd,
    perTaskMicroUsd: toMicroUsd(perTaskUsd),
    maxTokens,
    maxCalls,
    maxEscalations,
    maxMs,
    onExceed,
  };
}

/** The same, as a caller gives it. */
export function toBudget({ softMicroUsd, hardMicroUsd, perTaskMicroUsd, ...rest }: BudgetData): Budget {
  const bounds = Object.entries(rest).filter(([, value]) => value !== null);
  return {
    ...(softMicroUsd === null ? {} : { softUsd: softMicroUsd / 1_000_000 }),
    ...(hardMicroUsd === null ? {} : { hardUsd: hardMicroUsd / 1_000_000 }),
    ...(perTaskMicroUsd === null ? {} : { perTaskUsd: perTaskMicroUsd / 1_000_000 }),
    ...Object.fromEntries(bounds),
  };
}

/** An amount for the log. Fractions of a micro-dollar are not spent. */
export function toMicroUsd(amount: number | undefined): number | null {
  // Rounded before it is cut: 0.29 · 1,000,000 is 290000.00000000006, and 1.1 · 1,000,000 is 1100000.0000000002.
  return amount === undefined ? null : Math.floor(Number((amount * 1_000_000).toFixed(3)));
}
