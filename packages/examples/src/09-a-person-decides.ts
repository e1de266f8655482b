// A task that is rejected at every tier it may reach fails nothing: it is flagged, and the run waits for a person.
// There are four ways to settle it: take its draft, answer yourself, have it re-run higher up, or give it up.
// Each is tried here on a run of its own.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator, definePlan, defineTeam, type Resolution, RunError } from "@terrace/core";
import { offline, rejects } from "./offline.js";

const { client, close } = await offline({
  execute: {
    motto: {
      haiku: { output: "Excellence through quality." },
      sonnet: { output: "We fix bicycles." },
    },
  },
  review: { motto: { haiku: rejects("It could be anybody's motto.") } },
});

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { copywriter: { tier: "haiku", maxTier: "haiku" } }, // beyond it, a person decides
});
const plan = definePlan(team, {
  tasks: [{ id: "motto", role: "copywriter", brief: "A motto for our shop." }],
});
const orchestrator = createOrchestrator({ team, agents: claudeAgents({ client }) });

const resolutions: Resolution<"haiku" | "sonnet" | "opus">[] = [
  { action: "accept" },
  { action: "answer", output: "Ride on." },
  { action: "rerun", tier: "sonnet" },
  { action: "give_up" },
];

for (const resolution of resolutions) {
  const run = orchestrator.submit(plan);
  await run.result().catch((error: unknown) => {
    if (!(error instanceof RunError) || error.code !== "RUN_PAUSED") throw error;
  });
  const { status, flag } = run.state.tasks.get("motto") ?? {};
  console.log(`motto is ${status}: ${flag?.reason}`);

  await run.resolve("motto", resolution, { by: "the owner", reason: "The shop opens tomorrow." });
  try {
    const { answer } = await run.result();
    console.log(`  ${resolution.action} → ${answer}`);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    console.log(`  ${resolution.action} → ${error.code}`);
  }
}
await close();
