import { claudeTeam } from "../claude-team.js";
import type { Preset } from "./preset.js";

const { ladder, planner, executors } = claudeTeam;
const { tier, instructions } = executors.worker;

/** What a team is when nothing is said of it: one worker for everything, on three tiers. */
export const worker: Preset = {
  about: "One worker for any kind of text, from haiku to opus. Opus plans.",
  ladder,
  planner: { tier: planner.tier },
  executors: { worker: { tier, instructions } },
};
