// What may stand in the front matter of an agent file, and what becomes of it.

/** Keys that have their effect. */
const USED = ["name", "description", "model", "terrace"] as const;

/** Keys that are read and kept on the role, and why they have no effect so far. */
export const KEPT: { readonly [key: string]: string } = {
  tools: "executors have no tools yet",
  disallowedTools: "executors have no tools yet",
  maxTurns: "an executor answers in one turn, as it has no tools yet",
  skills: "executors have no tools yet, with which to read them",
  mcpServers: "executors have no tools yet, and no server is started",
  effort: "effort belongs to a tier: set `models.<tier>.effort`",
};

/** Keys of Claude Code that mean nothing here, and what to do instead. */
export const UNSUPPORTED: { readonly [key: string]: string } = {
  permissionMode: "a role has the tools it declares and no other rights",
  hooks: "no hooks are run; a check in the configuration sees every output",
  memory: "a role keeps nothing from one task to the next",
  background: "tasks run side by side as they are",
  isolation: "a role has no folder of its own",
  initialPrompt: "a role is asked with the brief of its task",
  color: "the screen colours tiers",
};

/** Every key that is understood. */
export const KEYS: readonly string[] = [...USED, ...Object.keys(KEPT), ...Object.keys(UNSUPPORTED)];

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
