import type { McpServer } from "@modelcontextprotocol/server";
import type { DecisionOptions, Resolution } from "@terrace/core";
import { z } from "zod";
import type { TaskSettlement } from "../../runs/deeds.js";
import { takeUp } from "../../runs/kept-run.js";
import { decide, rehearse, type Settlement } from "../../runs/settle.js";
import { UsageError } from "../../surroundings.js";
import { answer } from "../answer.js";
import { clientName } from "../client-name.js";
import type { McpContext } from "../mcp-context.js";
import { runReportSchema, viewRun } from "../run-report.js";
import { tellRun } from "../tell-run.js";
import { output, reason, runId, taskId, tier, whole } from "../tool-inputs.js";

const inputSchema = z.strictObject({
  runId,
  taskId,
  decision: z
    .enum(["accept", "answer", "rerun", "reject"], {
      error: 'expected "accept", "answer", "rerun" or "reject"',
    })
    .describe(
      "accept the draft, answer in its place, rerun it at `tier`, or reject: give it up with what needs it.",
    ),
  attempt: whole(1, 1_000_000)
    .optional()
    .describe("With accept: the attempt whose draft you have read, as get_run shows it."),
  output: output.optional().describe("With answer: the output of the task."),
  tier: tier.optional().describe("With rerun: where it is tried, not lower than it was."),
  reason: reason.optional(),
});

/** `approve_task`: settles a flagged task in a person's place, and goes on with its run. */
export function approveTask(server: McpServer, context: McpContext): void {
  server.registerTool(
    "approve_task",
    {
      title: "Settle a flagged task",
      description:
        "Decide on a task that waits for a person, and go on with its run. The log keeps that you decided, and not a person. " +
        "Read the draft first; when in doubt, ask the person you work for.",
      inputSchema,
      outputSchema: runReportSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: true },
    },
    async (asked, ctx) =>
      await answer(context, async () => {
        const decided = {
          by: clientName(server, ctx),
          ...(asked.reason === undefined ? {} : { reason: asked.reason }),
          ...(asked.attempt === undefined ? {} : { attempt: asked.attempt }),
        };
        await settle(
          context,
          { runId: asked.runId, taskId: asked.taskId, resolution: resolutionOf(asked) },
          decided,
        );
        return await tellRun(context, asked.runId);
      }),
  );
}

type Asked = z.infer<typeof inputSchema>;

/** @throws UsageError when what the decision needs is missing */
function resolutionOf({ decision, attempt, output: text, tier: to }: Asked): Resolution {
  switch (decision) {
    case "accept":
      if (attempt === undefined)
        throw missing("attempt", "accept", "the attempt whose draft you have read; get_run shows it");
      return { action: "accept" };
    case "answer":
      if (text === undefined) throw missing("output", "answer", "the output of the task");
      return { action: "answer", output: text };
    case "rerun":
      if (to === undefined) throw missing("tier", "rerun", "the tier at which it is tried");
      return { action: "rerun", tier: to };
    case "reject":
      return { action: "give_up" };
    default:
      return decision satisfies never;
  }
}

function missing(name: string, decision: string, what: string): UsageError {
  return new UsageError(
    `Expected \`${name}\` with the decision "${decision}": ${what}, got none. Nothing is decided; ask again with it.`,
  );
}

/** Records the decision, and goes on with the run here. A decision that cannot stand changes nothing. */
async function settle(
  context: McpContext,
  settlement: Settlement<TaskSettlement>,
  decided: DecisionOptions,
): Promise<void> {
  const { driven, idle, kept, live, settings } = context;
  const here = driven.get(settlement.runId);
  if (here !== undefined) {
    await here.run.resolve(settlement.taskId, settlement.resolution, decided);
    // It may have come to rest in between.
    driven.follow(here.run);
    return;
  }
  const { view, owner } = await viewRun(context, settlement.runId);
  if (owner !== null) {
    throw new UsageError(
      `Run "${view.runId}" is driven by ${owner.name}: it is read here, and never taken over. Wait for it with wait_run; nothing is decided.`,
    );
  }
  await rehearse(view, settlement, settings, decided);
  driven.assertRoom();
  const orchestrator = await live();
  await driven.drive(async () => {
    await decide(await takeUp(idle, view, kept), settlement, decided);
    return await takeUp(orchestrator, view, kept);
  });
}
