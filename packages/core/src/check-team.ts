import { got, quoted } from "./errors.js";
import { checkPriceRows } from "./price-rows.js";
import type { Sample } from "./run/sample.js";

/** What is checked of a declared team, whose form is right. */
interface Declared {
  readonly models: { readonly [tier: string]: unknown };
  readonly planner: { readonly tier: string };
  readonly executors: {
    readonly [role: string]: {
      readonly tier: string;
      readonly minTier?: string | undefined;
      readonly maxTier?: string | undefined;
      readonly tools?: readonly string[] | undefined;
      readonly maxTurns?: number | undefined;
      readonly effort?: string | undefined;
    };
  };
  readonly reviewer?: { readonly sample?: Sample | undefined } | undefined;
  readonly router?: { readonly classifier?: string } | undefined;
  readonly prices?: readonly unknown[] | undefined;
}

/** What is wrong with a declaration of the right form, each in a line. */
export function checkTeam(team: Declared, ladder: readonly string[]): readonly string[] {
  return [
    ...checkModels(team, ladder),
    ...checkTiers(team, ladder),
    ...checkTools(team),
    ...checkEfforts(team, ladder),
    ...checkPriceRows(team.prices ?? []),
  ];
}

function checkModels(team: Declared, ladder: readonly string[]): string[] {
  const issues: string[] = [];
  const twice = ladder.filter((tier, index) => ladder.indexOf(tier) !== index);
  if (twice.length > 0)
    issues.push(`Expected \`ladder\` to name each tier once, got ${quoted(twice)} twice.`);
  const missing = ladder.filter((tier) => !Object.hasOwn(team.models, tier));
  if (missing.length > 0) {
    issues.push(
      `Expected \`models\` to map every tier of the ladder, got ${quoted(Object.keys(team.models)) || "none"}. ` +
        `Add a model for ${quoted(missing)}.`,
    );
  }
  const strangers = Object.keys(team.models).filter((tier) => !ladder.includes(tier));
  if (strangers.length > 0) {
    issues.push(
      `Expected \`models\` to map only tiers of the ladder (${quoted(ladder)}), got ${quoted(strangers)}. ` +
        "Remove the mapping, or add the tier to `ladder`.",
    );
  }
  return issues;
}

function checkTiers(team: Declared, ladder: readonly string[]): string[] {
  const issues: string[] = [];
  const known = (where: string, tier: string | undefined): void => {
    if (tier === undefined || ladder.includes(tier)) return;
    issues.push(`Expected \`${where}\` to be a tier of the ladder (${quoted(ladder)}), got ${got(tier)}.`);
  };
  known("planner.tier", team.planner.tier);
  known("router.classifier", team.router?.classifier);
  for (const [kind, tiers] of Object.entries(team.reviewer?.sample ?? {})) {
    if (typeof tiers === "number") continue;
    for (const tier of Object.keys(tiers)) known(`reviewer.sample.${kind}`, tier);
  }
  if (Object.keys(team.executors).length === 0) {
    issues.push("Expected `executors` to declare at least one role, got none. Add a role with a tier.");
  }
  for (const role of ["planner", "reviewer"].filter((name) => Object.hasOwn(team.executors, name))) {
    issues.push(
      `Expected \`executors\` to leave the name "${role}" to the ${role}, which the ledger lists by it. Rename it.`,
    );
  }
  for (const [role, { tier, minTier, maxTier }] of Object.entries(team.executors)) {
    const before = issues.length;
    known(`executors.${role}.tier`, tier);
    known(`executors.${role}.minTier`, minTier);
    known(`executors.${role}.maxTier`, maxTier);
    if (issues.length > before) continue;
    const order = [minTier ?? tier, tier, maxTier ?? tier].map((each) => ladder.indexOf(each));
    if (order.some((position, index) => position < (order[index - 1] ?? 0))) {
      issues.push(
        `Expected \`executors.${role}\` to have minTier ≤ tier ≤ maxTier, ` +
          `got ${quoted([minTier ?? tier, tier, maxTier ?? tier])}.`,
      );
    }
  }
  return issues;
}

function checkTools({ executors }: Declared): string[] {
  return Object.entries(executors).flatMap(([role, { tools = [], maxTurns }]) => {
    const twice = tools.filter((tool, index) => tools.indexOf(tool) !== index);
    if (tools.length === 0 && maxTurns !== undefined) {
      return [
        `Expected \`executors.${role}.maxTurns\` to stand beside tools, without which a role has one turn, got ` +
          `${got(maxTurns)}. Remove it, or give the role \`tools\`.`,
      ];
    }
    if (twice.length === 0) return [];
    return [`Expected \`executors.${role}.tools\` to name each tool once, got ${quoted(twice)} twice.`];
  });
}

/** A role that asks for one effort everywhere leaves nothing between two tiers of one model. */
function checkEfforts({ executors, models }: Declared, ladder: readonly string[]): string[] {
  const modelOf = (tier: string): unknown => {
    const mapping = models[tier];
    return typeof mapping === "string"
      ? mapping
      : (mapping as { readonly model?: unknown } | undefined)?.model;
  };
  return Object.entries(executors).flatMap(([role, { effort, minTier, maxTier }]) => {
    if (effort === undefined) return [];
    const from = minTier === undefined ? 0 : ladder.indexOf(minTier);
    const tiers = ladder.slice(from, maxTier === undefined ? undefined : ladder.indexOf(maxTier) + 1);
    const same = tiers.filter((tier) =>
      tiers.some((other) => other !== tier && modelOf(other) === modelOf(tier)),
    );
    if (same.length === 0) return [];
    return [
      `Expected \`executors.${role}.effort\` to be left to the tiers, since ${quoted(same)} differ in nothing else, ` +
        `got ${got(effort)}. Remove it.`,
    ];
  });
}
