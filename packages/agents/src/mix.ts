// What work costs when its tokens are spread over tiers, and what it would cost with all of them at one.
import { DeclarationError } from "@terrace/core";
import type { PriceList, TierPrice } from "./price-lists.js";
import { named, shown } from "./shown.js";

/** The share of the work that each tier does, from 0 to 1; they add up to 1. A tier that is not named does nothing. */
export type Split = { readonly [tier: string]: number };

/** One tier's part of the work. */
export interface TierPart {
  readonly model: string;
  readonly share: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
}

/** All of the work at one tier, beside the split. */
export interface AllAtOne {
  readonly model: string;
  readonly usd: number;
  /** What the split saves; negative when it costs more. */
  readonly savedUsd: number;
  /** The same as a share of `usd`, from 0 to 1; `null` when that is nothing. */
  readonly savedShare: number | null;
}

/** What work comes to, in USD to the micro-dollar, at the prices of one list. */
export interface MixReport {
  /** The price list that every figure here stands on. */
  readonly list: string;
  readonly asOf: string;
  readonly source: string;
  readonly usd: number;
  readonly byTier: { readonly [tier: string]: TierPart };
  readonly allAt: { readonly [tier: string]: AllAtOne };
}

/** Work to be spread. */
export interface Work {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** How long a prompt is; `null` when nobody knows, and then none is longer than prices hold for. */
  readonly promptTokens: number | null;
}

/** Prices work by a split whose tiers the list has. */
export function priceMix(split: Split, work: Work, list: PriceList): MixReport {
  const tiers = Object.entries(list.tiers).map(([tier, price]) => {
    const share = Object.hasOwn(split, tier) ? (split[tier] as number) : 0;
    return { tier, price, share, microUsd: microUsdOf(price, work, share), all: microUsdOf(price, work, 1) };
  });
  const total = tiers.reduce((sum, { microUsd }) => sum + microUsd, 0);
  const part = ({ price, share, microUsd }: (typeof tiers)[number]): TierPart => ({
    model: price.model,
    share,
    inputTokens: Number((work.inputTokens * share).toFixed(6)),
    outputTokens: Number((work.outputTokens * share).toFixed(6)),
    usd: microUsd / 1e6,
  });
  const beside = ({ price, all }: (typeof tiers)[number]): AllAtOne => ({
    model: price.model,
    usd: all / 1e6,
    savedUsd: (all - total) / 1e6,
    savedShare: all === 0 ? null : (all - total) / all,
  });
  return {
    list: list.name,
    asOf: list.asOf,
    source: list.source,
    usd: total / 1e6,
    byTier: Object.fromEntries(tiers.map((tier) => [tier.tier, part(tier)])),
    allAt: Object.fromEntries(tiers.map((tier) => [tier.tier, beside(tier)])),
  };
}

/** USD per million tokens are micro-dollars per token. */
function microUsdOf(
  price: TierPrice,
  { inputTokens, outputTokens, promptTokens }: Work,
  share: number,
): number {
  const { above } = price;
  const { inputUsd, outputUsd } = above && (promptTokens ?? 0) > above.promptTokens ? above : price;
  return Math.round(share * (inputTokens * inputUsd + outputTokens * outputUsd));
}

/** Shares are typed by people: 0.7 + 0.2 + 0.1 is 0.9999999999999999. */
const TOLERANCE = 1e-9;

/** More than anybody can count. */
const MOST = 1e15;

/**
 * Checks a split against its list, and counts by their names.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function assertMix(split: Split, list: PriceList, counts: { readonly [name: string]: number }): void {
  const issues = [...checkSplit(split, list), ...checkCounts(counts)];
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

function checkSplit(split: Split, { name, tiers }: PriceList): string[] {
  const shares = Object.entries(Object(split) as Split);
  const strangers = shares.filter(([tier]) => !Object.hasOwn(tiers, tier)).map(([tier]) => tier);
  const wrong = shares.filter(([, share]) => !isWithin(share, 1));
  const issues = wrong.map(
    ([tier, share]) =>
      `Expected \`split.${tier}\` to be a share from 0 to 1, got ${shown(share)}. Write 80 % as 0.8.`,
  );
  if (strangers.length > 0) {
    issues.push(
      `Expected \`split\` to name tiers of price list "${name}" (${named(Object.keys(tiers))}), ` +
        `got ${named(strangers)}. Correct it, or give a list that has it.`,
    );
  }
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  if (wrong.length === 0 && Math.abs(sum - 1) > TOLERANCE) {
    const parts = shares.map(([tier, share]) => `${tier} ${share}`).join(", ");
    issues.push(
      `Expected the shares of \`split\` to add up to 1, got ${shown(Number(sum.toPrecision(12)))} (${parts || "none"}). ` +
        "Say for all of the work which tier does it.",
    );
  }
  return issues;
}

function checkCounts(counts: { readonly [name: string]: number }): string[] {
  return Object.entries(counts)
    .filter(([, count]) => !isWithin(count, MOST))
    .map(
      ([name, count]) =>
        `Expected \`${name}\` to be a number from 0 to 1e15, got ${shown(count)}. Correct it.`,
    );
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === "number" && value >= 0 && value <= most;
}
