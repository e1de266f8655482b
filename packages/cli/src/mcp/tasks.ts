// Runs as tasks of the protocol's extension: a client that knows it gets a task for `submit_goal`, and asks how it stands.
//
// A task is its run, under the same id. Nothing is kept for it, so that another server finds it, days later.

import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { RunEvent } from "@terrace/core";
import { z } from "zod";
import { answer, plainWords } from "./answer.js";
import type { McpContext } from "./mcp-context.js";
import { viewRun } from "./run-report.js";
import { tellRun } from "./tell-run.js";
import { runId } from "./tool-inputs.js";
import { cancel } from "./tools/cancel-run.js";

/** The extension. @see SEP-2663 of the Model Context Protocol, read 2026-11-21 */
export const TASKS = "io.modelcontextprotocol/tasks";

/** How often a client had better ask, in milliseconds. */
const POLL_MS = 1_000;

/** Whether a client says with its request that it understands tasks. */
export function wantsTask({ mcpReq }: ServerContext): boolean {
  const envelope = (mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
  const declared = z.object({ extensions: z.object({ [TASKS]: z.looseObject({}) }) });
  return declared.safeParse(envelope[CLIENT_CAPABILITIES_META_KEY]).success;
}

/** The answer to a call that goes on as a task. */
export async function asTask(context: McpContext, id: string, told: CallToolResult): Promise<CallToolResult> {
  return { ...told, ...(await taskOf(context, id)), resultType: "task" };
}

/** Declares `tasks/get`, `tasks/cancel` and `tasks/update`. */
export function registerTasks({ server }: McpServer, context: McpContext): void {
  const params = z.looseObject({ taskId: runId });
  const result = z.looseObject({});
  server.setRequestHandler("tasks/get", { params, result }, ({ taskId }) =>
    told(context, () => detailedTask(context, taskId)),
  );
  server.setRequestHandler("tasks/cancel", { params, result }, ({ taskId }) =>
    told(context, async () => {
      if (context.powers.canSubmit)
        await cancel(context, taskId, "Cancelled by the client that waited for it.");
      return {};
    }),
  );
  // Nothing is ever asked of the client by way of a task, so that nothing it says has an effect.
  server.setRequestHandler("tasks/update", { params, result }, async () => ({}));
}

/** How a task stands; the result of one that is through stands in it. */
async function detailedTask(context: McpContext, id: string): Promise<Record<string, unknown>> {
  const task = await taskOf(context, id);
  if (task.status !== "completed") return { ...task };
  const result = await answer(context, () => tellRun(context, id));
  return { ...task, result: { ...result, resultType: "complete" } };
}

/** A task, without what came of it. */
interface Task {
  readonly taskId: string;
  readonly status: "working" | "completed" | "cancelled";
  readonly statusMessage: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly ttlMs: null;
  readonly pollIntervalMs: number;
}

async function taskOf(context: McpContext, id: string): Promise<Task> {
  const { view, owner } = await viewRun(context, id);
  const [first] = view.log as readonly [RunEvent];
  const rest = view.log.find(({ type }) => AT_REST.has(type));
  const isThrough = rest !== undefined || owner === null;
  return {
    taskId: id,
    // What came of the call is said once: a run that is gone on with later is asked for with wait_run.
    status: !isThrough ? "working" : rest?.type === "run.cancelled" ? "cancelled" : "completed",
    statusMessage: `Run "${id}": ${view.census.accepted} of ${view.census.tasks} tasks accepted.`,
    createdAt: new Date(first.at).toISOString(),
    lastUpdatedAt: new Date(view.state.lastAt).toISOString(),
    ttlMs: null,
    pollIntervalMs: POLL_MS,
  };
}

const AT_REST: ReadonlySet<string> = new Set(["run.paused", "run.completed", "run.failed", "run.cancelled"]);

async function told<Result>({ onUnexpected }: McpContext, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, plainWords(error, onUnexpected));
  }
}
