import {
  defineTeam,
  firstOf,
  historyRouter,
  type ReviewPolicy,
  router,
  type Team,
  tableRouter,
} from "@terrace/core";

/** A policy that no log can hold: the next tier for what is dear, the same for what is not. */
const ownPolicy: ReviewPolicy = ({ ladder, tier, errorCost }) =>
  errorCost === "high" ? (ladder[ladder.indexOf(tier) + 1] ?? tier) : tier;

const policies = ["thorough", "balanced", "economy", ownPolicy] as const;

const threeTiers = policies.flatMap((policy) =>
  [0, 0.4].map((auditShare) =>
    defineTeam({
      models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
      planner: { tier: "opus" },
      executors: {
        worker: { tier: "haiku" },
        clerk: { tier: "haiku", maxTier: "sonnet" },
        writer: { tier: "sonnet", minTier: "sonnet", errorCost: "high" },
      },
      reviewer: { policy, auditShare },
    }),
  ),
);

const oneTier = defineTeam({
  ladder: ["only"],
  models: { only: "model-only" },
  planner: { tier: "only" },
  executors: { worker: { tier: "only" } },
});

const fourTiers = defineTeam({
  ladder: ["a", "b", "c", "d"],
  models: { a: "model-a", b: "model-b", c: "model-c", d: { model: "model-d", effort: "high" } },
  planner: { tier: "c" },
  executors: { worker: { tier: "a" }, clerk: { tier: "b", minTier: "b", maxTier: "c" } },
});

/** Starts a task by how much thought a model says it needs. */
const byComplexity = router(
  "complexity",
  ({ classification, ladder }) => {
    if (classification === null) return undefined;
    const tier = ladder[["mechanical", "generative", "reasoning"].indexOf(classification.complexity)];
    return tier === undefined ? undefined : { tier, reason: classification.reason, confidence: "medium" };
  },
  "haiku",
);

const routed = [
  firstOf(byComplexity, historyRouter()),
  firstOf(historyRouter(), tableRouter({ task: { tier: "sonnet" } })),
].map((by) =>
  defineTeam({
    models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" }, clerk: { tier: "haiku", maxTier: "sonnet" } },
    reviewer: { auditShare: 0, sample: { task: 0.6 } },
    router: by,
  }),
);

/** The teams that worlds are peopled with. */
export const TEAMS: readonly Team[] = [
  ...threeTiers,
  oneTier,
  fourTiers,
  ...routed,
] as unknown as readonly Team[];
