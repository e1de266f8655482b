// Test a team without a model, in two ways; each line below would be a test of its own in your runner.
// `scriptedAgents` stands in for the agents: fast, and it keeps what they were asked.
// `scriptedWorld` stands in for Claude behind real HTTP: your prompts are sent, and it keeps a bill of its own.

import { strict as assert } from "node:assert";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator, defineTeam } from "@terrace/core";
import { accept, ok, planOf, reject, scriptedAgents, tiersOf } from "@terrace/core/testing";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { accepts } from "./offline.js";

const team = defineTeam({
  models: { haiku: "claude-haiku-5-5", sonnet: "claude-sonnet-5-5", opus: "claude-opus-5-5" },
  planner: { tier: "opus" },
  executors: { translator: { tier: "haiku", instructions: "Translate into Danish, word for word." } },
});
const plan = planOf({ note: { role: "translator" } });

// With scripted agents.
const agents = scriptedAgents({
  plan,
  execute: { note: { haiku: ok("Tak for sidst", { confidence: "low" }), sonnet: ok("Tak") } },
  review: { note: [reject("It adds a word."), accept] },
});
const run = createOrchestrator({ team, agents }).submit('Translate "thanks".');
const { answer } = await run.result();

assert.equal(answer, "Tak");
console.log("ok: the answer is the one that was accepted");
assert.deepEqual(tiersOf(run.log, "note"), ["haiku", "sonnet"]);
console.log("ok: a rejected translation is re-run one tier higher");
assert.deepEqual(agents.requests.execute[1]?.draft?.findings, ["It adds a word."]);
console.log("ok: the next translator is told why");
assert.deepEqual(checkInvariants(run.log), []);
console.log("ok: the log keeps every rule of a run");

// With the simulator.
const simulator = await startSimulator({
  world: scriptedWorld({
    plan,
    execute: { note: { haiku: { output: "Tak" } } },
    review: { note: { "*": accepts() } },
  }),
  faults: [{ kind: "status", status: 529, on: { nth: 1 } }],
});
const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
const { ledger } = await createOrchestrator({ team, agents: claudeAgents({ client }) })
  .submit('Translate "thanks".')
  .result();

assert.equal(simulator.requests[0]?.status, 529);
console.log("ok: an overloaded API is asked again");
assert.equal(Math.round(ledger.usd * 1_000_000), simulator.bill.microUsd);
console.log("ok: the ledger says what the bill says");
await simulator.close();
