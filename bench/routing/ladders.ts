/** The ladders that are replayed: which recorded models stand for which tier, and the price lists they can be set in. */

import type { Costing, ListName } from "./price.js";

/** A recorded model that stands for a tier. */
interface Rung {
  readonly model: string;
  /** The agent or prompt form it ran in, where the dataset has several. */
  readonly scaffold?: string;
}

export interface LadderSpec {
  readonly name: string;
  /** Folder of the dataset. */
  readonly folder: string;
  /** Only instances whose category begins so. */
  readonly category?: string;
  /** Cheapest first. */
  readonly rungs: readonly Rung[];
  readonly costing: Costing;
  readonly lists: readonly ListName[];
}

const CLAUDE = ["haiku", "sonnet", "opus"];
const TOKENS: Costing = { by: "tokens", tiers: CLAUDE };
const DOLLARS: Costing = { by: "dollars", tiers: CLAUDE, at: "4.5" };

const CLAUDE_3 = ["claude-3-haiku-20240307", "claude-3-sonnet-20240229", "claude-3-opus-20240229"];
const MIXTRAL_GPT4: readonly Rung[] = [
  { model: "mixtral-8x7b-instruct-v0.1" },
  { model: "gpt-4-1106-preview" },
];
// Dollars per million tokens by the paper that the answers come from.
const MIXTRAL_GPT4_PRICES: Costing = { by: "tier", units: [0.24, 24.7] };

const inScaffold = (scaffold: string, models: readonly string[]): Rung[] =>
  models.map((model) => ({ model, scaffold }));

/** Every ladder that can be replayed. */
export const LADDERS: readonly LadderSpec[] = [
  {
    name: "bfcl/prompt",
    folder: "bfcl-claude3",
    rungs: inScaffold("prompt", CLAUDE_3),
    costing: TOKENS,
    lists: ["2024", "4.5", "5", "5.5"],
  },
  {
    name: "bfcl/tool-use",
    folder: "bfcl-claude3",
    rungs: inScaffold("tool-use", CLAUDE_3),
    costing: TOKENS,
    lists: ["2024", "4.5", "5", "5.5"],
  },
  {
    name: "tb2/terminus-2",
    folder: "terminal-bench-2",
    rungs: inScaffold("terminus-2", ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"]),
    costing: DOLLARS,
    lists: ["4.5", "5", "5.5"],
  },
  {
    name: "swev/mini 4.5",
    folder: "swe-bench-verified",
    rungs: [
      { model: "claude-haiku-4-5", scaffold: "claude-code-like" },
      { model: "claude-sonnet-4-5", scaffold: "mini-swe-agent" },
      { model: "claude-opus-4-5", scaffold: "mini-swe-agent" },
    ],
    costing: DOLLARS,
    lists: ["4.5", "5", "5.5"],
  },
  {
    name: "swev/tools 3.5-4",
    folder: "swe-bench-verified",
    rungs: inScaffold("anthropic-tools", ["claude-3-5-haiku", "claude-sonnet-4", "claude-opus-4"]),
    costing: { by: "tier", units: [0.8, 3, 15] },
    lists: ["own"],
  },
  {
    name: "swev/mini gpt",
    folder: "swe-bench-verified",
    rungs: inScaffold("mini-swe-agent", ["gpt-5-mini", "gpt-5", "claude-sonnet-4-5"]),
    costing: { by: "dollars", tiers: [], at: "own" },
    lists: ["own"],
  },
  {
    name: "swepro/H-S",
    folder: "swe-bench-pro",
    rungs: inScaffold("swe-agent, 250 turns", ["claude-haiku-4-5", "claude-sonnet-4-5"]),
    costing: { by: "turns", units: [1, 3] },
    lists: ["own"],
  },
  {
    name: "gdpval/gpt",
    folder: "gdpval-gpt-gemini",
    rungs: [{ model: "gpt-5-nano" }, { model: "gpt-5-mini" }, { model: "o3-2025-04-16" }],
    costing: { by: "dollars", tiers: [], at: "own" },
    lists: ["own"],
  },
  {
    name: "rl/gsm8k",
    folder: "routellm",
    category: "gsm8k",
    rungs: MIXTRAL_GPT4,
    costing: MIXTRAL_GPT4_PRICES,
    lists: ["own"],
  },
  {
    name: "rl/mmlu",
    folder: "routellm",
    category: "mmlu",
    rungs: MIXTRAL_GPT4,
    costing: MIXTRAL_GPT4_PRICES,
    lists: ["own"],
  },
  {
    name: "conf/haiku3-sonnet4",
    folder: "stated-confidence",
    rungs: inScaffold("answerer", ["claude-3-haiku-20240307", "claude-sonnet-4-20250514"]),
    costing: { by: "tier", units: [1, 3] },
    lists: ["own"],
  },
];
