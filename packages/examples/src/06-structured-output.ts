// Give a role a zod schema, and its outputs are data: the executor is asked for JSON of that form.
// The schema is also the first check. An output that does not fit is repaired at the same tier, once.
// What a schema of an API cannot say, such as a smallest number, the check still holds.

import { claudeAgents } from "@terrace/agents";
import { createOrchestrator } from "@terrace/core";
import { planOf } from "@terrace/core/testing";
import { z } from "zod";
import { offline } from "./offline.js";

const Invoice = z.object({
  number: z.string(),
  total: z.number().positive(),
  lines: z.array(z.object({ item: z.string(), quantity: z.number().int().min(1) })),
});

const { client, close } = await offline({
  plan: planOf({ invoice: {} }),
  execute: {
    invoice: {
      haiku: [
        { output: { number: "A-7", total: 90, lines: [{ item: "Chair", quantity: 0 }] } },
        { output: { number: "A-7", total: 90, lines: [{ item: "Chair", quantity: 2 }] } },
      ],
    },
  },
});

const orchestrator = createOrchestrator({ agents: claudeAgents({ client }), outputs: { worker: Invoice } });
const run = orchestrator.submit('Read this invoice: "A-7, two chairs, 90 in all."');

run.on("attempt.checked", ({ attempt, issues }) => {
  console.log(`attempt ${attempt}: ${issues.length === 0 ? "it fits" : issues.join(" ")}`);
});
const { answer } = await run.result();

const invoice = Invoice.parse(answer);
for (const { item, quantity } of invoice.lines) console.log(`${quantity} × ${item}`);
console.log(`total ${invoice.total}`);
await close();
