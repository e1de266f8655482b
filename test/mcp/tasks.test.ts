// A client that knows tasks gets one for `submit_goal`: the official client of the extension asks how it stands.

import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import {
  createTaskSessionFromClient,
  type RawClientDispatch,
  type TaskEnabledSession,
} from "@modelcontextprotocol/ext-tasks/client";
import { expect, test } from "vitest";
import { type Place, place, slowAt } from "../cli/kept.js";
import { type Served, serving } from "./serving.js";

const REVISION = "2026-07-28";
const TASKS = "io.modelcontextprotocol/tasks";

/** What a client that understands tasks asks, on the connection of a served client. */
function tasksOf({ client }: Served): { session: TaskEnabledSession; ask: RawClientDispatch } {
  const transport = client.transport;
  if (transport === undefined) throw new Error("The client is not connected.");
  const waiting = new Map<unknown, (message: JSONRPCMessage) => void>();
  const deliver = transport.onmessage;
  transport.onmessage = (message: JSONRPCMessage, ...extra) => {
    const wake = "id" in message ? waiting.get(message.id) : undefined;
    if (wake === undefined) return deliver?.(message, ...extra);
    wake(message);
  };
  let requests = 0;
  const ask: RawClientDispatch = async (request) => {
    requests += 1;
    const id = `raw-${requests}`;
    const answered = new Promise<JSONRPCMessage>((resolve) => waiting.set(id, resolve));
    await transport.send({ ...(request as object), jsonrpc: "2.0", id } as JSONRPCMessage);
    const answer = (await answered) as { result?: never; error?: never };
    return answer.error === undefined
      ? { kind: "result", result: answer.result as never }
      : { kind: "error", error: answer.error };
  };
  const clientInfo = { name: "tester", version: "1.0.0" };
  const clientCapabilities = { extensions: { [TASKS]: {} } };
  const session = createTaskSessionFromClient(client, {
    endpointId: "terrace",
    v2RequestFraming: { protocolVersion: REVISION, clientInfo, clientCapabilities },
    rawDispatch: ask,
  });
  return { session, ask };
}

const serve = async (here: Place): Promise<Served> =>
  await serving(here, { revision: REVISION, options: { allowApprove: true } });

test("a client that understands tasks gets one, under the id of its run, and its result when the run is at rest", async () => {
  const here = await place("row");
  const served = await serve(here);
  const { session } = tasksOf(served);
  const execution = await session.callTool("submit_goal", { goal: "Write about bees.", budgetUsd: 2 });
  expect(execution.kind).toBe("task");
  const { outcome } = await execution.settle();

  expect(outcome).toMatchObject({
    status: "completed",
    result: { structuredContent: { standing: "completed" } },
  });
  const { runs } = (await served.call("list_runs")).structuredContent as { runs: { runId: string }[] };
  expect(outcome.task?.taskId).toBe(runs[0]?.runId);
  await session.close();
});

test("a task that its client cancels ends its run", async () => {
  const here = await place("row", slowAt(2, 60_000));
  const served = await serve(here);
  const { session } = tasksOf(served);
  const execution = await session.callTool("submit_goal", { goal: "Write about bees.", budgetUsd: 2 });
  await execution.cancel();
  const { outcome } = await execution.settle();

  expect(outcome.status).toBe("cancelled");
  await session.close();
});

test("a task is through when its run is first at rest, and stays so when a person has it go on", async () => {
  let latency = 0;
  const here = await place("doubtful", () => latency);
  const served = await serve(here);
  const { session, ask } = tasksOf(served);
  const execution = await session.callTool("submit_goal", { goal: "Write about bees.", budgetUsd: 2 });
  const { outcome } = await execution.settle();
  expect(outcome).toMatchObject({
    status: "completed",
    result: { structuredContent: { waitsFor: "person" } },
  });
  const runId = outcome.task?.taskId ?? "";
  latency = 1_500;
  await served.run("approve_task", { runId, taskId: "doubtful", decision: "accept", attempt: 1 });

  expect(await served.run("get_run", { runId })).toMatchObject({ standing: "running" });
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": { name: "tester", version: "1.0.0" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const asked = (taskId: string) => ask({ method: "tasks/get", params: { taskId, _meta } });
  expect(await asked(runId)).toMatchObject({ result: { status: "completed", taskId: runId } });
  expect(await asked("run_nobody")).toMatchObject({
    error: { code: -32602, message: expect.stringContaining('The store holds no run `"run_nobody"`.') },
  });
  await session.close();
});
