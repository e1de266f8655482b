import { z } from "zod";
import { DeclarationError, got, quoted } from "../errors.js";
import type { Agents } from "../ports/agents.js";
import type { RoutingTerms } from "../routing/terms.js";
import type { Team } from "../team.js";

/** What is said of a goal for routers. */
export interface RoutingOptions {
  /** What the goal is about, such as `security`, for routers that go by it. */
  readonly domain?: string;
  /** Whom it is for, such as `free`, for routers that go by it. */
  readonly userTier?: string;
  /** Where tasks start, whatever routers say: by task id, kind or role. */
  readonly pins?: { readonly [name: string]: string };
}

/** What is wrong with agents that a team's router wants to ask. */
export function checkClassifier(team: Team | undefined, agents: Agents | undefined): string[] {
  const tier = team?.router?.classifier;
  if (tier === undefined || agents === undefined || agents.classify !== undefined) return [];
  return [
    `Expected \`agents\` that classify tasks, since the team's router asks a model at "${tier}", got ones that do not. ` +
      "Give them a `classify`, or leave the classifier out of the router.",
  ];
}

const word = z.string().min(1).max(256);

const optionsSchema = z.object({
  domain: word.optional(),
  userTier: word.optional(),
  pins: z.record(word, word).optional(),
});

/**
 * How the tasks of a run are to be routed, for the log; `null` for a team without a router.
 *
 * @throws DeclarationError (`OPTIONS_INVALID`) with everything that is wrong, each in a line.
 */
export function routingTerms(
  options: RoutingOptions,
  { router, ladder }: Pick<Team, "router" | "ladder">,
  learnFrom: number,
): RoutingTerms | null {
  const parsed = optionsSchema.safeParse(options, { reportInput: true });
  if (!parsed.success) {
    throw new DeclarationError(
      "OPTIONS_INVALID",
      parsed.error.issues.map(
        ({ path, message, input }) =>
          `Expected \`${path.join(".")}\` to be valid (${message}), got ${got(input)}.`,
      ),
    );
  }
  const { domain = null, userTier = null, pins = {} } = parsed.data;
  const issues = Object.entries(pins).flatMap(([name, tier]) =>
    ladder.includes(tier)
      ? []
      : [`Expected \`pins.${name}\` to be a tier of the ladder (${quoted(ladder)}), got ${got(tier)}.`],
  );
  const given = Object.keys(parsed.data).filter((name) => Object.hasOwn(options, name));
  if (router === null && given.length > 0) {
    issues.push(
      `Expected a team with a \`router\`, since ${quoted(given)} ${given.length === 1 ? "is" : "are"} for one, ` +
        "got one without. Declare one, such as `router: plannerRouter()`.",
    );
  }
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
  if (router === null) return null;
  return { router: router.name, classifier: router.classifier ?? null, learnFrom, domain, userTier, pins };
}
