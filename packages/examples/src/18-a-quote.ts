// What a plan will cost, before anything of it runs; and a person who must approve what is dear.

import { claudeAgents, claudeTeam } from "@terrace/agents";
import { createOrchestrator, definePlan } from "@terrace/core";
import { offline } from "./offline.js";

const { client, close } = await offline({ execute: { "*": { "*": { output: "Done." } } } });
const agents = claudeAgents({ client });
const orchestrator = createOrchestrator({ team: claudeTeam, agents });
const plan = definePlan(claudeTeam, {
  goal: "Ten paragraphs, and a page made of them.",
  tasks: [
    ...Array.from({ length: 10 }, (_, n) => ({
      id: `part${n}`,
      role: "worker" as const,
      brief: `Paragraph ${n}.`,
    })),
    {
      id: "page",
      role: "worker",
      tier: "sonnet",
      brief: "Make one page of the paragraphs.",
      dependsOn: Array.from({ length: 10 }, (_, n) => `part${n}`),
    },
  ],
});

const { minUsd, likelyUsd, maxUsd, calls, assumptions } = await orchestrator.quote(plan, {
  budget: { hardUsd: 2 },
});
console.log(`${minUsd} to ${maxUsd} USD, likely ${likelyUsd}; ${calls.min} to ${calls.max} calls`);
console.log(assumptions.join("\n"));

const run = orchestrator.submit(plan, { approveAboveUsd: 0.02 });
const refusal = await run.result().catch((error: Error) => error.message);
console.log(String(refusal).replace(run.id, "run_…"));
await run.approve("ana");
const { ledger } = await run.result();
console.log(`approved, and ${ledger.calls} calls later it is done`);
await close();
