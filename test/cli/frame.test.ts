import type { RunEvent } from "@terrace/core";
import { expect, test } from "vitest";
import { drawFrame } from "../../packages/cli/src/frame.js";
import { createPalette } from "../../packages/cli/src/palette.js";
import { emptyView, foldView } from "../../packages/cli/src/run-view.js";
import { wide } from "../../packages/core/src/testing/index.js";
import { HAPPY, recorded, STORY } from "./support.js";

const SIZE = { tick: 0, columns: 80, rows: 24, palette: createPalette(false), note: "" };

/** The frame after the events up to the first that `until` finds, or after all. */
function frameOf(log: readonly RunEvent[], until: (event: RunEvent) => boolean, options = {}) {
  const found = log.findIndex(until);
  const events = found === -1 ? log : log.slice(0, found + 1);
  const view = events.reduce(foldView, emptyView());
  return drawFrame(view, { ...SIZE, now: view.at, ...options });
}

const never = () => false;

test("a finished run shows each task with its tiers, confidence, seconds and cost", async () => {
  const frame = frameOf(await recorded(HAPPY), never);
  expect(frame).toEqual([
    "terrace  Write about bees.",
    "6.1s  ·  3/3 accepted  ·  0 calls running  ·  $0.0110 spent",
    "",
    "✔ facts                      haiku             accepted  high     0.9s  $0.0020",
    "✔ draft                      haiku→sonnet→opus accepted  high     3.1s  $0.0060",
    "✔ └ essay                    sonnet            accepted  high     0.9s  $0.0020",
  ]);
});

test("before there is a plan it says what is going on", async () => {
  const frame = frameOf(await recorded(HAPPY), ({ type }) => type === "plan.queued");
  expect(frame).toEqual(["terrace  Write about bees.", expect.stringContaining("planning"), ""]);
});

test("what is under way turns, and what waits is quiet", async () => {
  const log = await recorded(HAPPY);
  const started = ({ type }: RunEvent) => type === "attempt.started";
  expect(frameOf(log, started).slice(3).join("\n")).toMatch(
    /⠋ facts .* works .*\n○ draft .* queued.*\n· └ essay .* waits/,
  );
  expect(frameOf(log, started, { tick: 3 })[3]).toMatch(/^⠸ facts/);
});

test("a flagged task stands out", async () => {
  const frame = frameOf(await recorded(STORY), never);
  expect(frame.join("\n")).toMatch(/⚑ draft .* haiku→sonnet→opus flagged/);
});

test("confidence is shown as soon as it is stated", async () => {
  const finished = (event: RunEvent) => event.type === "attempt.finished" && event.taskId === "draft";
  expect(frameOf(await recorded(HAPPY), finished).join("\n")).toMatch(/draft .* low/);
});

test("a hostile goal stays on its line", async () => {
  const log = await recorded(HAPPY, "one\u001b[2J\ntwo\u202e three");
  expect(frameOf(log, never)[0]).toBe("terrace  one two three");
});

test.each([40, 60, 80, 200])("no line is wider than %i columns allow", async (columns) => {
  const log = await recorded({ ...HAPPY }, "A goal that goes on and on. ".repeat(20));
  const frame = frameOf(log, never, { columns, note: "something happened ".repeat(20) });
  const fixed = 62 + 5;
  for (const line of frame) expect(line.length).toBeLessThanOrEqual(Math.max(columns, fixed));
});

test("a plan of a hundred tasks fits into 24 rows, the settled ones last to be shown", async () => {
  const log = await recorded({ plan: wide(100) });
  const middle = (event: RunEvent) => event.type === "task.accepted" && event.taskId === "t50";
  const frame = frameOf(log, middle, { note: "a note" });
  expect(frame.length).toBeLessThanOrEqual(23);
  expect(frame.join("\n")).toMatch(/and \d+ queued, \d+ accepted|and \d+ accepted, \d+ queued/);
  expect(frame.some((line) => line.includes("t51"))).toBe(true);
});

test("fifteen tasks and a note fit into 24 rows without hiding one", async () => {
  const frame = frameOf(await recorded({ plan: wide(15) }), never, { note: "a note" });
  expect(frame.length).toBeLessThanOrEqual(23);
  expect(frame.filter((line) => line.startsWith("✔"))).toHaveLength(15);
});
