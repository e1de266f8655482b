import { setTimeout as sleep } from "node:timers/promises";
import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import { UsageError } from "../../surroundings.js";
import { count, formatMicroUsd } from "../../text/format.js";
import { answer } from "../answer.js";
import { describeRun } from "../describe-run.js";
import type { McpContext } from "../mcp-context.js";
import { type RunReport, reportRun, runReportSchema } from "../run-report.js";
import { runId, whole } from "../tool-inputs.js";

/** The longest wait, in seconds. */
const MOST_SECONDS = 300;

/** How often a run is looked at, in milliseconds: one of another process has to be read anew. */
const EVERY_MS = { here: 250, elsewhere: 1_000 };

/** Waits at once: each costs a look at the store now and then. */
const MOST_WAITS = 32;

const inputSchema = z.strictObject({
  runId,
  seconds: whole(1, MOST_SECONDS)
    .default(30)
    .describe("How long to wait at most. Keep it below the time that your client waits for an answer."),
});

/** `wait_run`: waits until a run is at rest, for so long at most, and tells of progress where that was asked for. */
export function waitRun(server: McpServer, context: McpContext): void {
  let waits = 0;
  server.registerTool(
    "wait_run",
    {
      title: "Wait for a run",
      description:
        'Wait until a run is at rest: ended, paused, or waiting for a person. Returns how it stands then, or after `seconds`; standing is "running" when it is still at work.',
      inputSchema,
      outputSchema: runReportSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (asked, ctx) =>
      await answer(context, async () => {
        if (waits >= MOST_WAITS) {
          throw new UsageError(
            `${waits} calls of wait_run are open, and at most ${MOST_WAITS} may be. Let one end, then ask again.`,
          );
        }
        waits += 1;
        try {
          const report = await wait(context, asked, ctx);
          return { said: describeRun(report, context.powers), output: report };
        } finally {
          waits -= 1;
        }
      }),
  );
}

async function wait(
  context: McpContext,
  { runId: id, seconds }: z.infer<typeof inputSchema>,
  { mcpReq }: ServerContext,
): Promise<RunReport> {
  const until = Date.now() + seconds * 1_000;
  for (let told = -1; ; ) {
    const report = await reportRun(context, id);
    const isOver = report.standing !== "running" || mcpReq.signal.aborted || Date.now() >= until;
    // A server that is to end tells how its own runs came to rest, and waits for no others.
    if (isOver || (context.driven.isLeaving && context.driven.get(id) === undefined)) return report;
    if (report.events > told) {
      told = report.events;
      await tellProgress(report, mcpReq);
    }
    const here = context.driven.get(id);
    const pauseMs = Math.min(here === undefined ? EVERY_MS.elsewhere : EVERY_MS.here, until - Date.now());
    const pause = sleep(Math.max(0, pauseMs), undefined, { signal: mcpReq.signal }).catch(() => {});
    await Promise.race([pause, here?.rest ?? pause]);
  }
}

/** Tells of progress, when the client gave a token for it: what is counted are events, which only grow. */
async function tellProgress(
  { events, tasks, spentUsd }: RunReport,
  { _meta, notify }: ServerContext["mcpReq"],
): Promise<void> {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return;
  const done = tasks.total === 0 ? "Planning" : `${tasks.accepted} of ${count(tasks.total, "task")} accepted`;
  const message = `${done}, ${formatMicroUsd(spentUsd * 1e6)} spent.`;
  await notify({
    method: "notifications/progress",
    params: { progressToken, progress: events, message },
  }).catch(() => {});
}
