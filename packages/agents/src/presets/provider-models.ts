// What each provider calls the models of the usual tiers, as far as its documentation was found to say.

/** Who serves the models. */
export type ProviderName = "anthropic" | "bedrock" | "vertex" | "foundry";

const PLAIN: { readonly [tier: string]: string } = {
  haiku: "claude-haiku-5-5",
  sonnet: "claude-sonnet-5-5",
  opus: "claude-opus-5-5",
  fable: "claude-fable-5-2",
};

/**
 * Model ids by provider and tier. A tier that is missing has no id that was found: the team must name one.
 *
 * @see Anthropic's model pages, read 2026-11-21. For Bedrock they give the id of Haiku 5.5 alone.
 */
export const PROVIDER_MODELS: { readonly [Name in ProviderName]: { readonly [tier: string]: string } } = {
  anthropic: PLAIN,
  bedrock: { haiku: "anthropic.claude-haiku-5-5" },
  vertex: PLAIN,
  foundry: PLAIN,
};
