import type { DefaultTier } from "../ladder.js";
import { defineTeam, type Team } from "../team.js";

/**
 * A team for tests: the default ladder, models named after their tiers, no audits.
 *
 * Its roles `worker` and `researcher` start at `haiku`, `writer` at `sonnet`; all may climb to `opus`.
 */
export const testTeam: Team<DefaultTier, "worker" | "researcher" | "writer"> = defineTeam({
  models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: { model: "model-opus", effort: "medium" } },
  planner: { tier: "opus", instructions: "Plan." },
  executors: {
    worker: { tier: "haiku", instructions: "Work." },
    researcher: { tier: "haiku", instructions: "Find out." },
    writer: { tier: "sonnet", instructions: "Write." },
  },
  reviewer: { policy: "balanced", instructions: "Review.", auditShare: 0 },
});
