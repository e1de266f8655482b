import type { McpServer } from "@modelcontextprotocol/server";
import type { Plan, Run } from "@terrace/core";
import { z } from "zod";
import { UsageError } from "../../surroundings.js";
import { answer } from "../answer.js";
import type { McpContext } from "../mcp-context.js";
import { runReportSchema } from "../run-report.js";
import { submitTerms } from "../submit-terms.js";
import { asTask, wantsTask } from "../tasks.js";
import { tellRun } from "../tell-run.js";
import { goal, plan, urgency, usd } from "../tool-inputs.js";

const inputSchema = z.strictObject({
  goal: goal.optional(),
  plan: plan.optional(),
  budgetUsd: usd.optional().describe("The most it may spend, in US dollars at list price; then it pauses."),
  urgency: urgency.optional(),
});

/** `submit_goal`: has a run begun, and returns at once. */
export function submitGoal(server: McpServer, context: McpContext): void {
  server.registerTool(
    "submit_goal",
    {
      title: "Submit a goal",
      description:
        "Have a goal pursued by a team of models: planned, done task by task at the cheapest tier that does it well, reviewed. " +
        "Give a goal in words, or a plan instead. Returns the id of the run at once; wait_run waits for it. It spends money, up to budgetUsd.",
      inputSchema,
      outputSchema: runReportSchema,
      annotations: {
        readOnlyHint: false,
        destructiveHint: false,
        idempotentHint: false,
        openWorldHint: true,
      },
    },
    async (asked, ctx) => {
      let submitted = "";
      const told = await answer(context, async () => {
        const run = await submit(context, workOf(asked), submitTerms(context, asked));
        submitted = run.id;
        return await tellRun(context, run.id);
      });
      return wantsTask(ctx) && submitted !== "" ? await asTask(context, submitted, told) : told;
    },
  );
}

type Asked = z.infer<typeof inputSchema>;

/** @throws UsageError when there is neither a goal nor a plan, or both */
function workOf({ goal: wanted, plan: planned }: Asked): string | Plan {
  if ((wanted === undefined) === (planned === undefined)) {
    const got = wanted === undefined ? "neither" : "both";
    throw new UsageError(`Expected a \`goal\` or a \`plan\`, got ${got}. Give one of the two.`);
  }
  // What is wrong with a plan, the core says in full.
  return wanted ?? (planned as unknown as Plan);
}

/** Submits, and returns when the first event is durable: from then on the run can be found. */
async function submit(
  { driven, live }: McpContext,
  work: string | Plan,
  terms: ReturnType<typeof submitTerms>,
): Promise<Run> {
  driven.assertRoom();
  const orchestrator = await live();
  const run = await driven.drive(() => orchestrator.submit(work, terms));
  const { done = false } = await run[Symbol.asyncIterator]().next();
  if (done) await run.result();
  return run;
}
