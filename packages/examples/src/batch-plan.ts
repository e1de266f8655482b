// The work that is done live and in batches: the same tasks, by the same team.

import type { BatchSettings } from "@terrace/agents";
import { definePlan, defineTeam, type Plan } from "@terrace/core";

/** Nobody is audited: who is depends on the run's id, and the two runs are to be compared. */
export const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { translator: { tier: "haiku", instructions: "Translate the sentence into French." } },
  reviewer: { auditShare: 0 },
});

/** So many sentences, of which none needs another. */
export function planFor(count: number): Plan {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return definePlan(team, {
    goal: "The phrase book, in French.",
    tasks: numbers.map((n) => ({
      id: `sentence${n}`,
      role: "translator",
      brief: `Sentence ${n} of the phrase book: "Where is platform ${n}?"`,
      criteria: ["It is French."],
    })),
  });
}

/** In minutes of the real thing, these are milliseconds; leave them out there. */
export const SETTINGS: BatchSettings = { pollMs: 50, maxPollMs: 200, appearMs: 500 };
