import { defineTeam, type Team } from "@terrace/core";
import type { DemoTier } from "./library.js";

/** The team of the demo. */
export const demoTeam: Team<DemoTier, "implementer" | "documenter"> = defineTeam({
  ladder: ["haiku", "sonnet", "opus"],
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus", instructions: "One task a module, so that each can be tested alone." },
  executors: {
    implementer: {
      tier: "haiku",
      instructions:
        "You write one TypeScript module to a specification. The output is the whole file, without fences. Only " +
        "types that can be stripped; imports only of the modules that the brief names, by their `.mjs` names.",
    },
    documenter: {
      tier: "haiku",
      instructions: "You write Markdown for people who know their trade. The output is the whole file.",
    },
  },
  reviewer: {
    policy: "balanced",
    instructions: "The tests have passed before you see the output. Look for what tests do not show.",
    // Which attempts are audited follows from the run's id, and the demo is to be the same each time.
    auditShare: 0,
  },
});
