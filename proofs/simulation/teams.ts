import { defineTeam, type ReviewPolicy, type Team } from "@terrace/core";

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

/** The teams that worlds are peopled with. */
export const TEAMS: readonly Team[] = [...threeTiers, oneTier, fourTiers] as unknown as readonly Team[];
