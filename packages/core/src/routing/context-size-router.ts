import { type Router, router } from "./router.js";

/** How much a model takes in, and what it charges for it. */
export interface ModelWindow {
  /** The prompt and the answer together, in tokens. */
  readonly contextTokens: number;
  /** US dollars for a million tokens of a prompt. @default unknown */
  readonly inputUsd?: number;
  /** The same when the whole prompt is longer than so many tokens. */
  readonly above?: { readonly promptTokens: number; readonly inputUsd: number };
}

/** How windows are filled. */
export interface ContextSizeOptions {
  /**
   * The share of a window, from 0 to 1, that a context may fill: the answer needs room in it too, and contexts are
   * measured in characters, so that a script with few of them to a token is underrated.
   *
   * @default 0.75
   */
  readonly fill?: number;
}

/** A tier, and the window of its model. */
interface Candidate {
  readonly tier: string;
  readonly window: ModelWindow | undefined;
}

/**
 * Passes over the tiers whose models cannot take a task's context in, and those which are dearer to read it than a higher
 * one, since they charge more for long prompts. Proposes nothing where the lowest tier takes it in at its usual price.
 *
 * It says where a task must not start below: put it into `highestOf`. A model that is not listed takes in anything.
 *
 * @param windows By model id, such as `claudeWindows` of `@terrace/agents`.
 */
export function contextSizeRouter(
  windows: { readonly [model: string]: ModelWindow },
  { fill = 0.75 }: ContextSizeOptions = {},
): Router {
  return router("contextSize", ({ contextTokens: tokens, ladder, models }) => {
    const all = ladder.map((tier): Candidate => {
      const model = models[tier]?.model ?? "";
      return { tier, window: Object.hasOwn(windows, model) ? windows[model] : undefined };
    });
    const fits = all.filter(({ window }) => window === undefined || tokens <= fill * window.contextTokens);
    const [lowest] = fits;
    const about = `About ${tokens} tokens are shown`;
    if (lowest === undefined) {
      const widest = all.reduce((best, next) => (sizeOf(next) > sizeOf(best) ? next : best));
      return { tier: widest.tier, reason: `${about}, too many for every model.`, confidence: "low" };
    }
    const chosen = fits.reduce((best, next) => (priceAt(next, tokens) < priceAt(best, tokens) ? next : best));
    const { tier } = chosen;
    if (tier !== lowest.tier) {
      const reason = `${about}, which ${lowest.tier} charges more for than ${tier} (${line(lowest)}).`;
      return { tier, reason, confidence: "medium" };
    }
    if (tier !== ladder[0]) {
      return { tier, reason: `${about}, too many for a tier below ${tier}.`, confidence: "high" };
    }
    if (tokens <= (chosen.window?.above?.promptTokens ?? Number.POSITIVE_INFINITY)) return undefined;
    return {
      tier,
      reason: `${about}: dearer at ${tier}, and still cheapest (${line(chosen)}).`,
      confidence: "low",
    };
  });
}

function sizeOf({ window }: Candidate): number {
  return window?.contextTokens ?? Number.POSITIVE_INFINITY;
}

/** Dollars for a million tokens of such a prompt; `NaN`, which is less than nothing and more than nothing, when unknown. */
function priceAt({ window }: Candidate, tokens: number): number {
  const { inputUsd = Number.NaN, above } = window ?? {};
  return above !== undefined && tokens > above.promptTokens ? above.inputUsd : inputUsd;
}

function line({ window }: Candidate): string {
  const { inputUsd = 0, above = { promptTokens: 0, inputUsd } } = window ?? {};
  return `above ${above.promptTokens} tokens $${above.inputUsd} a million instead of $${inputUsd}`;
}
