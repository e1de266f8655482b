import { expect, test } from "vitest";
import { lastLine, place, runIdOf, slowAt } from "./kept.js";

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

test.each(["SIGINT", "SIGTERM"] as const)(
  "[K05] %s in mid-run lets calls under way finish, records all, exits with 130, and the printed command goes on",
  async (signal) => {
    const here = await place("row", slowAt(SECOND_TASK, 3_000));
    const run = here.start("run", "Write about bees.");
    await run.said("a                 accepted");
    run.child.kill(signal);
    const { code, stdout, stderr } = await run.ended;

    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(stderr).toContain(
      "The run is paused (interrupted): Interrupted. Nothing new is begun, and what is under way gets 30 s.\n",
    );
    expect(lastLine(stderr)).toBe(`  terrace resume ${runIdOf({ stderr })}`);
    expect(here.simulator.inFlight).toBe(0);
    expect(here.simulator.requests).toHaveLength(SECOND_TASK);

    const resumed = await here.shell(lastLine(stderr));
    expect(resumed).toMatchObject({ code: 0, stdout: "An output.\n" });
    expect(resumed.stderr).not.toContain("a                 accepted");
    expect(here.repeated()).toBe(0);
    // The planner, and each of the four tasks with its review.
    expect(here.simulator.requests).toHaveLength(9);
  },
);

test("[K05] the printed command names the store that was given, whatever its name", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 3_000));
  const run = here.start("run", "Write about bees.", "--store", "it's a store/runs.db");
  await run.said("a                 accepted");
  run.child.kill("SIGINT");
  const { stderr } = await run.ended;

  expect(lastLine(stderr)).toBe(`  terrace resume ${runIdOf({ stderr })} --store 'it'\\''s a store/runs.db'`);
  expect(await here.shell(lastLine(stderr))).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(here.repeated()).toBe(0);
});

test("[K06] a second signal ends it at once, and the run can be resumed at once", async () => {
  const here = await place("row", slowAt(1, 60_000));
  const run = here.start("run", "Write about bees.");
  await expect.poll(() => here.simulator.inFlight, { timeout: 30_000 }).toBe(1);
  run.child.kill("SIGINT");
  await run.said("paused (interrupted)");
  run.child.kill("SIGINT");
  const { code, stderr } = await run.ended;

  expect(code).toBe(130);
  expect(stderr).toContain("Ended at once: calls under way count as orphaned.\nGo on with:\n");
  expect(lastLine(stderr)).toBe(`  terrace resume ${runIdOf({ stderr })}`);
  expect(await here.shell(lastLine(stderr))).toMatchObject({ code: 0, stdout: "An output.\n" });
  // The one that was in flight, by the server's own count, and by the log's.
  expect(here.repeated()).toBe(1);
  const { stdout } = await here.terrace("show", runIdOf({ stderr }), "--json");
  expect(stdout.split("\n").filter((line) => line.includes('"type":"call.orphaned"'))).toHaveLength(1);
});

test("what is not kept says so when it is interrupted", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 3_000));
  const run = here.start("run", "Write about bees.", "--no-store");
  await run.said("a                 accepted");
  run.child.kill("SIGINT");
  const { code, stderr } = await run.ended;

  expect(code).toBe(130);
  expect(stderr).toMatch(/^Run run_[\w-]+, not kept\.\n/);
  expect(lastLine(stderr)).toBe("Nothing of this run is kept, as --no-store asked: it cannot be resumed.");
  expect((await here.terrace("runs")).stderr).toContain("There is no store at ");
});

test("`run --reporter ndjson | head -3` ends without an error and pauses the run, which can be resumed", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 3_000));
  const run = 'terrace run "Write about bees." --reporter ndjson';
  const { stdout, stderr } = await here.shell(`{ ${run}; echo "exit code $?" >&2; } | head -3`);

  expect(
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { seq: number }).seq),
  ).toEqual([0, 1, 2]);
  expect(lastLine(stderr)).toBe("exit code 0");
  expect(stderr).toContain("The run is paused (interrupted): Nobody reads the output any more.");
  const resumed = await here.terrace("resume", runIdOf({ stderr }));
  expect(resumed).toMatchObject({ code: 0, stdout: "An output.\n" });
  expect(here.repeated()).toBe(0);
});
