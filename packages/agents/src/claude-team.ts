// The team used when none is declared.

import { defineTeam, type Team } from "@terrace/core";

/**
 * Haiku, Sonnet and Opus; Opus plans, and one general worker starts at Haiku.
 *
 * No effort is pinned, so that each agent asks for its own: planner and executors medium, reviewer high.
 * @see Anthropic's model pages, read 2026-11-21
 */
export const claudeTeam: Team<"haiku" | "sonnet" | "opus", "worker"> = defineTeam({
  ladder: ["haiku", "sonnet", "opus"],
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: {
    worker: {
      tier: "haiku",
      instructions: "You do any kind of work with text: reading, writing, analysis, code.",
    },
  },
});
