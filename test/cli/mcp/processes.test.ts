// Server processes that end, as clients have them: over the official client's own stdio.

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { type Place, place, slowAt } from "../kept.js";
import { bare, COMMAND } from "../support.js";
import { callsOf, type Served, storeOf } from "./serving.js";

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

/** A server in a process of its own, and a run in it whose second task is under way. */
async function underWay(
  here: Place,
): Promise<{ client: Client; runId: string; pid: number; calls: Pick<Served, "run"> }> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [COMMAND, "mcp", "--max-budget-usd", "2"],
    cwd: here.path,
    env: { ...(bare() as Record<string, string>), ANTHROPIC_BASE_URL: here.simulator.url },
    stderr: "pipe",
  });
  const client = new Client({ name: "tester", version: "1.0.0" });
  await client.connect(transport);
  const calls = callsOf(client);
  const { runId } = await calls.run("submit_goal", { goal: "Write about bees." });
  await expect.poll(() => here.simulator.requests.length, { timeout: 30_000 }).toBe(SECOND_TASK);
  return { client, runId, pid: transport.pid ?? 0, calls };
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

test("[K05] SIGTERM lets what is under way finish, pauses the run, and ends the server", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 1_500));
  const { client, runId, pid, calls } = await underWay(here);
  const gone = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  const waited = calls.run("wait_run", { runId });
  process.kill(pid, "SIGTERM");

  expect(await waited).toMatchObject({
    standing: "paused",
    waitsFor: "interrupted",
    wayOn: `terrace resume ${runId}`,
  });
  await gone;
  expect(here.simulator.requests).toHaveLength(SECOND_TASK);
  expect(here.simulator.inFlight).toBe(0);
});
