// What each model takes, as far as it decides what is sent. A model that is not listed is sent what was asked for.
import type { Effort } from "@terrace/core";

/** What one model takes. */
export interface ModelRules {
  /** The efforts it can be asked for; none when a request that names one is refused. */
  readonly efforts: readonly Effort[];
  /** The shortest prefix of a prompt that is cached, in tokens. */
  readonly minCacheTokens: number;
  /** The prompt and the answer together, in tokens. */
  readonly contextTokens: number;
  /** The most it writes in one answer, thinking included. */
  readonly maxOutputTokens: number;
  /** The day of the page the rules are from, as YYYY-MM-DD. */
  readonly asOf: string;
}

const EFFORTS: readonly Effort[] = ["low", "medium", "high", "xhigh", "max"];
const CURRENT = {
  efforts: EFFORTS,
  minCacheTokens: 512,
  contextTokens: 1_000_000,
  maxOutputTokens: 128_000,
} as const;

/**
 * Rules by exact model id.
 *
 * @see Anthropic's model pages, read 2026-11-21. What they leave open for Fable 5.2 follows Fable 5.1.
 */
const RULES: { readonly [model: string]: ModelRules } = {
  "claude-haiku-5-5": { ...CURRENT, asOf: "2026-10-07" },
  "claude-sonnet-5-5": { ...CURRENT, asOf: "2026-10-09" },
  "claude-opus-5-5": { ...CURRENT, asOf: "2026-09-24" },
  "claude-fable-5-2": { ...CURRENT, asOf: "2026-11-09" },
  "claude-fable-5-1": { ...CURRENT, asOf: "2026-09-01" },
  "claude-haiku-4-5": {
    efforts: [],
    minCacheTokens: 4_096,
    contextTokens: 200_000,
    maxOutputTokens: 64_000,
    asOf: "2026-10-07",
  },
};

/** The models whose rules are known. */
export const KNOWN_MODELS: readonly string[] = Object.keys(RULES);

/** A platform's own words before the id, such as `global.anthropic.`, and a date or version after it. */
const DRESS = /^(?:[a-z-]+\.)*|(?:[-@]20\d{6})?(?:-v\d+(?::\d+)?)?$/g;

/** The rules of a model, under whatever name a platform has for it; `undefined` when it is not listed. */
export function rulesOf(model: string): ModelRules | undefined {
  const id = model.replace(DRESS, "");
  return Object.hasOwn(RULES, id) ? RULES[id] : undefined;
}

/** Whether a model can be asked for this effort. */
export function takesEffort(model: string, effort: Effort): boolean {
  return rulesOf(model)?.efforts.includes(effort) ?? true;
}

/** As many tokens as were asked for, or the most that the model writes. */
export function mostTokens(model: string, asked: number): number {
  return Math.min(asked, rulesOf(model)?.maxOutputTokens ?? asked);
}

/** Prose has at least so many bytes for each token, so that a shorter prefix is certainly too short. */
const LEAST_BYTES_PER_TOKEN = 3;

/** Whether a prefix of so many bytes may be long enough to be cached. */
export function isCacheable(model: string, bytes: number): boolean {
  return bytes / LEAST_BYTES_PER_TOKEN >= (rulesOf(model)?.minCacheTokens ?? 0);
}
