import { graphOf } from "../plan/graph.js";
import type { AcceptedPlan, Task } from "../plan/plan.js";
import type { PriceOf } from "../ports/price-of.js";
import type { Material, SizeOf } from "../ports/size-of.js";
import type { BudgetData } from "../run/budget.js";
import type { Policy } from "../run/decide-task.js";
import type { JsonValue } from "../run/json.js";
import type { Limits } from "../run/limits.js";
import type { QuoteData } from "../run/planning.js";
import { routeTo } from "../run/route-to.js";
import type { Urgency } from "../run/urgency.js";
import type { TeamData } from "../team.js";
import { assumptionsOf } from "./assumptions.js";
import { classifyingOf } from "./classifying.js";
import { costOf, type DatedPricing } from "./cost-of.js";
import { asKnown, certaintyOf, each, growthInWords, repeated, timesOf } from "./growth.js";
import { type Experience, type History, keysOf } from "./history.js";
import { type Estimate, NONE, type Range, total } from "./range.js";
import { redoesOf } from "./redoes.js";
import type { Routed } from "./routed.js";
import { type Stay, type StayBasis, stayAt } from "./stay.js";

/** What a plan is quoted from. */
export interface QuoteBasis {
  readonly plan: AcceptedPlan;
  readonly team: TeamData;
  readonly limits: Limits;
  readonly policy: Policy;
  readonly budget: BudgetData | null;
  /** Of the tasks whose plan does not say. */
  readonly urgency: Urgency;
  readonly priceOf: PriceOf;
  readonly sizeOf: SizeOf;
  /** What earlier runs teach. */
  readonly history: History;
  /** Runs that were left out of it, since their logs cannot be read. */
  readonly unread: number;
  /** The JSON Schema that the output of a task must fit. */
  readonly schemaOf: (task: Task) => JsonValue | undefined;
  /** Whether the planner is still to be asked. */
  readonly withPlanning: boolean;
  /** How the tasks of the plan were routed; `null` when they start where it says. */
  readonly routed: Routed | null;
  /** The outputs that are there already, by task id, of a plan that runs. @default none */
  readonly made?: ReadonlyMap<string, Material>;
  /** The tasks of the plan that have begun. @default none */
  readonly begun?: ReadonlySet<string>;
  /** What the run came to so far. @default nothing */
  readonly spent?: Estimate;
}

/** An estimate for people: US dollars, and `null` where a price is unknown, or how far a plan grows. */
export interface QuoteLine {
  readonly minUsd: number | null;
  readonly likelyUsd: number | null;
  readonly maxUsd: number | null;
  readonly calls: { readonly min: number; readonly likely: number | null; readonly max: number | null };
}

/** What carrying out a plan will cost, at list price. */
export interface Quote extends QuoteLine {
  /** By the tier that does the tasks; the reviews of its outputs count with it. */
  readonly byTier: { readonly [tier: string]: QuoteLine };
  /** What asking the planner for such a plan costs; in the sum only where that was asked for. */
  readonly planning: QuoteLine;
  /** What the figures rest on, each in a sentence. */
  readonly assumptions: readonly string[];
}

/** Tasks at a tier before which what they came to there teaches nothing. */
const FEW = 5;
/** How many tasks go on to the next tier, where nothing is known of it. */
const USUALLY_ESCALATED = 0.2;

/** Quotes a plan: pure, and as dear as the plan has tasks and tiers. */
export function quotePlan(basis: QuoteBasis): Quote {
  const { plan, team, limits, budget, routed, withPlanning, unread } = basis;
  const dates = new Map<string, string | null>();
  const used: DatedPricing["used"] = (model, asOf) => void dates.set(model, asOf);
  const pricing = { priceOf: basis.priceOf, prices: team.prices, used };
  const { stays, items, taught } = staysOf(basis, pricing);
  const planning = planningOf(basis, pricing);
  const parts = [...stays, ...(withPlanning ? [planning] : []), ...(basis.spent ? [basis.spent] : [])];
  const most = budget?.hardMicroUsd ?? null;
  const certainty = certaintyOf(plan, limits);
  const lineOf = (estimate: Estimate): QuoteLine => asKnown(toLine(estimate, most), certainty, most);
  const tiers = [...new Set(stays.map(({ tier }) => tier))];
  const grounds = { dates, taught, tasks: plan.tasks.length, routed, most, unread, withPlanning };
  return {
    ...lineOf(total(parts)),
    byTier: Object.fromEntries(
      tiers.map((tier) => [tier, lineOf(total(stays.filter((stay) => stay.tier === tier)))]),
    ),
    // What is beside the sum is paid for by somebody else.
    planning: toLine(planning, withPlanning ? most : null),
    assumptions: [...assumptionsOf(grounds), ...growthInWords(plan, limits, items)],
  };
}

/** What the tasks of a plan come to at their tiers. */
interface Stays {
  readonly stays: readonly Stay[];
  /** What the `forEach` tasks come to for one item, by id. */
  readonly items: ReadonlyMap<string, Estimate>;
  /** Tasks whose likely cost comes from earlier runs. */
  readonly taught: number;
}

function staysOf(basis: QuoteBasis, pricing: DatedPricing): Stays {
  const { plan, team, history, routed, limits } = basis;
  const redoes = redoesOf(
    plan.tasks.map((task) => ({ ...task, tier: lowestOf(task, basis) })),
    team,
    (task) => timesOf(task, limits).most,
  );
  const outputs = new Map<string, Material>(basis.made);
  const stays: Stay[] = [];
  const items = new Map<string, Estimate>();
  let taught = 0;
  for (const position of graphOf(plan.tasks).order) {
    const task = plan.tasks[position] as Task;
    // What a subgoal is planned as nobody knows.
    if (task.subgoal !== undefined) continue;
    const times = timesOf(task, limits);
    const inputs = task.dependsOn.flatMap((id) => outputs.get(id) ?? []);
    const stayBasis = stayBasisOf(task, inputs, basis, pricing);
    const rungs = rungsOf(task, basis).map((tier) => stayAt(tier, stayBasis));
    const start = Math.max(
      0,
      rungs.findIndex(({ tier }) => tier === task.tier),
    );
    const tokens = each(rungs[start]?.outputTokens ?? NONE, times);
    outputs.set(task.id, { title: task.title, tokens });
    const known = rungs.map(({ tier }) => experienceOf(history, task, tier));
    if (known[start] !== undefined) taught += 1;
    const climbed = [...climb(rungs, known, start, redoes.get(task.id) ?? 0)];
    const { classifier = null } = routed ?? {};
    if (classifier !== null)
      climbed.push(classifyingOf(task, plan.goal, team, classifier, basis.sizeOf, pricing));
    if (task.forEach !== undefined) items.set(task.id, total(climbed));
    // What has begun may be paid for already.
    const due = basis.begun?.has(task.id) === true ? { ...times, least: 0 } : times;
    stays.push(...climbed.map((stay) => repeated(stay, due)));
  }
  return { stays, items, taught };
}

/** A quote for the log. */
export function toQuoteData({ minUsd, likelyUsd, maxUsd }: QuoteLine): QuoteData {
  const data = (usd: number | null): number | null => (usd === null ? null : Math.round(usd * 1_000_000));
  return { minMicroUsd: data(minUsd), likelyMicroUsd: data(likelyUsd), maxMicroUsd: data(maxUsd) };
}

function stayBasisOf(
  task: Task,
  inputs: readonly Material[],
  { plan: { goal }, team, limits, policy, sizeOf, ...basis }: QuoteBasis,
  pricing: DatedPricing,
): StayBasis {
  const urgency = task.urgency ?? basis.urgency;
  const outputSchema = basis.schemaOf(task);
  return { goal, team, limits, policy, task, urgency, inputs, outputSchema, sizeOf, pricing };
}

/** The lowest tier that a task may start at: a router may think better of it once its inputs are there. */
function lowestOf({ role, tier }: Task, { team, routed }: QuoteBasis): string {
  return routed === null ? tier : (team.executors[role]?.minTier ?? tier);
}

/** The tiers that a task may come to, from the lowest that it may start at. */
function rungsOf(task: Task, basis: QuoteBasis): readonly string[] {
  const { ladder, executors } = basis.team;
  const top = executors[task.role]?.maxTier ?? task.tier;
  return ladder.slice(ladder.indexOf(lowestOf(task, basis)), ladder.indexOf(top) + 1);
}

function experienceOf(history: History, task: Task, tier: string): Experience | undefined {
  return keysOf(tier, task)
    .map((key) => history.get(key))
    .find((found) => found !== undefined && found.tasks >= FEW);
}

/** What a task comes to at each of its tiers, when it is not sure to reach them. */
function climb(
  rungs: readonly Stay[],
  known: readonly (Experience | undefined)[],
  start: number,
  redoes: number,
): readonly Stay[] {
  let reached = 1;
  const cheapest = Math.min(...rungs.map((rung) => rung.microUsd?.least ?? 0));
  const dearest = rungs.length - 1;
  return rungs.map((stay, index) => {
    const experience = known[index];
    const share = index < start ? 0 : reached;
    const escalated = experience === undefined ? USUALLY_ESCALATED : experience.escalated / experience.tasks;
    if (index >= start) reached *= escalated;
    // Whoever uses an output that is taken back does its work again, at the dearest tier at worst.
    const times = index === dearest ? 1 + redoes : 1;
    const adjust = (range: Range, least: number, likely: number): Range => ({
      least: index === start ? least : 0,
      likely: share * likely,
      most: times * range.most,
    });
    const { microUsd, calls } = stay;
    const usual = experience === undefined ? undefined : experience.microUsd / experience.tasks;
    const usualCalls = experience === undefined ? calls.likely : experience.calls / experience.tasks;
    return {
      ...stay,
      microUsd: microUsd === null ? null : adjust(microUsd, cheapest, usual ?? microUsd.likely),
      calls: adjust(calls, calls.least, usualCalls),
    };
  });
}

function planningOf({ plan, team, limits, sizeOf }: QuoteBasis, pricing: DatedPricing): Estimate {
  const { tier, instructions } = team.planner;
  const route = routeTo(team, tier);
  const call = {
    purpose: "plan",
    route,
    goal: plan.goal,
    instructions,
    task: null,
    material: [],
    outputSchema: undefined,
  } as const;
  const cost = costOf(route.model, sizeOf(call), "live", pricing);
  const most = 2 * (1 + limits.maxRetries);
  return {
    microUsd: cost === null ? null : { ...cost, most: most * cost.most },
    calls: { least: 1, likely: 1, most },
  };
}

function toLine({ microUsd, calls }: Estimate, mostMicroUsd: number | null): QuoteLine {
  const usd = (amount: number): number => Math.min(amount, mostMicroUsd ?? amount) / 1_000_000;
  return {
    minUsd: microUsd === null ? null : usd(Math.floor(microUsd.least)),
    likelyUsd: microUsd === null ? null : usd(Math.round(microUsd.likely)),
    maxUsd: microUsd === null ? null : usd(Math.ceil(microUsd.most)),
    calls: { min: calls.least, likely: Math.round(calls.likely), max: calls.most },
  };
}
