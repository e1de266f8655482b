// Routers made of routers. Each part is always asked, so that the log shows what every one would have done.
import { higherTier } from "../ladder.js";
import type { Proposal, RouteQuestion, Router, Routing } from "./router.js";

/** The proposal of the first that makes one. */
export function firstOf(...routers: readonly Router[]): Router {
  return combine("firstOf", routers, ([first]) => first);
}

/** The dearest tier that any proposes; of equals, the first. */
export function highestOf(...routers: readonly Router[]): Router {
  return combine("highestOf", routers, (winners, { ladder }) =>
    winners.reduce((best, next) => (higherTier(ladder, best.tier, next.tier) === best.tier ? best : next)),
  );
}

/** What `router` proposes, moved up to `min` or down to `max` when it lies outside of them. */
export function clamp(
  router: Router,
  { min, max }: { readonly min?: string; readonly max?: string },
): Router {
  const name = `clamp(${router.name})`;
  return {
    ...router,
    name,
    route: (question) => {
      const { winner, proposals } = router.route(question);
      if (winner === null) return { winner, proposals };
      const tier = between(question.ladder, winner.tier, min, max);
      if (tier === winner.tier) return { winner, proposals };
      const reason = `${winner.reason} Moved from ${winner.tier}: no lower than ${min ?? "any"}, no higher than ${max ?? "any"}.`;
      const moved: Proposal = { ...winner, router: name, tier, reason };
      return { winner: moved, proposals: [...proposals, moved] };
    },
  };
}

/** The tiers that are not on the ladder bound nothing. */
function between(
  ladder: readonly string[],
  tier: string,
  min: string | undefined,
  max: string | undefined,
): string {
  const floor = Math.max(0, ladder.indexOf(min ?? ""));
  const found = ladder.indexOf(max ?? "");
  const ceiling = found === -1 ? ladder.length - 1 : found;
  return ladder[Math.min(Math.max(ladder.indexOf(tier), floor), ceiling)] ?? tier;
}

/** Starts the tasks that it names where it says, and lets `router` decide about the others. By task id, kind or role. */
export function pin(tiers: { readonly [name: string]: string }, router: Router): Router {
  return {
    ...router,
    name: `pin(${router.name})`,
    route: (question) => {
      const routing = router.route(question);
      const pinned = pinFor(tiers, question);
      return pinned === undefined ? routing : { winner: pinned, proposals: [pinned, ...routing.proposals] };
    },
  };
}

/** The proposal of a person for a task, if there is one: by its id, else its kind, else its role. */
export function pinFor(
  tiers: { readonly [name: string]: string },
  { task, ladder }: Pick<RouteQuestion, "task" | "ladder">,
): Proposal | undefined {
  const name = [task.id, task.kind, task.role].find((each) => Object.hasOwn(tiers, each));
  const tier = name === undefined ? undefined : tiers[name];
  if (tier === undefined || !ladder.includes(tier)) return undefined;
  return {
    router: "pin",
    tier,
    reason: `"${name}" is pinned to ${tier}.`,
    confidence: "high",
    maxTokens: null,
  };
}

function combine(
  what: string,
  routers: readonly Router[],
  choose: (winners: readonly Proposal[], question: RouteQuestion) => Proposal | undefined,
): Router {
  const classifier = routers.find((router) => router.classifier !== undefined)?.classifier;
  return {
    name: `${what}(${routers.map(({ name }) => name).join(", ")})`,
    ...(classifier === undefined ? {} : { classifier }),
    route: (question): Routing => {
      const routings = routers.map((router) => router.route(question));
      const winners = routings.flatMap(({ winner }) => (winner === null ? [] : [winner]));
      const winner = winners.length === 0 ? undefined : choose(winners, question);
      return { winner: winner ?? null, proposals: routings.flatMap(({ proposals }) => proposals) };
    },
  };
}
