import { DeclarationError, got } from "../errors.js";
import { placeOf } from "../place.js";
import type { Proposal, RouteQuestion, Router, Routing } from "./router.js";

/**
 * Lets a share of the tasks go by `first`, and the others by `second`. Who is not chosen is asked too, and proposes in vain.
 *
 * Which way a task goes follows from its goal, id and brief alone: the same in every process, in a quote, and for every time
 * that it is asked; a share that is raised leaves the tasks that went by `first` there. Where the two say the same of a
 * task, it is proposed as it is; otherwise the reason names the share.
 *
 * @param share From 0 to 1.
 * @throws DeclarationError (`OPTIONS_INVALID`) when `share` is not one.
 * @example split(0.4, tableRouter({ review: { tier: "sonnet" } }), tableRouter({ review: { tier: "haiku" } }))
 */
export function split(share: number, first: Router, second: Router): Router {
  if (!(share >= 0 && share <= 1))
    throw new DeclarationError("OPTIONS_INVALID", [
      `Expected the share of \`split\` to be a number from 0 to 1, got ${got(share)}.`,
    ]);
  const name = `split(${share}, ${first.name}, ${second.name})`;
  const classifier = first.classifier ?? second.classifier;
  return {
    name,
    ...(classifier === undefined ? {} : { classifier }),
    route: (question): Routing => {
      const routings = [first.route(question), second.route(question)] as const;
      const proposals = routings.flatMap((routing) => routing.proposals);
      const goesFirst = isOfShare(share, [first.name, second.name], question);
      const { winner } = routings[goesFirst ? 0 : 1];
      if (winner === null || agree(routings[0].winner, routings[1].winner)) return { winner, proposals };
      const way = goesFirst ? "this one is of the share" : "this one is not of the share";
      const reason = `${winner.reason} A share of ${share} of such tasks, by hash, goes by ${first.name}; ${way}.`;
      const chosen: Proposal = { ...winner, router: name, reason };
      return { winner: chosen, proposals: [...proposals, chosen] };
    },
  };
}

/** The names of the two are in the hash, so that a split within a split is drawn anew. */
function isOfShare(share: number, names: readonly string[], { goal, task }: RouteQuestion): boolean {
  return placeOf(JSON.stringify([...names, goal, task.id, task.brief])) < share;
}

function agree(one: Proposal | null, other: Proposal | null): boolean {
  return one?.tier === other?.tier && one?.maxTokens === other?.maxTokens;
}
