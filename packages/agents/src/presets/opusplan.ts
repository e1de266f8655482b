import type { Preset } from "./preset.js";
import { worker } from "./worker.js";

/** Opus plans, Sonnet executes; there is no tier below. */
export const opusplan: Preset = {
  about: "Opus plans, Sonnet executes; nothing is tried below Sonnet.",
  ladder: ["sonnet", "opus"],
  planner: { tier: "opus" },
  executors: { worker: { ...worker.executors.worker, tier: "sonnet" } },
};
