import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { takeUp } from "../../runs/kept-run.js";
import { hasEnded } from "../../runs/standing.js";
import { UsageError } from "../../surroundings.js";
import { answer } from "../answer.js";
import { clientName } from "../client-name.js";
import type { McpContext } from "../mcp-context.js";
import { runReportSchema, viewRun } from "../run-report.js";
import { tellRun } from "../tell-run.js";
import { reason, runId } from "../tool-inputs.js";

/** `cancel_run`: ends a run of this server for good. */
export function cancelRun(server: McpServer, context: McpContext): void {
  server.registerTool(
    "cancel_run",
    {
      title: "Cancel a run",
      description:
        "End a run for good that this server began or went on with. What it has done stays in its log.",
      inputSchema: z.strictObject({ runId, reason: reason.optional() }),
      outputSchema: runReportSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    async (asked, ctx) =>
      await answer(context, async () => {
        const why = asked.reason === undefined ? "." : `: ${asked.reason}`;
        await cancel(context, asked.runId, `Cancelled by ${clientName(server, ctx)}${why}`);
        return await tellRun(context, asked.runId);
      }),
  );
}

/** Ends a run that was begun or gone on with here. @throws UsageError for another, and for one that has ended otherwise */
export async function cancel(context: McpContext, id: string, why: string): Promise<void> {
  const { driven, idle, kept } = context;
  const here = driven.get(id);
  if (here !== undefined) return await end(here.run, why);
  const { view } = await viewRun(context, id);
  const { status } = view.state;
  if (status === "cancelled") return;
  if (hasEnded(status))
    throw new UsageError(`Run "${id}" has ended (${status}): there is nothing to cancel.`);
  if (!driven.knows(id)) {
    throw new UsageError(
      `Run "${id}" was not begun by this server, and only those are cancelled here. A person ends it with: terrace cancel ${id}`,
    );
  }
  await end(await takeUp(idle, view, kept, { parked: true }), why);
}

async function end(
  run: { cancel(why: string): Promise<void>; result(): Promise<unknown> },
  why: string,
): Promise<void> {
  await run.cancel(why);
  await run.result().catch(() => {});
}
