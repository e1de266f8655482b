// What can be done with a kept run from another process: watch it, cancel it, see what it cost; and edit what it began with.

import { writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { eventsOf, lastLine, place, runIdOf, slowAt } from "./kept.js";

/** A run whose process is stopped in its midst, until it is told to go on. */
async function inItsMidst() {
  const here = await place("row", slowAt(4, 3_000));
  const run = here.start("run", "Write about bees.", "--concurrency", "1");
  await run.said("accepted");
  run.child.kill("SIGSTOP");
  const { stdout } = await here.terrace("runs", "--json");
  const { runId } = JSON.parse(stdout.split("\n")[0] ?? "") as { runId: string };
  return { here, run, runId, goOn: () => run.child.kill("SIGCONT") };
}

/** Resolves when a process has written something. */
const first = (stream: NodeJS.ReadableStream | null): Promise<unknown> =>
  new Promise((resolve) => stream?.once("data", resolve));

test("a run is watched from another process until it ends: every event, and last the result", async () => {
  const { here, run, runId, goOn } = await inItsMidst();
  const watching = here.start("watch", runId, "--json");
  await first(watching.child.stdout);
  goOn();
  const watched = await watching.ended;

  expect(watched).toMatchObject({ code: 0, stderr: "" });
  expect(await run.ended).toMatchObject({ code: 0, stdout: "An output.\n" });
  const lines = watched.stdout.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(await eventsOf(here, runId));
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ type: "result", status: "completed", exitCode: 0 });
  const again = await here.terrace("watch", runId);
  expect(again).toMatchObject({ code: 0, stdout: "An output.\n" });
});

test("Ctrl-C ends the watching and not the run", async () => {
  const { here, run, runId, goOn } = await inItsMidst();
  const watching = here.start("watch", runId, "--reporter", "ndjson");
  await first(watching.child.stdout);
  watching.child.kill("SIGINT");

  expect(await watching.ended).toMatchObject({
    code: 130,
    stderr: `No longer watched; run "${runId}" goes on.\n`,
  });
  goOn();
  expect(await run.ended).toMatchObject({ code: 0 });
});

test("a run that waits for a person is watched to where it waits", async () => {
  const here = await place("doubtful");
  const runId = runIdOf(await here.terrace("run", "Write about bees."));
  const watched = await here.terrace("watch", runId);
  expect(watched).toMatchObject({ code: 5, stdout: "" });
  expect(watched.stderr).toContain(`terrace approve ${runId} doubtful`);
});

test("a paused run is cancelled for good, and who did it is in the log", async () => {
  const here = await place("doubtful");
  const runId = runIdOf(await here.terrace("run", "Write about bees."));
  const before = here.simulator.requests.length;
  const cancelled = await here.terrace("cancel", runId, "--reason", "No longer needed.");

  expect(cancelled).toMatchObject({ code: 0, stdout: "" });
  expect(lastLine(cancelled.stderr)).toBe(
    `Run "${runId}" is cancelled. \`terrace show ${runId}\` has what it did.`,
  );
  expect(here.simulator.requests).toHaveLength(before);
  const events = await eventsOf(here, runId);
  expect(events.filter(({ type }) => type === "run.cancelled")).toMatchObject([
    { reason: expect.stringMatching(/^Cancelled by \S+@\S+: No longer needed\.$/) },
  ]);
  expect(await here.terrace("cancel", runId)).toMatchObject({
    code: 0,
    stderr: `Run "${runId}" was cancelled before.\n`,
  });
});

test("a run that another process drives is paused there, and then cancelled", async () => {
  const { here, run, runId, goOn } = await inItsMidst();
  const cancelling = here.start("cancel", runId);
  const asked = `Run "${runId}" is driven by ${hostname()}:${run.child.pid}, which is asked to pause it.\n`;
  await cancelling.said(asked);
  goOn();

  const { code, stderr } = await cancelling.ended;
  expect(code).toBe(0);
  expect(stderr.startsWith(asked)).toBe(true);
  expect(await run.ended).toMatchObject({ code: 130 });
  expect((await eventsOf(here, runId)).at(-1)).toMatchObject({ type: "result", status: "cancelled" });
});

test("a run that has ended has nothing to cancel", async () => {
  const here = await place("row");
  const runId = runIdOf(await here.terrace("run", "Write about bees."));
  expect(await here.terrace("cancel", runId)).toEqual({
    code: 2,
    stdout: "",
    stderr: `Run "${runId}" has ended (completed): there is nothing to cancel.\n`,
  });
});

test("cost tells a run's money by tier, purpose, role and task, and all of it is the server's bill", async () => {
  const here = await place("row");
  const runId = runIdOf(await here.terrace("run", "Write about bees."));
  const told = await here.terrace("cost", runId);

  expect(told).toMatchObject({ code: 0, stderr: "" });
  expect(told.stdout).toMatch(/^cost +calls +tokens in +tokens out +USD\nat haiku +\d+ /);
  for (const name of ["for plan", "for execute", "for review", "by worker", "task a", "task d"]) {
    expect(told.stdout).toMatch(new RegExp(`^${name} +\\d+ +\\S+ +\\S+ +\\$\\d`, "m"));
  }
  expect(told.stdout).toMatch(/^in all +9 /m);
  expect(told.stdout).toMatch(/^All at opus +\$/m);
  const json = JSON.parse((await here.terrace("cost", runId, "--json")).stdout) as {
    ledger: { usd: number };
  };
  expect(Math.round(json.ledger.usd * 1e6)).toBe(here.simulator.bill.microUsd);
});

test("[C15] configuration that is edited during a run has no effect on it, which is said, and counts from the next on", async () => {
  const here = await place("row", slowAt(4, 1_500));
  const config = join(here.path, "terrace.config.json");
  await writeFile(config, '{ "executors": { "worker": { "tier": "haiku", "instructions": "Be brief." } } }');
  const run = here.start("run", "Write about bees.", "--concurrency", "1");
  await run.said("accepted");
  await writeFile(config, '{ "executors": { "worker": { "tier": "haiku", "instructions": "Be long." } } }');
  const ended = await run.ended;

  expect(ended.code).toBe(0);
  expect(lastLine(ended.stderr)).toBe(
    "terrace.config.json changed meanwhile: that counts from the next command on.",
  );
  const bodies = () => here.simulator.requests.map(({ body }) => JSON.stringify(body));
  expect(bodies().some((body) => body.includes("Be long."))).toBe(false);
  expect(bodies().some((body) => body.includes("Be brief."))).toBe(true);
  const next = await here.terrace("run", "Write about wasps.");
  expect(next.stderr).not.toContain("changed meanwhile");
  expect(bodies().some((body) => body.includes("Be long."))).toBe(true);
});

test.each([
  [
    "a check",
    'checks: { worker: [{ name: "bees", run: () => ["There are no bees."] }] }',
    "There are no bees.",
  ],
  ["a schema", "outputs: { worker: z.number() }", "expected number"],
])(
  "%s of the configuration holds for every output of its role, on the way up to a person",
  async (_, part, said) => {
    const here = await place("row");
    await writeFile(
      join(here.path, "terrace.config.ts"),
      `import { defineConfig } from "@terrace/cli";\nimport { z } from "zod";\nvoid z;\nexport default defineConfig({ ${part} });\n`,
    );
    const run = await here.built("run", "Write about bees.");

    expect(run).toMatchObject({ code: 5, stdout: "" });
    expect(run.stderr).toContain(said);
    const events = await eventsOf(here, runIdOf(run));
    expect(events.filter(({ type }) => type === "task.escalated").map(({ to }) => to)).toEqual([
      "sonnet",
      "opus",
    ]);
  },
);

test("a run keeps to the store, the budget and the reporter of the configuration, and flags win over them", async () => {
  const here = await place("row");
  await writeFile(
    join(here.path, "terrace.config.json"),
    '{ "budget": { "maxCalls": 3 }, "store": "runs/kept.db", "reporter": "silent" }',
  );
  const run = await here.terrace("run", "Write about bees.");
  expect(run.code).toBe(4);
  const { stdout } = await here.terrace("runs", "--json");
  const { runId } = JSON.parse(stdout.trim()) as { runId: string };
  expect(here.simulator.requests).toHaveLength(3);
  const raised = await here.terrace("resume", runId, "--max-calls", "50");
  expect(raised).toMatchObject({ code: 0, stdout: "An output.\n", stderr: "" });
  const other = await here.terrace("run", "Write about wasps.", "--max-calls", "1", "--reporter", "line");
  expect(other.code).toBe(4);
  expect(other.stderr).toMatch(/^Run run_[\w-]+, kept in runs\/kept\.db\.\n/);
});
