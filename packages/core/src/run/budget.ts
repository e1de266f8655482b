import { z } from "zod";
import type { Fact } from "./events.js";
import { committedMicroUsd } from "./ledger.js";
import type { RunState } from "./state.js";

/** What a run may spend. What is not named is not bounded. */
export interface Budget {
  /** US dollars over all calls, with the worst case of those under way and of those whose cost is unknown. */
  readonly hardUsd?: number;
  /** US dollars over the calls of one task; a task that would need more is flagged for a person. */
  readonly perTaskUsd?: number;
  /** Calls that are sent, retries included. */
  readonly maxCalls?: number;
  /** Escalations; a task that would be the next one is flagged for a person. */
  readonly maxEscalations?: number;
  /** Milliseconds at work, without the pauses. */
  readonly maxMs?: number;
  /** What becomes of the run when it may spend no more. @default "pause" */
  readonly onExceed?: "pause" | "stop";
}

/** A budget as a log keeps it: money in integer micro-dollars, `null` where there is no bound. */
export interface BudgetData {
  readonly hardMicroUsd: number | null;
  readonly perTaskMicroUsd: number | null;
  readonly maxCalls: number | null;
  readonly maxEscalations: number | null;
  readonly maxMs: number | null;
  readonly onExceed: "pause" | "stop";
}

const bound = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable();

export const budgetDataSchema: z.ZodType<BudgetData> = z.strictObject({
  hardMicroUsd: bound,
  perTaskMicroUsd: bound,
  maxCalls: bound,
  maxEscalations: bound,
  maxMs: bound,
  onExceed: z.enum(["pause", "stop"]),
});

const usd = z.number().min(0).max(1_000_000_000);
const count = z.number().int().min(0).max(1_000_000_000_000);

/** A budget as a caller gives it. */
export const budgetSchema: z.ZodType<Budget> = z.strictObject({
  hardUsd: usd.exactOptional(),
  perTaskUsd: usd.exactOptional(),
  maxCalls: count.exactOptional(),
  maxEscalations: count.exactOptional(),
  maxMs: count.exactOptional(),
  onExceed: z.enum(["pause", "stop"]).exactOptional(),
});

/** A budget for the log. Fractions of a micro-dollar are not spent. */
export function toBudgetData(budget: Budget): BudgetData {
  const { hardUsd, perTaskUsd, maxCalls = null, maxEscalations = null, maxMs = null } = budget;
  const { onExceed = "pause" } = budget;
  return {
    hardMicroUsd: toMicroUsd(hardUsd),
    perTaskMicroUsd: toMicroUsd(perTaskUsd),
    maxCalls,
    maxEscalations,
    maxMs,
    onExceed,
  };
}

function toMicroUsd(amount: number | undefined): number | null {
  // Rounded before it is cut: 0.29 · 1,000,000 is 290000.00000000006, and 1.1 · 1,000,000 is 1100000.0000000002.
  return amount === undefined ? null : Math.floor(Number((amount * 1_000_000).toFixed(3)));
}

/** Why a call must not be sent. */
export interface Denial {
  /** `task`: its task alone is stopped. `run`: nothing more may be sent. */
  readonly scope: "task" | "run";
  readonly message: string;
}

/**
 * Lets calls pass as long as the budget bears the worst case of all that are under way.
 *
 * Good for one batch: what it lets pass counts for those that come after.
 */
export class BudgetGate {
  readonly #state: RunState;
  readonly #budget: BudgetData;
  #microUsd = 0;
  #calls = 0;
  readonly #byTask = new Map<string, number>();

  constructor(state: RunState, budget: BudgetData) {
    this.#state = state;
    this.#budget = budget;
  }

  /** Why a call must not be sent; otherwise what it may cost is reserved. */
  deny(call: Fact<"call.sent">): Denial | undefined {
    const denial = this.#denyRun(call) ?? this.#denyTask(call);
    if (denial !== undefined) return denial;
    const microUsd = call.reservedMicroUsd ?? 0;
    this.#microUsd += microUsd;
    this.#calls += 1;
    if (call.taskId !== null) this.#byTask.set(call.taskId, this.#ofTask(call.taskId) + microUsd);
    return undefined;
  }

  #denyRun(call: Fact<"call.sent">): Denial | undefined {
    const { ledger, workedMs } = this.#state;
    const { hardMicroUsd, maxCalls, maxMs } = this.#budget;
    const scope = this.#isEscalation(call) ? "task" : "run";
    if (hardMicroUsd !== null) {
      const spent = committedMicroUsd(ledger) + this.#microUsd;
      const message = overspent("The budget", hardMicroUsd, spent, call);
      if (message !== undefined) return { scope, message };
    }
    const calls = ledger.total.calls + ledger.openCalls.size + this.#calls;
    if (maxCalls !== null && calls >= maxCalls)
      return { scope, message: `The budget of ${maxCalls} calls is spent.` };
    if (maxMs !== null && workedMs >= maxMs) {
      return {
        scope,
        message: `The budget of ${maxMs} ms at work is spent: the run was at work for ${workedMs} ms.`,
      };
    }
    return undefined;
  }

  #denyTask(call: Fact<"call.sent">): Denial | undefined {
    const { perTaskMicroUsd } = this.#budget;
    if (perTaskMicroUsd === null || call.taskId === null) return undefined;
    const spent = committedMicroUsd(this.#state.ledger, call.taskId) + this.#ofTask(call.taskId);
    const message = overspent(`The budget of task "${call.taskId}"`, perTaskMicroUsd, spent, call);
    return message === undefined ? undefined : { scope: "task", message };
  }

  #ofTask(taskId: string): number {
    return this.#byTask.get(taskId) ?? 0;
  }

  /** An escalation that cannot be paid for leaves the rest of the run what it needs. */
  #isEscalation({ purpose, taskId }: Fact<"call.sent">): boolean {
    if (purpose !== "execute" || taskId === null) return false;
    return this.#state.tasks.get(taskId)?.attempts.at(-1)?.reason === "escalation";
  }
}

function overspent(
  what: string,
  boundMicroUsd: number,
  spentMicroUsd: number,
  { model, reservedMicroUsd }: Fact<"call.sent">,
): string | undefined {
  const bound = `${what}, ${toUsd(boundMicroUsd)}`;
  if (reservedMicroUsd === null) {
    return `${bound}, cannot be kept with "${model}", which has no known price. Give it one (\`prices\`), or no budget in dollars.`;
  }
  if (spentMicroUsd + reservedMicroUsd <= boundMicroUsd) return undefined;
  return (
    `${bound}, does not bear the next call: ${toUsd(spentMicroUsd)} are spent or reserved, ` +
    `and the call to "${model}" may cost up to ${toUsd(reservedMicroUsd)}.`
  );
}

function toUsd(microUsd: number): string {
  return `${(microUsd / 1_000_000).toFixed(6)} USD`;
}

/** What the budget leaves for one more call, in integer micro-dollars; `null` when it bounds no money. */
export function leftMicroUsd(state: RunState, taskId: string | null): number | null {
  const { budget, ledger } = state;
  if (budget === null) return null;
  const { hardMicroUsd, perTaskMicroUsd } = budget;
  const left = [
    ...(hardMicroUsd === null ? [] : [hardMicroUsd - committedMicroUsd(ledger)]),
    ...(perTaskMicroUsd === null || taskId === null
      ? []
      : [perTaskMicroUsd - committedMicroUsd(ledger, taskId)]),
  ];
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}

/** A budget as people read it, beside what is gone of it. Amounts in US dollars. */
export interface BudgetReport {
  readonly budget: Budget | null;
  readonly spentUsd: number;
  /** The worst case of the calls under way. */
  readonly reservedUsd: number;
  /** `null` when it bounds no money. */
  readonly leftUsd: number | null;
  readonly calls: number;
  readonly escalations: number;
  /** Milliseconds at work. */
  readonly workedMs: number;
}

/** The budget at its public edge. */
export function reportBudget(state: RunState): BudgetReport {
  const { budget, ledger, escalations, workedMs } = state;
  const left = leftMicroUsd(state, null);
  return {
    budget: budget === null ? null : toBudget(budget),
    spentUsd: (ledger.total.microUsd + ledger.total.unknownMicroUsd) / 1_000_000,
    reservedUsd: ledger.reservedMicroUsd / 1_000_000,
    leftUsd: left === null ? null : left / 1_000_000,
    calls: ledger.total.calls + ledger.openCalls.size,
    escalations,
    workedMs,
  };
}

function toBudget({ hardMicroUsd, perTaskMicroUsd, ...rest }: BudgetData): Budget {
  const { maxCalls, maxEscalations, maxMs, onExceed } = rest;
  return {
    ...(hardMicroUsd === null ? {} : { hardUsd: hardMicroUsd / 1_000_000 }),
    ...(perTaskMicroUsd === null ? {} : { perTaskUsd: perTaskMicroUsd / 1_000_000 }),
    ...(maxCalls === null ? {} : { maxCalls }),
    ...(maxEscalations === null ? {} : { maxEscalations }),
    ...(maxMs === null ? {} : { maxMs }),
    onExceed,
  };
}
