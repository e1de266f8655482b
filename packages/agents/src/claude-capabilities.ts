import { KNOWN_MODELS, rulesOf } from "./model-rules.js";

/** More than models before this had. */
const LONG_CONTEXT = 200_000;

/** What the models of a line can be trusted with, as a rule: each what is before it too. A judgement, and not a fact. */
const TRUSTED: readonly (readonly [line: string, capabilities: readonly string[]])[] = [
  ["haiku", ["extraction", "classification", "formatting"]],
  ["sonnet", ["code", "tool-use", "writing"]],
  ["opus", ["multi-file-reasoning", "architecture", "security"]],
  ["fable", ["long-horizon"]],
];

/**
 * What Claude models can, by model id, for `requirementsRouter`: `images` and `pdf` all of them; `effort`, when they can be
 * asked for it; `long-context`, above 200,000 tokens; and what the models of a line can be trusted with, from `extraction`
 * (Haiku) over `code` (Sonnet) and `multi-file-reasoning` (Opus) to `long-horizon` (Fable).
 */
export const claudeCapabilities: { readonly [model: string]: readonly string[] } = Object.fromEntries(
  KNOWN_MODELS.map((model) => [model, capabilitiesOf(model)]),
);

function capabilitiesOf(model: string): readonly string[] {
  const rules = rulesOf(model);
  const line = TRUSTED.findIndex(([name]) => model.startsWith(`claude-${name}-`));
  return [
    "images",
    "pdf",
    ...((rules?.efforts.length ?? 0) > 0 ? ["effort"] : []),
    ...((rules?.contextTokens ?? 0) > LONG_CONTEXT ? ["long-context"] : []),
    ...TRUSTED.slice(0, line + 1).flatMap(([, capabilities]) => capabilities),
  ];
}
