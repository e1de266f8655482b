import { z } from "zod";
import { checkTeam } from "./check-team.js";
import { DeclarationError, got, quoted } from "./errors.js";
import { DEFAULT_LADDER, type DefaultTier, topTier } from "./ladder.js";
import { TOOL_NAME } from "./plan/plan.js";
import type { PriceRow } from "./ports/price-of.js";
import type { Router } from "./routing/router.js";
import type { ErrorCost } from "./run/confidence.js";
import { REVIEW_POLICIES, type ReviewPolicy, type ReviewPolicyName } from "./run/review-policy.js";
import type { Effort } from "./run/route.js";
import type { Sample } from "./run/sample.js";

/** A model id, or a model id with the effort to ask of it. */
export type ModelMapping = string | { readonly model: string; readonly effort?: Effort };

/** How a named kind of worker is declared. */
export interface RoleDeclaration<T extends string> {
  /** Where its tasks start unless the plan says otherwise. */
  readonly tier: T;
  /** What it is for, as the planner is told. @default its instructions */
  readonly description?: string;
  /** What it is told, always. */
  readonly instructions?: string;
  /** The lowest tier a plan may start it at. @default the lowest of the ladder */
  readonly minTier?: T;
  /** The highest tier it may ever reach; beyond it, a person decides. @default the top of the ladder */
  readonly maxTier?: T;
  /** Pins the error cost of its tasks, whatever the planner says. */
  readonly errorCost?: ErrorCost;
  /** The names of the tools that its tasks may use, and no others. At most 100. @default none */
  readonly tools?: readonly string[];
  /** How often its executor is asked in one attempt at most, tools in between; from 1 to 20. @default 20 */
  readonly maxTurns?: number;
  /** How hard its executor is asked to think, at whatever tier. @default what the tier says */
  readonly effort?: Effort;
}

/** What `defineTeam` is given. */
export interface TeamDeclaration<T extends string, R extends string> {
  /** The tiers, cheapest first. @default ["haiku", "sonnet", "opus"] */
  readonly ladder?: readonly T[];
  /** One model for every tier of the ladder. */
  readonly models: { readonly [Tier in NoInfer<T>]: ModelMapping };
  readonly planner: { readonly tier: NoInfer<T>; readonly instructions?: string };
  readonly executors: { readonly [Role in R]: RoleDeclaration<NoInfer<T>> };
  readonly reviewer?: {
    /** @default "balanced" */
    readonly policy?: ReviewPolicyName | ReviewPolicy;
    readonly instructions?: string;
    /**
     * The share, from 0 to 1, of outputs with confidence `high` that get a reviewer one tier above the one
     * the policy asks for.
     * @default 0.1
     */
    readonly auditShare?: number;
    /**
     * Kinds of tasks whose outputs are reviewed by sample: the share, from 0 to 1, that goes to a reviewer, or one for
     * each tier. The rest is accepted when its checks pass, unless an error costs much. Declare it for what earlier runs have shown to be
     * accepted; nothing but such a declaration ever spares a review.
     *
     * @default every output is reviewed
     */
    readonly sample?: Sample;
  };
  /** Says where each task starts. @default where the plan says */
  readonly router?: Router;
  /** Prices that win over all others, for a contract of your own or a model that no list has. @default [] */
  readonly prices?: readonly PriceRow[];
}

/** A role of a team, complete. */
export interface Role<T extends string = string> {
  readonly tier: T;
  /** Absent when the planner is told its instructions. */
  readonly description?: string;
  readonly instructions: string;
  readonly minTier: T;
  readonly maxTier: T;
  readonly errorCost: ErrorCost | null;
  /** Absent when it has none. */
  readonly tools?: readonly string[];
  /** Absent when it has as many as there are. */
  readonly maxTurns?: number;
  /** Absent when its tier says. */
  readonly effort?: Effort;
}

/** A team without its type parameters: what the log keeps and the agents are given. */
export interface TeamData {
  readonly ladder: readonly string[];
  readonly models: { readonly [tier: string]: { readonly model: string; readonly effort: Effort | null } };
  readonly planner: { readonly tier: string; readonly instructions: string };
  readonly executors: { readonly [role: string]: Role };
  readonly reviewer: {
    readonly policy: ReviewPolicyName | "custom";
    readonly instructions: string;
    readonly auditShare: number;
    /** Absent when every output is reviewed. */
    readonly sample?: Sample;
  };
  /** Kept with the run, which is priced by them wherever it is resumed. */
  readonly prices: readonly PriceRow[];
}

/** A declared team: the ladder, its models, the roles and the reviewer. Validated, frozen, inert. */
export interface Team<T extends string = string, R extends string = string> extends TeamData {
  readonly ladder: readonly T[];
  readonly models: {
    readonly [Tier in T]: { readonly model: string; readonly effort: Effort | null };
  } & TeamData["models"];
  readonly planner: { readonly tier: T; readonly instructions: string };
  readonly executors: { readonly [Name in R]: Role<T> } & TeamData["executors"];
  /** The review policy in force; the log keeps its name only. */
  readonly reviewPolicy: ReviewPolicyName | ReviewPolicy;
  /** `null` leaves it to the plan. */
  readonly router: Router | null;
}

const effort = z.enum(["low", "medium", "high", "xhigh", "max"]);
const name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,63}$/, "expected lower-case letters, digits, - and _, at most 64");
const instructions = z.string().max(100_000);
const model = z.string().min(1).max(256);
const share = z.number().min(0).max(1);
const tool = z.string().regex(TOOL_NAME, "expected a name of letters, digits, - and _, at most 128");

const declarationSchema = z.strictObject({
  ladder: z.array(name).min(1).max(10).optional(),
  models: z.record(z.string(), z.union([model, z.strictObject({ model, effort: effort.optional() })])),
  planner: z.strictObject({ tier: z.string(), instructions: instructions.optional() }),
  executors: z.record(
    name,
    z.strictObject({
      tier: z.string(),
      description: z.string().max(10_000).optional(),
      instructions: instructions.optional(),
      minTier: z.string().optional(),
      maxTier: z.string().optional(),
      errorCost: z.enum(["low", "high"]).optional(),
      tools: z.array(tool).max(100).optional(),
      maxTurns: z.int().min(1).max(20).optional(),
      effort: effort.optional(),
    }),
  ),
  reviewer: z
    .strictObject({
      policy: z
        .union([z.enum(REVIEW_POLICIES), z.custom<ReviewPolicy>((v) => typeof v === "function")])
        .optional(),
      instructions: instructions.optional(),
      auditShare: share.optional(),
      sample: z.record(z.string().min(1).max(64), z.union([share, z.record(z.string(), share)])).optional(),
    })
    .optional(),
  router: z
    .custom<Router>(
      (value) => typeof (value as Partial<Router> | null)?.route === "function",
      "expected a router",
    )
    .optional(),
  prices: z.array(z.unknown()).optional(),
});

type Declaration = z.infer<typeof declarationSchema>;

/**
 * Declares a team.
 *
 * @throws DeclarationError (`TEAM_INVALID`) with everything that is wrong, each in a line.
 */
export function defineTeam<const T extends string = DefaultTier, const R extends string = string>(
  declaration: TeamDeclaration<T, R>,
): Team<T, R> {
  const parsed = declarationSchema.safeParse(declaration, { reportInput: true });
  if (!parsed.success) throw new DeclarationError("TEAM_INVALID", parsed.error.issues.map(toLine));
  const ladder = parsed.data.ladder ?? DEFAULT_LADDER;
  const issues = checkTeam(parsed.data, ladder);
  if (issues.length > 0) throw new DeclarationError("TEAM_INVALID", issues);
  return deepFreeze(complete(parsed.data, ladder)) as Team<T, R>;
}

function toLine(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? "the team" : `\`${issue.path.join(".")}\``;
  if (issue.code === "unrecognized_keys") {
    return `Expected ${where} to have no key ${quoted(issue.keys)}. Remove it, or correct its spelling.`;
  }
  if (issue.code === "invalid_key") {
    return `Expected ${where} to be valid (${issue.issues[0]?.message ?? issue.message}), got ${got(issue.path.at(-1))}.`;
  }
  const expected = issue.message
    .replace(/^Invalid (input|option|string|key in record): /, "")
    .replace(/^Too /, "too ");
  return `Expected ${where} to be valid (${expected}), got ${got(issue.input)}.`;
}

function complete(team: Declaration, ladder: readonly string[]): Team {
  const policy = team.reviewer?.policy ?? "balanced";
  return {
    ladder,
    models: Object.fromEntries(
      Object.entries(team.models).map(([tier, mapping]) => [
        tier,
        typeof mapping === "string"
          ? { model: mapping, effort: null }
          : { model: mapping.model, effort: mapping.effort ?? null },
      ]),
    ),
    planner: { tier: team.planner.tier, instructions: team.planner.instructions ?? "" },
    executors: Object.fromEntries(
      Object.entries(team.executors).map(([role, given]) => [
        role,
        {
          tier: given.tier,
          ...(given.description === undefined ? {} : { description: given.description }),
          instructions: given.instructions ?? "",
          minTier: given.minTier ?? (ladder[0] as string),
          maxTier: given.maxTier ?? topTier(ladder),
          errorCost: given.errorCost ?? null,
          ...(given.tools === undefined || given.tools.length === 0 ? {} : { tools: given.tools }),
          ...(given.maxTurns === undefined ? {} : { maxTurns: given.maxTurns }),
          ...(given.effort === undefined ? {} : { effort: given.effort }),
        },
      ]),
    ),
    reviewer: {
      policy: typeof policy === "function" ? "custom" : policy,
      instructions: team.reviewer?.instructions ?? "",
      auditShare: team.reviewer?.auditShare ?? 0.1,
      ...(team.reviewer?.sample === undefined ? {} : { sample: structuredClone(team.reviewer.sample) }),
    },
    prices: structuredClone((team.prices ?? []) as readonly PriceRow[]),
    reviewPolicy: policy,
    router: team.router ?? null,
  };
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const key of Object.keys(value)) deepFreeze((value as Record<string, unknown>)[key]);
  }
  return value;
}
