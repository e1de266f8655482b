import { DEFAULT_LADDER } from "../ladder.js";
import { classifierRouter } from "./classifier-router.js";
import { firstOf, highestOf, pin } from "./compose.js";
import { contextSizeRouter, type ModelWindow } from "./context-size-router.js";
import {
  defaultDomains,
  defaultKeywords,
  defaultTable,
  defaultUserTiers,
  type Keywords,
} from "./default-tables.js";
import { domainRouter } from "./domain-router.js";
import { errorCostRouter } from "./error-cost-router.js";
import { historyRouter } from "./history-router.js";
import { keywordRouter } from "./keyword-router.js";
import { plannerRouter } from "./planner-router.js";
import { type RequirementsOptions, requirementsRouter } from "./requirements-router.js";
import type { Router } from "./router.js";
import { type TableRow, tableRouter } from "./table-router.js";
import { userTierRouter } from "./user-tier-router.js";

/** What the routers of the default router go by. */
export interface DefaultRouterOptions extends Partial<RequirementsOptions> {
  /** The team's, for the tables that are not given. @default ["haiku", "sonnet", "opus"] */
  readonly ladder?: readonly string[];
  /** Where tasks start, whatever else is said: by task id, kind or role. @default none */
  readonly pins?: { readonly [name: string]: string };
  /** Models' windows and price lines. @default none, so that size decides nothing */
  readonly windows?: { readonly [model: string]: ModelWindow };
  readonly table?: { readonly [kind: string]: TableRow };
  readonly keywords?: Keywords;
  readonly domains?: { readonly [domain: string]: string };
  readonly userTiers?: { readonly [userTier: string]: string };
  /** The tier whose model classifies the tasks. @default nobody is asked */
  readonly classifier?: string;
}

/**
 * The routers in the order in which they usually know best.
 *
 * A pin wins. Else the first that proposes anything: the tier of the user; what earlier runs taught; the table of kinds,
 * the domain (each one tier up where an error costs much); the classifier, if one is asked; keywords; the planner. And
 * never lower than the context's size and the requirements allow.
 */
export function defaultRouter(options: DefaultRouterOptions = {}): Router {
  const {
    ladder = DEFAULT_LADDER,
    pins,
    windows = {},
    requires = {},
    capabilities = {},
    classifier,
  } = options;
  const { table = defaultTable(ladder), keywords = defaultKeywords(ladder) } = options;
  const { domains = defaultDomains(ladder), userTiers = defaultUserTiers(ladder) } = options;
  const proposed = firstOf(
    userTierRouter(userTiers),
    historyRouter(),
    errorCostRouter(firstOf(tableRouter(table), domainRouter(domains))),
    ...(classifier === undefined ? [] : [classifierRouter({ tier: classifier })]),
    errorCostRouter(keywordRouter(keywords)),
    plannerRouter(),
  );
  const floors = [contextSizeRouter(windows), requirementsRouter({ requires, capabilities })];
  const whole = highestOf(proposed, ...floors);
  return pins === undefined ? whole : pin(pins, whole);
}
