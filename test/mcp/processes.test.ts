// Server processes that end, as clients have them: over the official client's own stdio.

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { sqliteStore } from "@terrace/store";
import { expect, onTestFinished, test, vi } from "vitest";
import { PLANS, type Place, place, slowAt } from "../cli/kept.js";
import { bare, COMMAND } from "../cli/support.js";
import { callsOf, storeOf } from "./serving.js";

vi.setConfig({ testTimeout: 60_000 });

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

/** A client of a server that is a process of its own. */
async function served(here: Place, ...options: readonly string[]): Promise<{ client: Client; pid: number }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [COMMAND, "mcp", "--max-budget-usd", "2", ...options],
    cwd: here.path,
    env: { ...(bare() as Record<string, string>), ANTHROPIC_BASE_URL: here.simulator.url },
    stderr: "ignore",
  });
  const client = new Client({ name: "tester", version: "1.0.0" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return { client, pid: transport.pid ?? 0 };
}

/** The same with a run whose second task is under way. */
async function underWay(here: Place): Promise<{ client: Client; runId: string; pid: number }> {
  const { client, pid } = await served(here);
  const { runId } = await callsOf(client).run("submit_goal", { goal: "Write about bees." });
  await expect.poll(() => here.simulator.requests.length, { timeout: 30_000 }).toBe(SECOND_TASK);
  return { client, runId, pid };
}

test("[K01] a server that is killed in mid-run loses no answer: the command finishes its run", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const { runId, pid } = await underWay(here);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => here.simulator.inFlight, { timeout: 30_000 }).toBe(0);
  // What time would do: the lease of the process runs out.
  const store = sqliteStore(storeOf(here));
  await store.release(await store.acquire(runId, "time", Date.now() + 60_000, 1));
  await store.close();
  const resumed = await here.terrace("resume", runId, "--reporter", "silent");

  expect(resumed).toMatchObject({ code: 0, stdout: "An output.\n" });
  // The one that was in flight.
  expect(here.repeated()).toBe(1);
});

test("a client that goes away leaves its run paused, and the command goes on with it at once", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const { client, runId } = await underWay(here);
  // The client closes its end, and after two seconds of waiting sends SIGTERM.
  await client.close();
  const store = sqliteStore(storeOf(here));
  const [listed] = await store.list(1);
  await store.close();
  expect(listed).toMatchObject({ runId, lastRunEvent: "run.paused", owner: null });
  const resumed = await here.terrace("resume", runId, "--reporter", "silent");

  expect(resumed).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(here.repeated()).toBe(1);
});

test("[K05] a process serves every tool, and at SIGTERM lets what is under way finish and pauses its run", async () => {
  let latency = 0;
  const here = await place("doubtful", () => latency);
  const { client, pid } = await served(here, "--allow-approve");
  const { call, run, read, atRest } = callsOf(client);
  const { tools } = await client.listTools();
  expect(tools).toHaveLength(7);
  expect(await call("quote", { plan: PLANS.row })).toMatchObject({
    structuredContent: { calls: { min: 8 } },
  });
  const { runId } = await atRest({ goal: "Write about bees." });
  await run("approve_task", { runId, taskId: "doubtful", decision: "accept", attempt: 1 });
  expect(await run("wait_run", { runId })).toMatchObject({ standing: "completed" });
  expect((await read(`run://${runId}/events`)).events).toContainEqual(
    expect.objectContaining({ type: "task.resolved", by: "mcp:tester" }),
  );
  latency = 1_500;
  const cancelled = await run("submit_goal", { goal: "Write." });
  expect(await run("cancel_run", { runId: cancelled.runId })).toMatchObject({ standing: "cancelled" });

  const slow = await run("submit_goal", { goal: "Write about wasps." });
  const asked = here.simulator.requests.length;
  await expect.poll(() => here.simulator.inFlight, { timeout: 30_000 }).toBe(1);
  const gone = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  const waited = run("wait_run", { runId: slow.runId });
  process.kill(pid, "SIGTERM");
  expect(await waited).toMatchObject({ waitsFor: "interrupted", wayOn: `terrace resume ${slow.runId}` });
  await gone;
  expect(here.simulator.requests.length).toBeLessThanOrEqual(asked + 1);
  expect(here.simulator.inFlight).toBe(0);
});
