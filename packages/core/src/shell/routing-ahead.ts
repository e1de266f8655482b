import { z } from "zod";
import { DeclarationError, got } from "../errors.js";
import type { AcceptedPlan } from "../plan/plan.js";
import { classificationShape } from "../routing/classification.js";
import type { Router } from "../routing/router.js";
import { type Foreknown, routePlan, type TaskRouting } from "../run/route-plan.js";
import type { Urgency } from "../run/urgency.js";
import type { Context } from "./assemble.js";
import { calibrate } from "./calibrating.js";
import { type RoutingOptions, routingTerms } from "./routing-terms.js";

/** What is said of a plan that is to be routed, and not carried out. */
export interface RouteOptions extends RoutingOptions, Foreknown {
  /** @default the team's, or else the plan's own tiers */
  readonly router?: Router;
  /** Of the tasks whose plan does not say. @default "live" */
  readonly urgency?: Urgency;
}

const foreknownSchema = z.object({
  classifications: z.record(z.string(), z.object(classificationShape)).optional(),
  contextTokens: z.number().int().min(0).max(1_000_000_000_000).optional(),
});

/**
 * Says where the tasks of a plan would start and who would propose what, by what the runs of the store teach. Nobody is
 * asked.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export async function routeAhead(
  context: Context,
  plan: AcceptedPlan,
  router: Router,
  { urgency = "live", ...options }: RouteOptions,
): Promise<readonly TaskRouting[]> {
  const { checked, options: given } = context;
  const { team, learnFrom } = checked;
  const foreknown = foreknownSchema.safeParse(options, { reportInput: true });
  if (!foreknown.success) {
    throw new DeclarationError(
      "OPTIONS_INVALID",
      foreknown.error.issues.map(
        ({ path, message, input }) =>
          `Expected \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
      ),
    );
  }
  const routing = routingTerms(options, { router, ladder: team.ladder }, learnFrom);
  const calibration = learnFrom === 0 ? [] : (await calibrate(context, { routing })).rows;
  const { priceOf, sizeOf } = given.agents;
  const policy = { router, priceOf, sizeOf, review: team.reviewPolicy };
  return routePlan({ plan, team, routing, calibration, urgency }, policy, options);
}
