import { hostname } from "node:os";
import { join } from "node:path";
import { sqliteStore } from "@terrace/store";
import { expect, test } from "vitest";
import { lastLine, place, runIdOf, slowAt } from "./kept.js";

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

test("[K33] a run that has ended prints its answer again, without a call or a key, and exits with 0", async () => {
  const here = await place("row");
  const run = await here.terrace("run", "Write about bees.");
  expect(run).toMatchObject({ code: 0, stdout: "An output.\n" });
  const asked = here.simulator.requests.length;

  const again = await here.shell(`unset ANTHROPIC_BASE_URL; terrace resume ${runIdOf(run)}`);
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
