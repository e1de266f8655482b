// The run screen in a real pseudo-terminal: what a person sees there, and what the keys do.

import { expect, test } from "vitest";
import { place, slowAt } from "./kept.js";
import { AS_IT_WAS, openTerminal } from "./terminal.js";

const CTRL_C = "\u0003";
const CTRL_Z = "\u001a";
const DOWN = "\u001b[B";

/** The request that follows the planner, the first task and its review. */
const SECOND_TASK = 4;

test("[H12] the screen of a run shows its tasks, follows the terminal's size, and takes a person's word at its end", async () => {
  const here = await place("doubtful");
  const terminal = openTerminal(here, `terrace run "Write about bees."`);

  const tree = await terminal.shows("❯ ⚑ doubtful", "a approve   r reject   x cancel   q leave it waiting");
  expect(terminal.isAlternate).toBe(true);
  expect(tree).toMatch(/^terrace {2}Write about bees\.$/m);
  expect(tree).toMatch(/1\/3 accepted {2}· {2}0\/8 running {2}· {2}\$0\.\d+ spent/);
  expect(tree).toMatch(/✔ facts +haiku +accepted +high +\d+\.\ds +\$0\.\d+$/m);
  expect(tree).toMatch(/all at opus \$0\.\d+/);

  terminal.type("\r");
  const details = await terminal.shows("doubtful  flagged", "Flagged: ");
  expect(details).toContain("  │ All about doubtful.");
  expect(details).toContain("review at opus: rerun: ");

  await terminal.resize([40, 12]);
  const fits = (lines: readonly string[]): boolean => lines.every(({ length }) => length < 40);
  const low = await terminal.shows(/^lines 1 to \d of \d+$/m, fits);
  expect(low.match(/^terrace/gm)).toHaveLength(1);

  terminal.type("\u001b");
  const narrow = await terminal.shows(/❯ ⚑ .*doubtful +opus/);
  expect(narrow).not.toContain("lines 1 to");
  expect(narrow.match(/^terrace/gm)).toHaveLength(1);
  terminal.type(DOWN);
  await terminal.shows(/^❯ · .*essay/m);

  await terminal.resize([120, 30]);
  const wide = await terminal.shows(/^❯ · .*essay +sonnet|^❯ · .*essay +haiku/m, "q leave it waiting");
  expect(wide.match(/doubtful/g)).toHaveLength(1);
  expect(wide).not.toContain("a approve");

  terminal.type("k");
  await terminal.shows("a approve");
  terminal.type("a");
  await terminal.shows('Accept the draft of "doubtful"? y yes, any other key no');
  terminal.type("y");
  const end = await terminal.ended;

  expect(end).toContain("An output.\r".trimEnd());
  expect(end).toMatch(/exit code 0\n/);
  expect(end).toContain(AS_IT_WAS);
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.hasCursor).toBe(true);
});

test("[K05] the screen becomes lines while the run goes on, and Ctrl-C pauses it there", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 5_000));
  const terminal = openTerminal(here, `terrace run "Write about bees."`, [100, 40]);

  await terminal.shows("1/4 accepted", "p pause   x cancel   q lines");
  terminal.type("q");
  await terminal.shows(() => !terminal.isAlternate, /✔ a .*accepted/);
  terminal.type(CTRL_C);
  const end = await terminal.ended;

  expect(end).toMatch(/run +paused \(interrupted\): Interrupted\. Nothing new is begun/);
  expect(end).toMatch(/Go on with:\n {2}terrace resume run_[\w-]+\n/);
  expect(end).toMatch(/exit code 130\n/);
  expect(end).toContain(AS_IT_WAS);
  expect(here.simulator.requests).toHaveLength(SECOND_TASK);
});

test("[K06] Ctrl-Z stops the screen for a while, Ctrl-C pauses the run, a second one ends it, and the terminal is as it was", async () => {
  const here = await place("row", slowAt(SECOND_TASK, 60_000));
  const terminal = openTerminal(here, `terrace run "Write about bees."`, [100, 40]);

  await terminal.shows("1/4 accepted", /⠋|⠙|⠹|⠸|⠼|⠴|⠦|⠧|⠇|⠏/);
  terminal.type(CTRL_Z);
  await terminal.shows(`stopped, ${AS_IT_WAS}`, () => !terminal.isAlternate && terminal.hasCursor);
  terminal.type("\n");
  await terminal.shows("1/4 accepted", () => terminal.isAlternate);
  terminal.type(CTRL_C);
  await terminal.shows("paused (interrupted)", "Ctrl-C end it at once");
  terminal.type(CTRL_C);
  const end = await terminal.ended;

  expect(end).toMatch(
    /Ended at once: calls under way count as orphaned\.\nGo on with:\n {2}terrace resume run_[\w-]+\n/,
  );
  expect(end).toMatch(/exit code 130\n/);
  expect(end).toContain(AS_IT_WAS);
  expect(terminal.isAlternate).toBe(false);
  expect(terminal.hasCursor).toBe(true);
});
