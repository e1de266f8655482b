import { intervalOf } from "../calibration/interval.js";
import { type Chance, chancesOf, isDoubted } from "./chances.js";
import { type Opinion, type Proposal, type RouteQuestion, type Router, router } from "./router.js";
import { expectedCosts, type Start, startTier } from "./start-tier.js";

/** When history counts. */
export interface HistoryOptions {
  /** Judged outputs of a kind and role at a tier, below which they teach nothing. @default 10 */
  readonly enough?: number;
}

/** Judged outputs from which on a measured tier is sure. */
const SURE = 30;
/** Where no price is known, what is accepted so often is started there. */
const USUALLY = 0.8;

/** Starts tasks where such tasks are cheapest to start, by what became of them; proposes nothing where that is not known. */
export function historyRouter({ enough = 10 }: HistoryOptions = {}): Router {
  return router("history", (question) => {
    const chances = chancesOf(question, enough);
    return chances === undefined ? undefined : opinionOn(chances, question);
  });
}

/**
 * Moves what another router proposes to where the task is cheapest to start, at the prices of now.
 *
 * A tier pays when `attempt + review < chance × what is expected from the next tier on`; the chance comes from history where
 * there is enough of it, and else from the confidence of the proposal.
 */
export function cheapestStart(inner: Router, { enough = 10 }: HistoryOptions = {}): Router {
  const name = `cheapestStart(${inner.name})`;
  return {
    ...inner,
    name,
    route: (question) => {
      const { winner: said, proposals } = inner.route(question);
      const chances = said === null ? undefined : chancesOf(question, enough, said);
      // Without a price there is nothing to weigh, and the proposal stands.
      if (said === null || chances === undefined || question.costOf(said.tier) === null)
        return { winner: said, proposals };
      const maxTokens = said.maxTokens;
      const winner: Proposal = { router: name, ...opinionOn(chances, question), maxTokens };
      return { winner, proposals: [...proposals, winner] };
    },
  };
}

function opinionOn(chances: readonly Chance[], question: RouteQuestion): Omit<Opinion, "maxTokens"> {
  const rungs = chances.flatMap(({ tier, accepted }) => {
    const cost = question.costOf(tier);
    return cost === null ? [] : [{ tier, accepted, ...cost }];
  });
  const top = chances[chances.length - 1] as Chance;
  // The rule takes it that what is wrong is found and goes on; where it is not, no price makes up for it.
  const doubted = chances.slice(0, -1).filter(isDoubted);
  const start =
    rungs.length < chances.length
      ? undefined
      : startTier(rungs, ({ tier }) => doubted.every((each) => each.tier !== tier));
  const chosen =
    chances.find(({ tier }) => tier === start?.tier) ??
    chances.find((chance) => chance.accepted >= USUALLY && !doubted.includes(chance)) ??
    top;
  const costs = start === undefined ? "" : ` ${inWords(expectedCosts(rungs))}`;
  return {
    tier: chosen.tier,
    reason: `${ground(chosen, chances, question)}${doubted.map(doubtOf).join("")}${costs}`,
    confidence: chosen.cases >= SURE ? "high" : chosen.cases > 0 ? "medium" : "low",
  };
}

/** What the choice rests on: the cases of the tier, or those of the tier that it is inferred from. */
function ground(chosen: Chance, chances: readonly Chance[], { task: { kind } }: RouteQuestion): string {
  const shown = chosen.cases > 0 ? chosen : chances.find(({ cases }) => cases > 0);
  if (shown === undefined) return `Nothing is known of "${kind}" tasks but what was proposed.`;
  const { tier, hits, cases, tried = 0 } = shown;
  const { low, high } = intervalOf(hits, cases);
  const percent = (share: number): string => `${Math.round(share * 100)}`;
  const orAsGood =
    tried === 0 ? "" : `, or as good as what was accepted one tier higher (${tried} tried on the side),`;
  return `Of ${cases} "${kind}" tasks at ${tier} ${hits} were accepted${orAsGood} (${percent(low)} to ${percent(high)} %).`;
}

function doubtOf({ tier, shadow }: Chance): string {
  const { regraded = 0, upheld = 0 } = shadow ?? {};
  return ` Of ${regraded} accepted at ${tier} that were graded again ${regraded - upheld} were overturned: nothing starts there.`;
}

/** What tasks that start at each tier are expected to cost. */
export function inWords(starts: readonly Start[]): string {
  const parts = starts.map(({ tier, expected }) => `$${(expected / 1e6).toPrecision(3)} from ${tier}`);
  return `A task is expected to cost ${parts.join(", ")}.`;
}
