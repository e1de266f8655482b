// The files that `terrace init` writes.

import type { Choices } from "../commands/init.js";

/** A configuration with what was chosen, and with what one is likely to change next. */
export function configText({ preset, claudeAgents, budgetUsd }: Choices, claudeFolder: string): string {
  const folders = [...(claudeAgents ? [claudeFolder] : []), "agents"];
  return `import { defineConfig } from "@terrace/cli";

// \`terrace doctor\` shows what is in force, and where each value comes from.
export default defineConfig({
  // The team that the rest changes: worker, opusplan or software.
  preset: "${preset}",

  // Roles in Markdown, as Claude Code has them; \`terrace agents\` lists them.
  agents: [${folders.map((folder) => JSON.stringify(folder)).join(", ")}],

  // What each run may spend, in US dollars at list price. Where it ends, the run pauses.
  budget: { hardUsd: ${budgetUsd} },

  // Calls under way at once.
  concurrency: 8,
});
`;
}

/** A role that shows what one is made of. */
export const exampleRole: string = `---
name: researcher
description: Finds facts in the material of a task and says where each of them stands.
model: haiku
terrace:
  maxTier: sonnet
---

You find facts. Give each with the place it comes from, word for word where that matters. Say what you looked for and did
not find. Leave out what you cannot show, and opinions of your own.
`;
