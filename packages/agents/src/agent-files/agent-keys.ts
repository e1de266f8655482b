// What may stand in the front matter of an agent file, and what becomes of it.

/** Keys that have their effect, as far as it goes here. */
const USED = [
  "name",
  "description",
  "model",
  "tools",
  "disallowedTools",
  "mcpServers",
  "maxTurns",
  "effort",
  "skills",
  "terrace",
] as const;

/** Keys of Claude Code that mean nothing here, and what to do instead. */
export const UNSUPPORTED: { readonly [key: string]: string } = {
  permissionMode:
    "a role has the tools it declares and no other rights; whether a person is asked stands beside each tool in the configuration (`approve`)",
  hooks: "no hooks are run; a check in the configuration sees every output",
  memory: "a role keeps nothing from one task to the next",
  background: "tasks run side by side as they are",
  isolation: "a role has no folder of its own",
  initialPrompt: "a role is asked with the brief of its task",
  color: "the screen colours tiers",
};

/** Keys of executors that planners and reviewers have no use for, and why. */
export const EXECUTORS_ONLY: { readonly [key: string]: string } = {
  tools: "it has no tools",
  disallowedTools: "it has no tools",
  mcpServers: "it has no tools",
  maxTurns: "it answers in one turn",
  effort: "its effort is that of its tier: set `models.<tier>.effort`",
};

/** Every key that is understood. */
export const KEYS: readonly string[] = [...USED, ...Object.keys(UNSUPPORTED)];

/** The keys inside of `terrace:`. */
export const OWN_KEYS = ["kind", "tier", "minTier", "maxTier", "errorCost"] as const;

/** What other programs call a key of ours. */
export const KIN: { readonly [key: string]: string } = {
  "allowed-tools": "tools",
  allowedtools: "tools",
  prompt: "the text below the front matter",
  instructions: "the text below the front matter",
  systemprompt: "the text below the front matter",
  system_prompt: "the text below the front matter",
};
