// What the keys of the run screen do to a run: what signals and commands do. In process, with a terminal's keys.

import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { approveCommand } from "../../packages/cli/src/commands/approve.js";
import { type RunOptions, runCommand } from "../../packages/cli/src/commands/run.js";
import { createReporter } from "../../packages/cli/src/reporters/reporter.js";
import { lastLine, type Place, place, runIdOf, slowAt } from "./kept.js";
import { Screen, surroundings } from "./support.js";

// Loaded once, before a run begins that would be over meanwhile.
await createReporter("tree", { stream: new Screen(), env: {}, stdin: new PassThrough() });

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

/** Keys that are read one by one. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** A run at a terminal. */
function atTerminal(here: Place, options: RunOptions = {}) {
  const stdin = new Keyboard();
  const stderr = new Screen({ columns: 100, rows: 30 });
  const around = {
    ...surroundings({ ANTHROPIC_BASE_URL: here.simulator.url, NO_COLOR: "1" }),
    stdin,
    stderr,
    cwd: here.path,
  };
  const store = options.store ?? join(here.path, "runs.db");
  const ended = runCommand("Write about bees.", { ...options, store }, around);
  onTestFinished(() => void stdin.end());
  /** The last frame. */
  const seen = (): string =>
    stderr.text.slice(stderr.text.lastIndexOf("\u001b[H")).replaceAll("\u001b[K", "");
  return {
    ended,
    stdout: around.stdout,
    stderr,
    stdin,
    seen,
    /** Resolves with the last frame, once it shows this. */
    shows: async (text: string | RegExp): Promise<string> => {
      await expect.poll(seen, { timeout: 20_000 }).toMatch(text);
      return seen();
    },
    type: (keys: string): void => void stdin.write(keys),
  };
}

test("[K05] p pauses the run as Ctrl-C does: what is under way finishes, and the printed command goes on", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 5_000));
  const run = atTerminal(here);
  await run.shows("1/4 accepted");
  expect(run.stdin.isRaw).toBe(true);
  run.type("p");
  await run.shows("Ctrl-C end it at once");
  expect(run.seen()).not.toContain("x cancel");

  expect(await run.ended).toBe(130);
  expect(here.simulator.requests).toHaveLength(SECOND_TASK);
  expect(run.stdin.isRaw).toBe(false);
  const runId = runIdOf({ stderr: run.stderr.text });
  expect(lastLine(run.stderr.text)).toBe(`  terrace resume ${runId} --store ${join(here.path, "runs.db")}`);
});

test("x cancels the run when the next key says yes; any other key, and what is pasted, does nothing", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const run = atTerminal(here, { store: false });
  // A run that is not kept cannot be paused.
  expect(await run.shows("x cancel")).not.toContain("p pause");
  await run.shows("1/4 accepted");
  run.type("x");
  await run.shows("Cancel the run for good? y yes, any other key no");
  run.type("n");
  await run.shows("x cancel");
  // An arrow behind it shows that it was read.
  run.type("xy\u001b[B");
  await run.shows(/❯ · .*└ c .*x cancel/s);
  run.type("x");
  await run.shows("Cancel the run for good?");
  run.type("y");

  expect(await run.ended).toBe(130);
  expect(run.stderr.text).toMatch(/was cancelled: Cancelled by \S+@\S+\. \(1 of 4/);
});

test("r gives the selected task up, with all that needs it, and the run ends", async () => {
  const here = await place("doubtful");
  const run = atTerminal(here);
  await run.shows(/❯ ⚑ doubtful.*r reject/s);
  run.type("r");
  await run.shows('Give "doubtful" up, with all that needs it? y yes');
  run.type("y");

  expect(await run.ended).toBe(3);
  expect(run.stderr.text).toMatch(/✖ doubtful.*failed.*- └ essay.*skipped/s);
});

test("[H07] a task that is settled in another process while this one waits is settled, and the run is shown from here on", async () => {
  const here = await place("doubtful");
  const run = atTerminal(here);
  await run.shows("q leave it waiting");
  const asked = here.simulator.requests.length;
  const runId = runIdOf({ stderr: run.stderr.text });
  const elsewhere = { ...surroundings({ ANTHROPIC_BASE_URL: here.simulator.url }), cwd: here.path };
  const store = join(here.path, "runs.db");

  expect(await approveCommand(runId, "doubtful", { store, reporter: "silent" }, elsewhere)).toBe(0);
  expect(await run.ended).toBe(0);
  expect(run.stdout.text).toBe("An output.\n");
  expect(run.stderr.text).toContain("3/3 accepted");
  expect(here.simulator.requests).toHaveLength(asked + 2);
  expect(here.repeated()).toBe(0);
});

test("q leaves a run that waits for a person waiting, and says how to settle it", async () => {
  const here = await place("doubtful");
  const run = atTerminal(here);
  await run.shows("q leave it waiting");
  run.type("q");

  expect(await run.ended).toBe(5);
  expect(lastLine(run.stderr.text)).toContain(
    `terrace reject ${runIdOf({ stderr: run.stderr.text })} doubtful`,
  );
});

test("a lets a plan that waits for approval be carried out at its price", async () => {
  const here = await place("row");
  const run = atTerminal(here, { approveAboveUsd: "0.000001" });
  expect(await run.shows("a approve the plan")).not.toContain("p pause");
  expect(here.simulator.requests).toHaveLength(1);
  run.type("a");
  await run.shows("Carry the plan out at its price? y yes");
  run.type("y");

  expect(await run.ended).toBe(0);
  expect(run.stdout.text).toBe("An output.\n");
});
