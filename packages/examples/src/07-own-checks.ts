// Checks are free and never mistaken, so they run before any review; what fails one is re-run a tier higher.
// A check is a name and a function from the output to what is wrong with it.
// `commandCheck` runs a program on the output: a compiler, a linter or, as here, a test.

import { claudeAgents, commandCheck, predicate } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({ slug: {} }),
  execute: {
    slug: {
      haiku: {
        output: 'export const slug = (title) => title.toLowerCase().replace(" ", "-");',
      },
      sonnet: {
        output: 'export const slug = (title) => title.trim().toLowerCase().replace(/\\s+/g, "-");',
      },
    },
  },
});

const oneExport = predicate("one export", (output) => {
  const found = String(output).match(/^export /gm)?.length ?? 0;
  return found === 1 || `Expected one export, got ${found}.`;
});

const TEST = `
  import { slug } from "./slug.mjs";
  const got = slug("A tale of two cities");
  if (got !== "a-tale-of-two-cities") {
    console.log("Expected a-tale-of-two-cities, got " + got);
    process.exit(1);
  }
`;

const testPasses = commandCheck({
  name: "test",
  command: "node",
  args: ["slug.test.mjs"],
  files: (output) => ({ "slug.mjs": String(output), "slug.test.mjs": TEST }),
  timeoutMs: 20_000,
});

const orchestrator = createOrchestrator({
  agents: claudeAgents({ client }),
  checks: { worker: [oneExport, testPasses] },
});
const run = orchestrator.submit("Write a JavaScript function `slug` that makes a title fit for a URL.");

run.on("attempt.checked", ({ attempt, issues }) => {
  console.log(`attempt ${attempt}: ${issues.length === 0 ? "every check passed" : issues.join("\n  ")}`);
});
run.on("task.escalated", ({ taskId, from, to }) => console.log(`${taskId}: ${from} → ${to}`));
const { answer } = await run.result();

console.log(answer);
await close();
