import type { CalibrationRow } from "../calibration/calibration-row.js";
import { intervalOf, percents } from "../calibration/interval.js";
import { type Chance, chancesOf } from "./chances.js";
import { inWords } from "./history-router.js";
import type { RouteQuestion, StepCost } from "./router.js";
import { expectedCosts, type Rung, startTier } from "./start-tier.js";
import type { TableRow } from "./table-router.js";

/** That tasks of a kind had better start elsewhere. */
export interface TableChange {
  readonly kind: string;
  readonly role: string;
  /** Where they start now: by the table, else where most of them started. */
  readonly from: string;
  readonly to: string;
  /** With the figures it rests on. */
  readonly reason: string;
  /** Outputs judged at the tier that decides: `from` when it goes up, `to` when it goes down. */
  readonly cases: number;
  readonly accepted: number;
  /** The bounds that their share lies in with a chance of 95 %. */
  readonly low: number;
  readonly high: number;
}

/** What a table is proposed from, besides rows. */
export interface TableTerms {
  /** Cheapest first. */
  readonly ladder: readonly string[];
  /** The table that holds now. @default none */
  readonly table?: { readonly [kind: string]: TableRow };
  /** Where tasks of a role may start. @default anywhere on the ladder */
  readonly boundsOf?: (role: string) => RouteQuestion["bounds"];
  /** What an attempt at a tier and its review cost now. @default what the calls of the rows came to */
  readonly costOf?: (kind: string, role: string, tier: string) => StepCost | null;
  /** Judged outputs at a tier, below which nothing is changed for it. @default 10 */
  readonly enough?: number;
}

/** Where no price is known, what is accepted so often is started there. */
const USUALLY = 0.8;

/**
 * Where kinds had better start than they do, by the start-tier rule. Nothing is changed by it.
 *
 * Proposed only where both tiers were measured, and where it holds at the unfavourable end of the interval too: what goes up
 * would be cheaper up there even if it were accepted below as often as can be; what goes down, as seldom.
 */
export function proposeTable(rows: readonly CalibrationRow[], terms: TableTerms): readonly TableChange[] {
  const kinds = new Map<string, CalibrationRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.kind, row.role]);
    kinds.set(key, [...(kinds.get(key) ?? []), row]);
  }
  return [...kinds.values()].flatMap((each) => changeFor(each, terms) ?? []);
}

/** A table with the changes in it. Where roles that do the same kind differ, the dearest tier holds for all. */
export function changedTable(
  table: { readonly [kind: string]: TableRow },
  changes: readonly TableChange[],
  ladder: readonly string[],
): { readonly [kind: string]: TableRow } {
  const dearestLast = [...changes].sort((a, b) => ladder.indexOf(a.to) - ladder.indexOf(b.to));
  const changed = dearestLast.map(({ kind, to }) => {
    const before = Object.hasOwn(table, kind) ? table[kind] : undefined;
    return [kind, { ...before, tier: to }] as const;
  });
  return Object.fromEntries([...Object.entries(table), ...changed]);
}

function changeFor(rows: readonly CalibrationRow[], terms: TableTerms): TableChange | undefined {
  const { ladder, table = {}, enough = 10 } = terms;
  const { kind, role } = rows[0] as CalibrationRow;
  const bounds = terms.boundsOf?.(role) ?? { minTier: ladder[0] ?? "", maxTier: ladder.at(-1) ?? "" };
  const chances = chancesOf({ task: { kind, role }, ladder, bounds, calibration: rows }, enough);
  if (chances === undefined) return undefined;
  const costOf = (tier: string): StepCost | null =>
    terms.costOf === undefined ? paidFor(rows, tier) : terms.costOf(kind, role, tier);
  const from = startNow(rows, Object.hasOwn(table, kind) ? table[kind]?.tier : undefined);
  const to = bestOf(chances, costOf);
  const [here, there] = [from, to].map((tier) => chances.find((chance) => chance.tier === tier));
  if (from === to || here === undefined || there === undefined) return undefined;
  if (here.cases === 0 || there.cases === 0) return undefined;
  const isUp = ladder.indexOf(to) > ladder.indexOf(from);
  const deciding = isUp ? here : there;
  const interval = intervalOf(deciding.hits, deciding.cases);
  const doubted = chances.map((chance) =>
    chance === deciding ? { ...chance, accepted: isUp ? interval.high : interval.low } : chance,
  );
  if (!isBetter(to, from, doubted, costOf)) return undefined;
  const { hits: accepted, cases } = deciding;
  const { low, high } = interval;
  const reason =
    `Of ${cases} "${kind}" tasks at ${deciding.tier} ${accepted} were accepted (${percents(interval)}).` +
    `${costsInWords(chances, costOf)} It holds at either end of that.`;
  return { kind, role, from, to, reason, cases, accepted, low, high };
}

/** Where the table has them start, else where most of them did. */
function startNow(rows: readonly CalibrationRow[], tabled: string | undefined): string {
  const [most] = [...rows].sort((a, b) => b.started - a.started);
  return tabled ?? most?.tier ?? "";
}

type CostOf = (tier: string) => StepCost | null;

/**
 * The tiers with their costs, as far up as they are known: where hardly anything ever came to, nobody has paid yet.
 * `undefined` when a cost below is unknown.
 */
function rungsOf(chances: readonly Chance[], costOf: CostOf): readonly Rung[] | undefined {
  const rungs = chances.map(({ tier, accepted }) => ({ tier, accepted, cost: costOf(tier) }));
  const known = rungs.slice(0, rungs.findLastIndex(({ cost }) => cost !== null) + 1);
  if (known.length === 0) return undefined;
  const priced = known.flatMap(({ tier, accepted, cost }) =>
    cost === null ? [] : [{ tier, accepted, ...cost }],
  );
  return priced.length < known.length ? undefined : priced;
}

function bestOf(chances: readonly Chance[], costOf: CostOf): string {
  const rungs = rungsOf(chances, costOf);
  const best = rungs === undefined ? chances.find(({ accepted }) => accepted >= USUALLY) : startTier(rungs);
  return (best ?? (chances.at(-1) as Chance)).tier;
}

/** Whether a task is better started at one tier than at another. */
function isBetter(to: string, from: string, chances: readonly Chance[], costOf: CostOf): boolean {
  const rungs = rungsOf(chances, costOf);
  if (rungs === undefined) {
    const isUsual = (tier: string): boolean =>
      (chances.find((chance) => chance.tier === tier)?.accepted ?? 0) >= USUALLY;
    const order = chances.map(({ tier }) => tier);
    return order.indexOf(to) > order.indexOf(from) ? !isUsual(from) : isUsual(to);
  }
  const costs = new Map(expectedCosts(rungs).map(({ tier, expected }) => [tier, expected]));
  const [there, here] = [costs.get(to), costs.get(from)];
  return there !== undefined && here !== undefined && there < here;
}

function costsInWords(chances: readonly Chance[], costOf: CostOf): string {
  const rungs = rungsOf(chances, costOf);
  return rungs === undefined ? "" : ` ${inWords(expectedCosts(rungs))}`;
}

/** Answered calls below which what they came to says nothing. */
const FEW = 5;

/** What an attempt and its review came to; the same as free where no price was known. */
function paidFor(rows: readonly CalibrationRow[], tier: string): StepCost | null {
  const row = rows.find((each) => each.tier === tier);
  if (row === undefined || row.execute.calls < FEW || row.execute.microUsd === 0) return null;
  const { execute, review } = row;
  return {
    attempt: execute.microUsd / execute.calls,
    review: review.calls === 0 ? 0 : review.microUsd / review.calls,
  };
}
