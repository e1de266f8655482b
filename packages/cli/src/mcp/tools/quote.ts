import type { McpServer } from "@modelcontextprotocol/server";
import type { Plan, QuoteLine, QuoteOptions } from "@terrace/core";
import { z } from "zod";
import { assertRoles } from "../../config/assert-roles.js";
import { formatMicroUsd } from "../../text/format.js";
import { answer } from "../answer.js";
import type { McpContext } from "../mcp-context.js";
import { plan, urgency, usd } from "../tool-inputs.js";

const inputSchema = z.strictObject({
  plan,
  budgetUsd: usd.optional().describe("What the run may spend in all: no figure is above it."),
  urgency: urgency.optional(),
});

const counted = z.object({
  min: z.number(),
  likely: z.number().nullable(),
  max: z.number().nullable(),
});
const line = {
  minUsd: z.number().nullable(),
  likelyUsd: z.number().nullable(),
  maxUsd: z.number().nullable(),
  calls: counted,
};

const outputSchema = z.object({
  ...line,
  byTier: z.record(z.string(), z.object(line)),
  planning: z.object(line),
  assumptions: z.array(z.string()),
});

/** `quote`: what a plan will cost. */
export function quote(server: McpServer, context: McpContext): void {
  server.registerTool(
    "quote",
    {
      title: "Quote a plan",
      description:
        "What carrying out a plan will cost: at least, probably and at most, in US dollars at list price. Sends nothing and spends nothing.",
      inputSchema,
      outputSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (asked) =>
      await answer(context, async () => {
        assertRoles(context.settings);
        const quoted = await context.idle.quote(asked.plan as unknown as Plan, termsOf(context, asked));
        const { minUsd, likelyUsd, maxUsd, calls, byTier, planning, assumptions } = quoted;
        const output = { minUsd, likelyUsd, maxUsd, calls, byTier, planning, assumptions: [...assumptions] };
        return { said: describe(quoted), output };
      }),
  );
}

function termsOf({ settings: { config } }: McpContext, asked: z.infer<typeof inputSchema>): QuoteOptions {
  const budget = asked.budgetUsd === undefined ? config.budget : { hardUsd: asked.budgetUsd };
  const urgent = asked.urgency ?? config.urgency;
  return {
    ...(budget === undefined ? {} : { budget }),
    ...(urgent === undefined ? {} : { urgency: urgent }),
  };
}

function describe({ minUsd, likelyUsd, maxUsd, calls }: QuoteLine): string {
  const [least, likely, most] = [minUsd, likelyUsd, maxUsd].map((usd) =>
    usd === null ? "unknown" : formatMicroUsd(usd * 1e6),
  );
  const number = (known: number | null): string => (known === null ? "an unknown number of" : String(known));
  return `Likely ${likely}, from ${least} to ${most}; ${number(calls.likely)} calls likely, from ${calls.min} to ${calls.max ?? "an unknown number"}.`;
}
