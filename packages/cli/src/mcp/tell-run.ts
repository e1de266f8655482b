import type { Told } from "./answer.js";
import { describeRun } from "./describe-run.js";
import type { McpContext } from "./mcp-context.js";
import { reportRun } from "./run-report.js";

/** How a run stands now, as a tool tells it. @throws UsageError when the store does not hold it */
export async function tellRun(context: McpContext, runId: string): Promise<Told> {
  const report = await reportRun(context, runId);
  return { said: describeRun(report, context.powers), output: report };
}
