import type { Plan, Team } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { drawGrowing, drawGrowth, type Growth, NO_GROWTH } from "./growth.js";
import type { Random } from "./random.js";
import { TEAMS } from "./teams.js";

/** How listeners of a run behave. */
type Manners = "none" | "throw" | "reject" | "dawdle" | "meddle";

/** Everything that is so whatever happens: what is asked, who answers how, and under which options. */
export interface World {
  readonly seed: number;
  readonly team: Team;
  readonly plan: Plan;
  /** Whether a goal is submitted, and the planner asked for the plan. */
  readonly asksPlanner: boolean;
  /** The share of pieces of work that do not go well at first. */
  readonly trouble: number;
  /** Whether reviewers blame inputs: then attempts are counted in an order that depends on who came first. */
  readonly blames: boolean;
  /** The share of executions whose answers come long after others. */
  readonly slowness: number;
  /** Whether answers break a form that is expected of them. */
  readonly forms: boolean;
  readonly checks: "none" | "at once" | "later";
  /** How many calls an executor makes for one piece of work. */
  readonly calls: number;
  /** Whether agents go on when they are told to stop. */
  readonly rude: boolean;
  /** Whether the lowest tier has no known price. */
  readonly unpriced: boolean;
  readonly concurrency: number;
  readonly tierConcurrency: { readonly [tier: string]: number };
  readonly checkConcurrency: number;
  readonly maxRetries: number;
  readonly maxRepairs: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  /** How readily the store answers at once, from 0 to 1. */
  readonly storeHaste: number;
  readonly manners: Manners;
  /** Whether a listener cancels at the first escalation. */
  readonly cancelsInside: boolean;
  /** Whether the answers of a run before are reused. */
  readonly reuses: boolean;
  /** What is hidden in model text and must not be recorded. */
  readonly secret: string | undefined;
  readonly growth: Growth;
}

/** Draws a world. */
export function drawWorld(seed: number, random: Random): World {
  const team = random.pick(TEAMS);
  // Many who need the same input, blame it, and are slow about it: answers come that nobody awaits any more.
  const isQuarrel = random.chance(0.1);
  const trouble = random.chance(0.2) ? 0 : random.next() * 0.6;
  const forms = random.chance(0.1);
  const unpriced = random.chance(0.1);
  const grows = !isQuarrel && !forms && random.chance(0.15);
  const growth = grows ? drawGrowth(random) : NO_GROWTH;
  const plan = isQuarrel ? drawFan(team, random) : drawPlan(team, random);
  return {
    seed,
    team,
    plan: grows ? drawGrowing(plan, team, growth, random) : plan,
    asksPlanner: random.chance(0.3),
    trouble: isQuarrel ? 0.4 : trouble,
    blames: isQuarrel || random.chance(0.35),
    slowness: isQuarrel || random.chance(0.2) ? 0.6 : 0,
    forms,
    checks: random.pick(["none", "at once", "later", "later"]),
    calls: random.pick([1, 1, 1, 2]),
    rude: random.chance(0.25),
    unpriced,
    concurrency: random.between(isQuarrel ? 6 : 1, 8),
    tierConcurrency: Object.fromEntries(
      team.ladder.flatMap((tier) => (random.chance(0.4) ? [[tier, random.between(1, 4)]] : [])),
    ),
    checkConcurrency: random.between(1, 3),
    maxRetries: random.between(0, 3),
    maxRepairs: random.between(0, 2),
    leaseMs: random.pick([30, 300, 3_000, 30_000]),
    graceMs: random.pick([0, 10, 1_000, 30_000]),
    storeHaste: random.pick([0, 0.3, 0.8, 1]),
    manners: random.pick(["none", "throw", "reject", "dawdle", "meddle"]),
    cancelsInside: random.chance(0.03),
    reuses: random.chance(0.1),
    secret: random.chance(0.2) ? `secret-${seed}-ü` : undefined,
    growth: unpriced ? { ...growth, share: null } : growth,
  };
}

/** Tasks that all need the first one, and nothing else. */
function drawFan(team: Team, random: Random): Plan {
  const role = random.pick(Object.keys(team.executors));
  const dependents = Array.from(
    { length: random.between(3, 6) },
    (_, index) => [`t${index + 1}`, { role, tier: team.ladder[0] as string, dependsOn: ["t0"] }] as const,
  );
  return planOf(Object.fromEntries([["t0", { role, tier: team.ladder[0] as string }], ...dependents]));
}

/** Up to 12 tasks; fewer are more likely. Each may need any of those before it, so there is no cycle. */
function drawPlan(team: Team, random: Random): Plan {
  const roles = Object.keys(team.executors);
  const count = 1 + Math.floor(12 * random.next() ** 2.5);
  const tasks = Array.from({ length: count }, (_, index) => {
    const needs = random.chance(0.6) ? random.between(0, Math.min(3, index)) : 0;
    const dependsOn = new Set(Array.from({ length: needs }, () => `t${random.between(0, index - 1)}`));
    const tier = random.chance(0.7) ? (team.ladder[0] as string) : random.pick(team.ladder);
    const errorCost = random.chance(0.3) ? ("high" as const) : ("low" as const);
    const criteria = random.chance(0.5) ? ["It is right.", "It is whole."] : [];
    return [`t${index}`, { role: random.pick(roles), tier, errorCost, criteria, dependsOn: [...dependsOn] }];
  });
  return planOf(Object.fromEntries(tasks), `t${random.between(Math.max(0, count - 3), count - 1)}`);
}
