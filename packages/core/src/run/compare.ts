// Where a run's money went, and what the same accepted work would have cost at one tier: net of all that routing takes.
import type { Usage } from "../ports/call-journal.js";
import type { Price, PriceOf, PriceTerms } from "../ports/price-of.js";
import { type EndedCall, endedCalls } from "./ended-calls.js";
import type { RunEvent } from "./events.js";
import { evolve } from "./evolve.js";
import { initialState, type RunState, type TaskState } from "./state.js";

/** The same accepted work with all of it at one tier: an estimate. Amounts in US dollars at list price. */
export interface Baseline {
  readonly tier: string;
  readonly model: string;
  /** `null` when a price or the tokens of an answer are unknown. */
  readonly usd: number | null;
  /** What this whole run saved against it; negative when it cost more. `null` when either side is unknown. */
  readonly savedUsd: number | null;
  /** The same as a share of `usd`; `null` when that is nothing, too. */
  readonly savedShare: number | null;
  /** What the figure rests on. */
  readonly assumes: string;
}

/** What a run spent its money on, in US dollars at list price. Each call is in one line, and the lines add up to `usd`. */
export interface SpendingLines {
  /** The answers that were accepted and stand. */
  readonly acceptedUsd: number;
  readonly plannerUsd: number;
  /** The reviews of those answers. */
  readonly reviewUsd: number;
  /** Attempts below the tier that a task has come to, with their reviews. */
  readonly escalationUsd: number;
  /** Attempts at the tier of the accepted one, before it, with their reviews: repairs, and work done again. */
  readonly repairUsd: number;
  /** Attempts at the present tier of tasks whose output is not accepted, or is a person's, with their reviews. */
  readonly unacceptedUsd: number;
  /** Calls that brought no answer, or one that was not used. */
  readonly retryUsd: number;
  /** Calls that a crash left without a recorded end, at the most they could cost. */
  readonly orphanedUsd: number;
}

/** What a run cost, what on, and what the same accepted work would have cost without routing. */
export interface Comparison extends SpendingLines {
  readonly usd: number;
  /** What the prompt cache saved: reads, less what writes cost more. Negative when it cost more; `null` when unknown. */
  readonly cacheSavingUsd: number | null;
  /** What sending with batches saved; `null` when unknown. */
  readonly batchSavingUsd: number | null;
  /** Calls of unknown cost, which no line holds. */
  readonly unpricedCalls: number;
  /** The most that those can have cost. */
  readonly unknownUsd: number;
  /** Accepted answers that were taken over from another run: they cost nothing here, and no baseline holds them. */
  readonly reusedAnswers: number;
  readonly allTop: Baseline;
  /** The middle of the ladder, the lower one of two; `null` when it has no tier between top and bottom. */
  readonly allMiddle: Baseline | null;
  readonly allCheapest: Baseline;
}

/**
 * Compares a run with all of its accepted work at one tier.
 *
 * The run counts whole: planner, reviews, attempts in vain, cold caches. A baseline counts the accepted answers alone,
 * once, without planner or review, with a warm cache, and live or batched as here: all of that favours it.
 */
export function compare(log: readonly RunEvent[], priceOf: PriceOf): Comparison {
  const state = log.reduce(evolve, initialState());
  const calls = endedCalls(log);
  const accepted = acceptedCalls(state, calls);
  const { microUsd, unpricedCalls, unknownMicroUsd } = state.ledger.total;
  const pricing: Pricing = { priceOf, prices: state.team.prices };
  const against = (tier: string): Baseline => baseline(tier, { state, accepted, pricing });
  const { ladder } = state.team;
  const middle = ladder.length > 2 ? ladder[Math.floor((ladder.length - 1) / 2)] : undefined;
  return {
    usd: microUsd / 1e6,
    ...spendingLines(state, calls, new Set(accepted)),
    cacheSavingUsd: savingUsd(calls.filter(isCached), pricing, ({ usage, urgency }) => ({
      with: { usage, urgency },
      without: { usage: uncached(usage), urgency },
    })),
    batchSavingUsd: savingUsd(calls.filter(isBatched), pricing, ({ usage }) => ({
      with: { usage, urgency: "batch" },
      without: { usage, urgency: "live" },
    })),
    unpricedCalls,
    unknownUsd: unknownMicroUsd / 1e6,
    reusedAnswers: standing(state).length - accepted.length,
    allTop: against(ladder.at(-1) ?? ""),
    allMiddle: middle === undefined ? null : against(middle),
    allCheapest: against(ladder[0] ?? ""),
  };
}

/** Tasks whose accepted output a model made. */
function standing(state: RunState): TaskState[] {
  return [...state.tasks.values()].filter(
    ({ status, attempts }) => status === "accepted" && attempts.at(-1)?.by === "executor",
  );
}

/** The call that brought each accepted answer, as far as this run made it. */
function acceptedCalls(state: RunState, calls: readonly EndedCall[]): readonly EndedCall[] {
  const answers = new Map<string, EndedCall>();
  for (const call of calls) {
    const { purpose, taskId, attempt } = call.sent;
    if (call.end === "answered" && purpose === "execute") answers.set(`${taskId}/${attempt}`, call);
  }
  return standing(state).flatMap(({ task, attempts }) => answers.get(`${task.id}/${attempts.length}`) ?? []);
}

function spendingLines(
  state: RunState,
  calls: readonly EndedCall[],
  accepted: ReadonlySet<EndedCall>,
): SpendingLines {
  const lines: Record<keyof SpendingLines, number> = {
    acceptedUsd: 0,
    plannerUsd: 0,
    reviewUsd: 0,
    escalationUsd: 0,
    repairUsd: 0,
    unacceptedUsd: 0,
    retryUsd: 0,
    orphanedUsd: 0,
  };
  for (const call of calls) {
    lines[accepted.has(call) ? "acceptedUsd" : lineOf(state, call)] += call.microUsd ?? 0;
  }
  for (const line of Object.keys(lines) as (keyof SpendingLines)[]) lines[line] /= 1e6;
  return lines;
}

/** The line of a call that did not bring an accepted answer. */
function lineOf(state: RunState, { sent, end }: EndedCall): keyof SpendingLines {
  if (end === "orphaned") return "orphanedUsd";
  if (end === "failed") return "retryUsd";
  if (sent.taskId === null) return "plannerUsd";
  const task = state.tasks.get(sent.taskId);
  const last = task?.attempts.at(-1);
  if (task === undefined || last === undefined) return "unacceptedUsd";
  if (task.attempts[sent.attempt - 1]?.tier !== last.tier) return "escalationUsd";
  if (task.status !== "accepted" || last.by === "person") return "unacceptedUsd";
  if (sent.attempt !== last.number) return "repairUsd";
  return sent.purpose === "review" ? "reviewUsd" : "retryUsd";
}

/** How calls are priced now. */
type Pricing = Pick<PriceTerms, "prices"> & { readonly priceOf: PriceOf };

interface Accepted {
  readonly state: RunState;
  readonly accepted: readonly EndedCall[];
  readonly pricing: Pricing;
}

function baseline(tier: string, { state, accepted, pricing }: Accepted): Baseline {
  const { team, ledger } = state;
  const model = team.models[tier]?.model ?? tier;
  const priced = accepted.map(({ sent, usage }) =>
    usage === null ? null : priceAt(model, { usage: warm(usage), urgency: sent.urgency }, pricing),
  );
  const microUsd = sum(priced.map((price) => price?.microUsd ?? null));
  const isKnown = microUsd !== null && ledger.total.unpricedCalls === 0;
  const savedMicroUsd = isKnown ? microUsd - ledger.total.microUsd : null;
  const higher = accepted.filter(({ sent }) => team.ladder.indexOf(sent.tier) > team.ladder.indexOf(tier));
  const asOf = priced.find((price) => price !== null)?.asOf;
  return {
    tier,
    model,
    usd: toUsd(microUsd),
    savedUsd: toUsd(savedMicroUsd),
    savedShare: savedMicroUsd === null || !microUsd ? null : savedMicroUsd / microUsd,
    assumes: assumption(model, asOf, { answers: accepted.length, higher: higher.length }),
  };
}

function assumption(
  model: string,
  asOf: string | undefined,
  { answers, higher }: { readonly answers: number; readonly higher: number },
): string {
  const prices = asOf === undefined ? `${model} prices` : `${model} prices of ${asOf}`;
  const doubt =
    higher === 0
      ? ""
      : ` ${higher} of the ${answers} came from a higher tier here, and this one is trusted with them.`;
  return (
    `Estimate: each accepted answer once, at ${prices}, with the tokens it took here, a warm cache, live or batched ` +
    `as here; no planner, no review, nothing rejected.${doubt}`
  );
}

/** How a call could have been made. */
interface Way {
  readonly usage: Usage;
  readonly urgency: PriceTerms["urgency"];
}

/** What one way of making calls saved against another; `null` when one has no price. */
function savingUsd(
  calls: readonly EndedCall[],
  pricing: Pricing,
  waysOf: (call: Way) => { readonly with: Way; readonly without: Way },
): number | null {
  const saved = calls.map(({ model, usage, sent: { urgency } }) => {
    if (usage === null) return null;
    const ways = waysOf({ usage, urgency });
    const spent = priceAt(model, ways.with, pricing);
    const spared = priceAt(model, ways.without, pricing);
    return spent === null || spared === null ? null : spared.microUsd - spent.microUsd;
  });
  return toUsd(sum(saved));
}

function priceAt(model: string, { usage, urgency }: Way, { priceOf, prices }: Pricing): Price | null {
  return priceOf(model, usage, { urgency, prices });
}

/** Orphans are not in it: nobody knows what they used. */
function isCached({ usage }: EndedCall): boolean {
  return usage !== null && cachedTokens(usage) > 0;
}

function isBatched({ sent, end }: EndedCall): boolean {
  return sent.urgency === "batch" && end === "answered";
}

function cachedTokens({ cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens }: Usage): number {
  return cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens;
}

const NO_CACHE = { cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0 };

function uncached(usage: Usage): Usage {
  return { ...usage, ...NO_CACHE, inputTokens: usage.inputTokens + cachedTokens(usage) };
}

/** With all that was written to the cache, and all that was read, read. */
function warm(usage: Usage): Usage {
  return { ...usage, ...NO_CACHE, cacheReadTokens: cachedTokens(usage) };
}

/** An unknown part makes the whole unknown. */
function sum(parts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const part of parts) {
    if (part === null) return null;
    total += part;
  }
  return total;
}

function toUsd(microUsd: number | null): number | null {
  return microUsd === null ? null : microUsd / 1e6;
}
