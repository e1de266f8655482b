// What the processes of one run have in common: its goal, its team, and how far its plan may grow.

import { defineTeam } from "@terrace/core";

export const GOAL = "Say when each company was founded, and what the market makes of it.";

export const OPTIONS = {
  team: defineTeam({
    models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", instructions: "You work." } },
    // Who is audited depends on the run's id, and the requests are counted.
    reviewer: { auditShare: 0 },
  }),
  limits: { maxItems: 200, maxNesting: 1, maxRevisions: 1 },
};
