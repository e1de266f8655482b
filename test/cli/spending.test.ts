import { expect, test } from "vitest";
import { eventsOf, lastLine, place, runIdOf } from "./kept.js";

const GOAL = "Write about bees.";

test("a run that may use no more tokens pauses with 4, and goes on when it may", async () => {
  const here = await place("row");
  const run = await here.terrace("run", GOAL, "--max-tokens", "10");
  expect(run).toMatchObject({ code: 4, stdout: "" });
  expect(here.simulator.requests).toEqual([]);
  expect(lastLine(run.stderr)).toBe(`  terrace resume ${runIdOf(run)} --max-tokens "<more>"`);

  const more = await here.terrace("resume", runIdOf(run), "--max-tokens", "100000000");
  expect(more).toMatchObject({ code: 0, stdout: "An output.\n" });
});

test("a run that is to stop where its budget ends has failed then, with 4, and there is no way on", async () => {
  const here = await place("row");
  const run = await here.terrace("run", GOAL, "--max-calls", "2", "--on-exceed", "stop");

  expect(run).toMatchObject({ code: 4, stdout: "" });
  expect(here.simulator.requests).toHaveLength(2);
  expect(lastLine(run.stderr)).toMatch(/^Run "run_[\w-]+" failed: The budget of 2 calls is spent\./);
});

test("a run that passes its soft bound starts what it has not begun cheaper, and says both", async () => {
  const here = await place("doubtful");
  const bounds = ["--budget-usd", "9", "--soft-usd", "0.000001", "--on-exceed", "degrade"];
  const run = await here.terrace("run", GOAL, ...bounds);

  const warned = /^budget: \$0\.\d{4} is spent, of the soft bound of \$0\.0000$/m;
  const degraded = "doubtful: starts cheaper: opus → haiku, since: The soft bound of the budget is passed.";
  expect(run.stderr).toMatch(/ budget +\$0\.\d{4} is spent, of the soft bound of \$0\.0000\n/);
  expect(run.stderr.replace(/ {2,}/g, ": ")).toContain(degraded);
  const { stdout } = await here.terrace("show", runIdOf(run));
  expect(stdout).toMatch(warned);
  expect(stdout).toContain(`\n${degraded}\n`);
});

test("a soft bound that nobody named follows the hard one, and one that somebody named stays", async () => {
  const here = await place("row");
  const bounds = ["--budget-usd", "10", "--on-exceed", "degrade", "--max-calls", "1"];
  const budgetOf = async (...soft: readonly string[]) => {
    const run = await here.terrace("run", GOAL, ...bounds, ...soft);
    await here.terrace("resume", runIdOf(run), "--budget-usd", "20");
    const events = await eventsOf(here, runIdOf(run));
    return events.find(({ type }) => type === "budget.changed")?.budget;
  };

  expect(await budgetOf()).toMatchObject({ softMicroUsd: 16_000_000, hardMicroUsd: 20_000_000, maxCalls: 1 });
  expect(await budgetOf("--soft-usd", "5")).toMatchObject({ softMicroUsd: 5_000_000 });
});

test("a run says in its log whether its tasks may wait for a batch", async () => {
  const here = await place("row");
  // The planner does not wait; nothing is sent after it.
  const run = await here.terrace("run", GOAL, "--urgency", "batch", "--max-calls", "1", "--json");

  expect(run.code).toBe(4);
  expect(JSON.parse(run.stdout.split("\n")[0] ?? "")).toMatchObject({
    type: "run.submitted",
    urgency: "batch",
  });
});

test("what becomes of a run that may spend no more cannot be said of one without a bound", async () => {
  const here = await place("row");
  const refusal = "Expected --on-exceed beside a bound";
  const run = await here.terrace("run", GOAL, "--on-exceed", "stop");
  expect(run).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(refusal) });
  const bounded = await here.terrace("run", GOAL, "--max-calls", "1");
  const resumed = await here.terrace("resume", runIdOf(bounded), "--on-exceed", "stop");
  expect(resumed.code).toBe(4);
  expect((await eventsOf(here, runIdOf(bounded))).at(-1)).toMatchObject({ status: "failed" });
});
