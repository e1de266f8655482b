import type { BudgetData } from "./budget.js";
import { boundOf, subgoalsOf } from "./enclosing.js";
import type { Fact, Purpose } from "./events.js";
import { committedMicroUsd, committedTokens } from "./ledger.js";
import type { RunState } from "./state.js";

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
  #tokens = 0;
  #calls = 0;
  readonly #byTask = new Map<string, number>();
  readonly #bySubgoal = new Map<string, number>();

  constructor(state: RunState, budget: BudgetData) {
    this.#state = state;
    this.#budget = budget;
  }

  /** Why a call must not be sent; otherwise what it may cost is reserved. */
  deny(call: Fact<"call.sent">): Denial | undefined {
    const subgoals = subgoalsOf(this.#state, call);
    const denial = this.#denyRun(call) ?? this.#denyTask(call) ?? this.#denySubgoal(call, subgoals);
    if (denial !== undefined) return denial;
    const microUsd = call.reservedMicroUsd ?? 0;
    this.#microUsd += microUsd;
    this.#tokens += call.reservedTokens ?? 0;
    this.#calls += 1;
    if (call.taskId !== null) this.#byTask.set(call.taskId, this.#ofTask(call.taskId) + microUsd);
    for (const id of subgoals) this.#bySubgoal.set(id, this.#ofSubgoal(id) + microUsd);
    return undefined;
  }

  #denyRun(call: Fact<"call.sent">): Denial | undefined {
    const { ledger, workedMs } = this.#state;
    const { hardMicroUsd, maxTokens, maxCalls, maxMs } = this.#budget;
    const scope = this.#scopeOf(call);
    if (hardMicroUsd !== null) {
      const spent = committedMicroUsd(ledger) + this.#microUsd;
      const message = overspent("The budget", hardMicroUsd, spent, call);
      if (message !== undefined) return { scope, message };
    }
    if (maxTokens !== null) {
      const message = tooManyTokens(maxTokens, committedTokens(ledger) + this.#tokens, call);
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

  /** A subgoal that has spent its share leaves the rest of the run what is its own. */
  #denySubgoal(call: Fact<"call.sent">, subgoals: readonly string[]): Denial | undefined {
    const { ledger } = this.#state;
    for (const id of subgoals) {
      const bound = boundOf(this.#state, id);
      if (bound === null) return undefined;
      const spent = (ledger.committedBySubgoal.get(id) ?? 0) + this.#ofSubgoal(id);
      const message = overspent(`The share of subgoal "${id}"`, bound, spent, call);
      if (message !== undefined) return { scope: "task", message };
    }
    return undefined;
  }

  #ofSubgoal(id: string): number {
    return this.#bySubgoal.get(id) ?? 0;
  }

  #ofTask(taskId: string): number {
    return this.#byTask.get(taskId) ?? 0;
  }

  /** An escalation that cannot be paid for leaves the rest of the run what it needs; a degraded run gives up task by task. */
  #scopeOf({ purpose, taskId }: Fact<"call.sent">): Denial["scope"] {
    if (taskId === null) return "run";
    if (this.#budget.onExceed === "degrade") return "task";
    if (purpose !== "execute") return "run";
    const reason = this.#state.tasks.get(taskId)?.attempts.at(-1)?.reason;
    return reason === "escalation" ? "task" : "run";
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

function tooManyTokens(
  bound: number,
  used: number,
  { model, reservedTokens }: Fact<"call.sent">,
): string | undefined {
  if (reservedTokens === null) {
    return `The budget of ${bound} tokens cannot be kept with "${model}": nobody says how many a call may use.`;
  }
  if (used + reservedTokens <= bound) return undefined;
  return (
    `The budget of ${bound} tokens does not bear the next call: ${used} are used or reserved, ` +
    `and the call to "${model}" may use up to ${reservedTokens}.`
  );
}

/** An amount as messages give it. */
export function toUsd(microUsd: number): string {
  return `${(microUsd / 1_000_000).toFixed(6)} USD`;
}

/** What the budget leaves for one more call, in integer micro-dollars; `null` when it bounds no money. */
export function leftMicroUsd(
  state: RunState,
  taskId: string | null,
  purpose: Purpose = "execute",
): number | null {
  const { budget, ledger } = state;
  if (budget === null) return null;
  const { hardMicroUsd, perTaskMicroUsd } = budget;
  const left = [
    ...(hardMicroUsd === null ? [] : [hardMicroUsd - committedMicroUsd(ledger)]),
    ...(perTaskMicroUsd === null || taskId === null
      ? []
      : [perTaskMicroUsd - committedMicroUsd(ledger, taskId)]),
    ...subgoalsOf(state, { purpose, taskId }).flatMap((id) => {
      const bound = boundOf(state, id);
      return bound === null ? [] : [bound - (ledger.committedBySubgoal.get(id) ?? 0)];
    }),
  ];
  return left.length === 0 ? null : Math.max(0, Math.min(...left));
}
