// What a run has spent, by tier, by role and by task, and how its tasks came out.
// Money is at list price: an estimate of the bill, which is the provider's.
// `run.ledger` and `run.census` say the same at any time while the run goes on.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, defineTeam, type LedgerLine } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { offline, rejects } from "./offline.js";

const { client, close } = await offline({
  plan: planOf({
    count: { role: "clerk" },
    trend: { role: "analyst", tier: "sonnet", dependsOn: ["count"] },
  }),
  execute: {
    count: {
      haiku: { output: "About forty.", confidence: "low", because: "I did not count." },
      sonnet: { output: "March 41, April 38, May 22." },
    },
    trend: { sonnet: { output: "Fewer each month; May is half of March." } },
  },
  review: { count: { haiku: rejects("It should be counted by month.") } },
});

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { clerk: { tier: "haiku" }, analyst: { tier: "sonnet" } },
  reviewer: { auditShare: 0 },
});

const run = createOrchestrator({ team, agents: claudeAgents({ client }) }).submit(
  "How do complaints develop?",
);
const { ledger, census } = await run.result();

function print(title: string, lines: { readonly [name: string]: LedgerLine }): void {
  console.log(title);
  for (const [name, { calls, usd }] of Object.entries(lines)) {
    console.log(`  ${name.padEnd(10)} ${calls} calls  ${usd.toFixed(6)} USD`);
  }
}

print("by tier", ledger.byTier);
print("by role", ledger.byRole);
print("by task", ledger.byTask);
print("in all", { "": ledger });

// The whole run, planning and reviews and all, against its accepted answers alone at one tier: net, and signed.
const { acceptedUsd, plannerUsd, reviewUsd, escalationUsd, allTop } = ledger.compare();
const went = { accepted: acceptedUsd, planning: plannerUsd, reviews: reviewUsd, escalation: escalationUsd };
for (const [line, usd] of Object.entries(went)) console.log(`${line.padEnd(10)} ${usd.toFixed(6)} USD`);
console.log(
  `all at ${allTop.tier} ${allTop.usd?.toFixed(6)} USD, so this run saved ${allTop.savedUsd?.toFixed(6)} USD`,
);

const { tasks, accepted, escalated, attempts, calibration } = census;
console.log(`${accepted} of ${tasks} tasks accepted, ${escalated} escalated, ${attempts} attempts`);
for (const [confidence, { judged, accepted }] of Object.entries(calibration)) {
  if (judged > 0) console.log(`said "${confidence}": ${accepted} of ${judged} accepted`);
}
await close();
