import { z } from "zod";
import { DeclarationError, got, quoted } from "../errors.js";
import { type ExperimentMark, experimentMarkSchema } from "../experiment/mark.js";
import type { Task } from "../plan/plan.js";
import type { Agents } from "../ports/agents.js";
import type { Check } from "../ports/check.js";
import type { Environment } from "../ports/environment.js";
import type { RunStore } from "../ports/run-store.js";
import { type Budget, type BudgetData, budgetSchema, toBudgetData, toMicroUsd } from "../run/budget.js";
import type { RunEvent } from "../run/events.js";
import { DEFAULT_LIMITS, type Limits, limitsSchema } from "../run/limits.js";
import { type Urgency, urgencySchema } from "../run/urgency.js";
import type { Team } from "../team.js";
import { checkClassifier, type RoutingOptions } from "./routing-terms.js";

/** What outputs must be, by name of a role or id of a task. */
export interface Expectations<Name extends string = string> {
  /** The schema an output must fit; the executor is asked for JSON of that form. */
  readonly outputs?: { readonly [Key in Name]?: z.ZodType };
  /** Free checks, made in order before any review. */
  readonly checks?: { readonly [Key in Name]?: readonly Check[] };
}

/** What `createOrchestrator` is given. */
export interface OrchestratorOptions<T extends string = string, R extends string = string>
  extends Expectations<R> {
  readonly agents: Agents;
  /** @default the agents' own */
  readonly team?: Team<T, R>;
  /** Calls under way at once, over all tiers; for each run. @default 8 */
  readonly concurrency?: number;
  /** Calls under way at once, by tier. @default as many as `concurrency` */
  readonly tierConcurrency?: { readonly [Tier in T]?: number };
  /** Calls that wait for the answers of batches at once, beside `concurrency`; for each run. @default 10_000 */
  readonly batchConcurrency?: number;
  /** Checks that wait for something, such as a command, under way at once. @default 2 */
  readonly checkConcurrency?: number;
  readonly limits?: Partial<Limits>;
  /** What each run may spend. @default as much as it takes */
  readonly budget?: Budget;
  /** Runs at work at once; `submit` refuses more. @default 1000 */
  readonly maxRuns?: number;
  /** @default in memory */
  readonly store?: RunStore;
  /** Time, chance and ids, as far as they are not to be the machine's. @default the machine's */
  readonly env?: Partial<Environment>;
  /** Texts that must not be recorded, such as the API key. @default none */
  readonly secrets?: readonly string[];
  /** Hears what a listener threw. @default it is thrown where no one catches it, so that the bug is seen */
  readonly onListenerError?: (error: unknown, event: RunEvent) => void;
  /** Who writes the runs, as other processes are told; such as `host:pid`. @default a random id */
  readonly owner?: string;
  /** How long a run is nobody else's after the last sign of life of its process, in milliseconds. @default 30_000 */
  readonly leaseMs?: number;
  /** How long work under way is waited for when a run is to stop, in milliseconds. @default 30_000 */
  readonly graceMs?: number;
  /** Whether a run stops rather than record what breaks an invariant (docs/invariants.md). @default false */
  readonly enforceInvariants?: boolean;
  /** How many of the latest runs of the store teach the team's router, and the planner. @default 50 */
  readonly learnFrom?: number;
}

/** What `submit` is given besides the goal or the plan; expectations are by task id. */
export interface SubmitOptions extends Expectations, RoutingOptions {
  /** The id of a run in the same store whose recorded answers are taken over wherever the very same is asked. */
  readonly reuse?: string;
  /** The experiment that the run is part of. @default none */
  readonly experiment?: ExperimentMark;
  /** What this run may spend. @default the orchestrator's */
  readonly budget?: Budget;
  /** Of the tasks whose plan does not say: `batch` lets them wait, up to a day, for half the price. @default "live" */
  readonly urgency?: Urgency;
  /**
   * Lets the run pause after planning until a person approves (`run.approve`), when the plan is likely to cost more US
   * dollars than these, or nobody can say what it costs.
   *
   * @default nobody need approve
   */
  readonly approveAboveUsd?: number;
  /** The name of the golden set that this is a run of: its outcomes become a baseline, and teach routers nothing. */
  readonly golden?: string;
}

/** What `resume` is given besides the id; expectations, which no log can keep, are by task id. */
export interface ResumeOptions extends Expectations {
  /** What the run may spend from now on, in all. @default as before */
  readonly budget?: Budget;
  /** Whether to go on with a run that is parked, since the processes that drove it died again and again. @default false */
  readonly parked?: boolean;
}

const KEYS: readonly (keyof OrchestratorOptions)[] = [
  "agents",
  "team",
  "concurrency",
  "tierConcurrency",
  "batchConcurrency",
  "checkConcurrency",
  "outputs",
  "checks",
  "limits",
  "budget",
  "maxRuns",
  "store",
  "env",
  "secrets",
  "onListenerError",
  "owner",
  "leaseMs",
  "graceMs",
  "enforceInvariants",
  "learnFrom",
];

/** Options that were checked and completed. */
export interface CheckedOptions {
  readonly team: Team;
  readonly concurrency: number;
  readonly tierConcurrency: ReadonlyMap<string, number>;
  readonly batchConcurrency: number;
  readonly checkConcurrency: number;
  readonly limits: Limits;
  readonly maxRuns: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly learnFrom: number;
}

/**
 * Checks what cannot be left to the compiler, and fills in the defaults.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function checkOptions(options: OrchestratorOptions): CheckedOptions {
  const issues: string[] = unknownKeys(options);
  const team = options.team ?? options.agents?.defaultTeam;
  if (options.agents === undefined)
    issues.push("Expected `agents`, got none. Pass `agents: claudeAgents()`.");
  else if (team === undefined) {
    issues.push(
      "Expected `team`, since these agents bring none of their own. Declare one with `defineTeam`.",
    );
  }
  const { concurrency = 8, checkConcurrency = 2, tierConcurrency = {} } = options;
  const { batchConcurrency = 10_000 } = options;
  issues.push(...checkCount("batchConcurrency", batchConcurrency, 100_000));
  const { leaseMs = 30_000, graceMs = 30_000 } = options;
  issues.push(...checkCount("concurrency", concurrency), ...checkCount("checkConcurrency", checkConcurrency));
  const { learnFrom = 50 } = options;
  issues.push(...checkCount("learnFrom", learnFrom, 10_000, 0), ...checkClassifier(team, options.agents));
  const { maxRuns = 1_000 } = options;
  issues.push(...checkCount("maxRuns", maxRuns, 1_000_000), ...checkBudget(options.budget));
  issues.push(...checkCount("leaseMs", leaseMs, 3_600_000), ...checkCount("graceMs", graceMs, 3_600_000, 0));
  if (options.owner === "") issues.push("Expected `owner` to name a process, got an empty text.");
  for (const [tier, limit] of Object.entries(tierConcurrency as Record<string, number>)) {
    issues.push(...checkCount(`tierConcurrency.${tier}`, limit));
    if (team !== undefined && !team.ladder.includes(tier)) {
      issues.push(
        `Expected \`tierConcurrency\` to name tiers of the ladder (${quoted(team.ladder)}), got ${got(tier)}.`,
      );
    }
  }
  issues.push(...checkExpectations(options, Object.keys(team?.executors ?? {}), "roles"));
  const limits = limitsSchema.safeParse({ ...DEFAULT_LIMITS, ...options.limits }, { reportInput: true });
  if (!limits.success) {
    for (const { path, message, input } of limits.error.issues) {
      issues.push(`Expected \`limits.${path.join(".")}\` to be valid (${message}), got ${got(input)}.`);
    }
  }
  if (issues.length > 0 || team === undefined || !limits.success)
    throw new DeclarationError("OPTIONS_INVALID", issues);
  const byTier = new Map(Object.entries(tierConcurrency as Record<string, number>));
  const times = { leaseMs, graceMs };
  return {
    team,
    concurrency,
    tierConcurrency: byTier,
    batchConcurrency,
    checkConcurrency,
    maxRuns,
    limits: limits.data,
    learnFrom,
    ...times,
  };
}

/** What is wrong with a budget. */
function checkBudget(budget: Budget | undefined): string[] {
  if (budget === undefined) return [];
  const parsed = budgetSchema.safeParse(budget, { reportInput: true });
  const issues = parsed.error?.issues ?? [];
  return issues.map(({ path, message, input }) => {
    const name = ["budget", ...path].join(".");
    return `Expected \`${name}\` to be valid (${message}), got ${got(input)}.`;
  });
}

/**
 * A budget for the log.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function checkedBudget(budget: Budget | undefined): BudgetData | null {
  const issues = checkBudget(budget);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  return budget === undefined ? null : toBudgetData(budget);
}

const termsSchema = z.object({
  urgency: urgencySchema.default("live"),
  approveAboveUsd: z.number().min(0).max(1_000_000_000).optional(),
  experiment: experimentMarkSchema.optional(),
  golden: z.string().min(1).max(200).optional(),
});

/**
 * On what terms a run is submitted, for the log.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function checkedTerms(submitted: SubmitOptions): {
  readonly urgency: Urgency;
  readonly approveAboveMicroUsd: number | null;
  readonly experiment: ExperimentMark | null;
  readonly golden: string | null;
} {
  const parsed = termsSchema.safeParse(submitted, { reportInput: true });
  if (parsed.success) {
    const { urgency, approveAboveUsd, experiment = null, golden = null } = parsed.data;
    return { urgency, approveAboveMicroUsd: toMicroUsd(approveAboveUsd), experiment, golden };
  }
  throw new DeclarationError(
    "OPTIONS_INVALID",
    parsed.error.issues.map(
      ({ path, message, input }) =>
        `Expected \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
    ),
  );
}

/** What is wrong with the names that outputs and checks are given for. */
function checkExpectations(
  { outputs = {}, checks = {} }: Expectations,
  known: readonly string[],
  what: "roles" | "tasks",
): string[] {
  return [
    ...Object.keys(outputs).map((name) => ["outputs", name]),
    ...Object.keys(checks).map((name) => ["checks", name]),
  ]
    .filter(([, name]) => !known.includes(name as string))
    .map(([option, name]) => `Expected \`${option}\` to name ${what} (${quoted(known)}), got ${got(name)}.`);
}

/**
 * Checks that what is expected of tasks is expected of tasks the plan holds. Without a plan, nobody knows yet.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function assertExpectations(
  expected: Expectations,
  tasks: Iterable<Pick<Task, "id">> | undefined,
): void {
  if (tasks === undefined) return;
  const known = [...tasks].map(({ id }) => id);
  const issues = checkExpectations(expected, known, "tasks");
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

/** The roles and tasks that something is expected of. */
export function namesIn(...expectations: readonly Expectations[]): readonly string[] {
  const names = expectations.flatMap(({ outputs = {}, checks = {} }) => [
    ...Object.keys(outputs),
    ...Object.keys(checks),
  ]);
  return names.length === 0 ? NO_NAMES : [...new Set(names)].sort();
}

const NO_NAMES: readonly string[] = [];

function unknownKeys(options: OrchestratorOptions): string[] {
  return Object.keys(options)
    .filter((key) => !KEYS.includes(key as keyof OrchestratorOptions))
    .map(
      (key) =>
        `Expected the options to be ${quoted(KEYS)}, got ${got(key)}. Remove it, or correct its spelling.`,
    );
}

function checkCount(name: string, value: unknown, most = 10_000, least = 1): string[] {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return [];
  return [`Expected \`${name}\` to be a whole number from ${least} to ${most}, got ${got(value)}.`];
}
