import { hostname } from "node:os";
import { join } from "node:path";
import { createOrchestrator, type RunStore } from "@terrace/core";
import { planOf, scriptedAgents } from "@terrace/core/testing";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { loadSettings } from "../../packages/cli/src/config/settings.js";
import { atRest } from "../core/support.js";
import { laterClock } from "../resume/processes.js";
import { lastLine, place, runIdOf, slowAt } from "./kept.js";
import { surroundings } from "./support.js";

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

test("[K33] a run that has ended prints its answer again, without a call or a key, and exits with 0", async () => {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.");
  expect(run).toMatchObject({ code: 0, stdout: "An output.\n" });
  const asked = here.simulator.requests.length;

  const again = await here.keyless("resume", runIdOf(run));
  expect(again).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(again.stderr).toContain("accepted");
  expect(here.simulator.requests).toHaveLength(asked);
});

test("[K33] a run that was given up exits again as it did", async () => {
  const here = await place("doubtful");
  const run = await here.terrace("run", "Write about bees.");
  const given = await here.terrace("reject", runIdOf(run), "doubtful", "--reason", "Nobody needs it.");
  expect(given.code).toBe(3);
  expect(given.stderr).toMatch(/^ +\d\S*s {2}doubtful +failed: .*Nobody needs it\.$/m);
  const again = await here.terrace("resume", runIdOf(run));
  expect(again).toMatchObject({ code: 3, stdout: "" });
  expect(lastLine(again.stderr)).toBe(lastLine(given.stderr));
  expect(lastLine(again.stderr)).toMatch(/^Run "run_[\w-]+" failed: Task "essay"/);
});

test("[K34] a run that the store does not hold is told with the store's path and the nearest ids", async () => {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.");
  const runId = runIdOf(run);
  const misspelt = runId.slice(0, -1);
  const { code, stdout, stderr } = await here.terrace("resume", misspelt);

  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toBe(
    `The store holds no run \`"${misspelt}"\`. The nearest: "${runId}". ` +
      `The store is "${join(here.path, ".terrace/terrace.db")}". ` +
      "Run the command in the folder in which the run was started, or name the store with --store.\n",
  );
});

test("[K34] a store that is not there is not made", async () => {
  const here = await place("row");
  for (const command of [["resume", "run_1"], ["show", "run_1"], ["runs"], ["approve", "run_1", "a"]]) {
    expect(await here.terrace(...command)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        `There is no store at "${join(here.path, ".terrace/terrace.db")}". ` +
        "Run the command in the folder in which the run was started, or name the store with --store.\n",
    });
  }
});

test("[K10] a run that another process drives is refused with 1, and told how to stop that process", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const run = here.start("run", "Write about bees.");
  await run.said("a                 accepted");
  const [driven] = await sqliteStore(join(here.path, ".terrace/terrace.db")).list(1);
  const refused = await here.terrace("resume", driven?.runId ?? "");

  const { pid } = run.child;
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(`is being written by "${hostname()}:${pid}" since `);
  expect(refused.stderr).toContain(` \`kill -INT ${pid}\` pauses the run, which can then be resumed.\n`);
  expect((await here.terrace("runs")).stdout).toMatch(/ {2}running {2}/);
  expect((await here.terrace("show", driven?.runId ?? "")).stdout).toMatch(
    new RegExp(`^run_[\\w-]+  running, by ${hostname()}:${pid} since `),
  );
  run.child.kill("SIGINT");
  await run.said("paused (interrupted)");
});

test("a process that was killed is named as gone until its lease has run out", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const run = here.start("run", "Write about bees.");
  await run.said("a                 accepted");
  run.child.kill("SIGKILL");
  await run.ended;
  const { stdout } = await here.terrace("runs", "--json");
  const refused = await here.terrace("resume", (JSON.parse(stdout) as { runId: string }).runId);

  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    ` Process ${run.child.pid} is gone, and only its lease is left: try again when that has run out.\n`,
  );
});

test("what happened before is no news to the process that resumes", async () => {
  const here = await place("doubtful");
  const run = await here.terrace("run", "Write about bees.", "--reporter", "line");
  const resumed = await here.terrace("resume", runIdOf(run), "--json");
  const lines = resumed.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  expect(lines.map(({ type }) => type)).toEqual(["run.resumed", "run.paused", "result"]);
  expect(lines[0]).toMatchObject({ by: expect.stringMatching(new RegExp(`^${hostname()}:\\d+$`)) });
  expect(lines.at(-1)).toMatchObject({ status: "paused", exitCode: 5, census: { flagged: 1, accepted: 1 } });
});

test("a run that may send no more calls pauses with 4, and goes on, without repeating any, when it may", async () => {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.", "--max-calls", "4", "--budget-usd", "9");
  expect(run).toMatchObject({ code: 4, stdout: "" });
  expect(run.stderr).toContain("The run is paused (budget): The budget of 4 calls is spent.\n");
  const command = `terrace resume ${runIdOf(run)} --budget-usd "<more>" --max-calls "<more>"`;
  expect(lastLine(run.stderr)).toBe(`  ${command}`);
  expect(lastLine((await here.terrace("show", runIdOf(run))).stdout)).toBe(`  ${command}`);
  expect(here.simulator.requests).toHaveLength(4);
  const same = await here.terrace("resume", runIdOf(run));
  expect(same.code).toBe(4);

  const more = await here.terrace("resume", runIdOf(run), "--max-calls", "20", "--json");
  expect(more.code).toBe(0);
  expect(here.repeated()).toBe(0);
  const events = more.stdout.split("\n").map((line) => (line === "" ? {} : (JSON.parse(line) as object)));
  expect(events.find((event) => "budget" in event)).toMatchObject({
    type: "budget.changed",
    budget: { hardMicroUsd: 9_000_000, maxCalls: 20, maxMs: null, onExceed: "pause" },
  });
});

test("a run that may spend no more says what it may spend, and what the next call may cost", async () => {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.", "--budget-usd", "0.000001");

  expect(run).toMatchObject({ code: 4, stdout: "" });
  expect(run.stderr).toContain(
    "The run is paused (budget): The budget, 0.000001 USD, does not bear the next call:",
  );
  expect(lastLine(run.stderr)).toBe(`  terrace resume ${runIdOf(run)} --budget-usd "<more>"`);
  expect(here.simulator.requests).toEqual([]);
  expect((await here.terrace("resume", runIdOf(run), "--budget-usd", "9")).code).toBe(0);
});

/** The store of a process that dies as soon as it has sent something. */
function deadly(inner: RunStore): RunStore {
  let isDead = false;
  const ifAlive = <Value>(deed: () => Value): Value | Promise<never> =>
    isDead ? Promise.reject(new Error("The process was killed.")) : deed();
  return {
    ...inner,
    release: (lease) => (isDead ? undefined : inner.release(lease)),
    renew: (...asked) => ifAlive(() => inner.renew(...asked)),
    append: (lease, events, expectedSeq) =>
      ifAlive(async () => {
        await inner.append(lease, events, expectedSeq);
        isDead = events.some(({ type }) => type === "call.sent");
        if (isDead) throw new Error("The process was killed.");
      }),
  };
}

test("[K32] a run that killed four processes is left alone, and goes on when it is told that it may", async () => {
  const plan = planOf({ a: { criteria: ["Is right."] } });
  const { team } = await loadSettings(surroundings());
  const here = await place("row");
  const store = sqliteStore(join(here.path, ".terrace/terrace.db"));
  for (let death = 0; death < 4; death += 1) {
    const orchestrator = createOrchestrator({
      agents: scriptedAgents({ usage: { costMicroUsd: 10 } }),
      team,
      store: deadly(store),
      graceMs: 0,
      env: { ...laterClock(death - 5), id: (kind) => (kind === "run" ? "run_1" : `${kind}_${death}`) },
    });
    await atRest(death === 0 ? orchestrator.submit(plan) : await orchestrator.resume("run_1"));
  }
  await store.close();
  const parked = await here.terrace("resume", "run_1");

  expect(parked).toMatchObject({ code: 1, stdout: "" });
  expect(parked.stderr).toMatch(
    /^The run is paused \(crashes\): 3 processes in a row died before they achieved anything\. Under way was "a"\.$/m,
  );
  const advice = [
    "See what was under way:",
    "  terrace show run_1",
    "If it may be tried again, go on with:",
    "  terrace resume run_1 --parked",
  ];
  expect(parked.stderr.trimEnd().split("\n").slice(-4)).toEqual(advice);
  expect((await here.terrace("resume", "run_1")).code).toBe(1);
  expect(here.simulator.requests).toEqual([]);
  expect(await here.typed(lastLine(parked.stderr))).toMatchObject({ code: 0, stdout: "An output.\n" });
});
