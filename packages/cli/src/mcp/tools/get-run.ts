import type { McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";
import { answer } from "../answer.js";
import type { McpContext } from "../mcp-context.js";
import { runReportSchema } from "../run-report.js";
import { tellRun } from "../tell-run.js";
import { runId } from "../tool-inputs.js";

/** `get_run`: how a run stands, whoever drives it. */
export function getRun(server: McpServer, context: McpContext): void {
  server.registerTool(
    "get_run",
    {
      title: "Show a run",
      description:
        "How a run stands: its tasks, what it has spent, its answer when it has one, and what waits for a person.",
      inputSchema: z.strictObject({ runId }),
      outputSchema: runReportSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async (asked) => await answer(context, () => tellRun(context, asked.runId)),
  );
}
