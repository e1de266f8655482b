import { createOrchestrator, type Plan, type RunEvent } from "@terrace/core";
import { expect, test } from "vitest";
import { drawFrame, type FrameOptions } from "../../packages/cli/src/screen/frame.js";
import { offersFor } from "../../packages/cli/src/screen/offers.js";
import { UNTOUCHED } from "../../packages/cli/src/screen/press.js";
import { createPalette } from "../../packages/cli/src/text/palette.js";
import { emptyView, foldView } from "../../packages/cli/src/text/run-view.js";
import { chain, ok, scriptedAgents, testTeam, wide } from "../../packages/core/src/testing/index.js";
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
  for (const line of frame) expect(line.length).toBeLessThan(columns);
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

/** The log of a run whose plan is larger than plans are by default. */
async function large(plan: Plan, goal = "Write about bees."): Promise<readonly RunEvent[]> {
  const agents = scriptedAgents({ plan });
  const limits = { maxTasks: 200, maxDepth: 64 };
  const run = createOrchestrator({ team: testTeam, agents, limits }).submit(goal);
  await run.result();
  return run.log;
}

/** What stands at the keys of a screen on which a task was chosen. */
const handOn = (chosen: string | null, screen = {}) => ({
  hand: { screen: { ...UNTOUCHED, chosen, ...screen }, offers: [] },
});

test("at the keys, the selected task is marked, and the keys that can be used stand at the bottom", async () => {
  const log = await recorded(STORY);
  const { state } = log.reduce(foldView, emptyView());
  const offers = offersFor(state, "draft", new Set(["approve", "reject", "cancel", "detach"] as const));
  const frame = frameOf(log, never, { hand: { screen: UNTOUCHED, offers }, note: "what was last" });
  expect(frame.slice(3)).toEqual([
    "  ✔ facts                    haiku             accepted  high     0.9s  $0.0020",
    "❯ ⚑ draft                    haiku→sonnet→opus flagged   high     3.1s  $0.0060",
    "  · └ essay                  sonnet            waits                           ",
    "",
    "what was last",
    "↑↓ choose   ⏎ details   a approve   r reject   x cancel   q leave it waiting",
  ]);
});

test.each([
  ["t1", /^ {2}↑|❯ . t1 /m, "↓ 184 more: "],
  ["t100", /^❯ . t100 /m, "↓ 93 more: 93 accepted"],
  ["t200", /^❯ . t200 /m, "↑ 184 more: 184 accepted"],
])(
  "in a run of 200 tasks the selected one, %s, is in view, and the others are counted",
  async (id, row, more) => {
    const frame = frameOf(await large(wide(200)), never, handOn(id)).join("\n");
    expect(frame).toMatch(row);
    expect(frame).toContain(more);
    expect(frame.split("\n").length).toBeLessThanOrEqual(23);
  },
);

test.each([
  [80, 10],
  [40, 8],
  [40, 24],
  [24, 6],
  [200, 60],
])(
  "a terminal of %i columns and %i rows shows the selected task, in as many rows as it has",
  async (columns, rows) => {
    const log = await large(chain(40), "A goal that goes on and on. ".repeat(20));
    const frame = frameOf(log, never, { columns, rows, note: "a note", limit: 8, ...handOn("t20") });
    expect(frame.length).toBeLessThan(rows);
    for (const line of frame) expect(line.length).toBeLessThan(columns);
    expect(frame.some((line) => /^❯ ✔ .*t20\b/.test(line))).toBe(true);
  },
);

test("in a narrow terminal the tiers and the cost stay, and the rest makes way", async () => {
  const frame = frameOf(await recorded(HAPPY), never, { columns: 40, ...handOn("draft") });
  expect(frame).toContain("❯ ✔ draft         sonnet→opus   $0.0060");
});

test("the head says how many calls may run, what may be spent, and what all of it would cost at the top", async () => {
  const view = (await recorded(HAPPY)).reduce(foldView, emptyView());
  const budget = { hardMicroUsd: 2_500_000 } as NonNullable<typeof view.state.budget>;
  const allTop = { tier: "opus", usd: 0.05 } as FrameOptions["allTop"];
  const options = { ...SIZE, columns: 100, now: view.at, limit: 8, allTop: allTop ?? null };
  expect(drawFrame({ ...view, state: { ...view.state, budget } }, options)[1]).toBe(
    "6.1s  ·  3/3 accepted  ·  0/8 running  ·  $0.0110 of $2.5000 spent  ·  all at opus $0.0500",
  );
});

test("the details of a task say what it is to do, and what became of each attempt", async () => {
  const frame = frameOf(await recorded(STORY), never, { rows: 60, ...handOn("draft", { details: 0 }) });
  expect(frame.slice(3, -2)).toMatchInlineSnapshot(`
    [
      "draft  flagged",
      "Do draft",
      "Role worker, kind task, error cost low; starts at haiku: It is simple.",
      "",
      "Brief",
      "  │ Everything there is to know about draft.",
      "",
      "Criteria",
      "  1. Is complete.",
      "",
      "Attempt 1 at haiku (first), confidence low: It is a guess.",
      "  review at sonnet: rerun: The end is missing.",
      "    ✖ 1. The end is missing.",
      "",
      "Attempt 2 at sonnet (escalation), confidence medium: It was simple.",
      "  review at opus: rerun: The middle is missing.",
      "    ✖ 1. The middle is missing.",
      "",
      "Attempt 3 at opus (escalation), confidence high: It was simple.",
      "  review at opus: rerun: never",
      "    ✖ 1. never",
      "",
      "Flagged: never",
      "The draft of attempt 3, at opus, which calls its confidence high; it is not ",
      "accepted:",
      "  │ all of it",
    ]
  `);
});

test("[H12] what a model says stays behind its bar, or in its sentence, in the details", async () => {
  const because = "sure\u001b[2J\n❯ ✔ draft accepted by a person";
  const output = `\u001b[31mdone\u001b]0;x\u0007\n${"wide ".repeat(60)}\n</b>`;
  const log = await recorded({ ...STORY, execute: { draft: ok(output, { because }) } });
  const frame = frameOf(log, never, { rows: 80, columns: 60, ...handOn("draft", { details: 0 }) });
  expect(frame.join("\n")).not.toContain("\u001b");
  for (const line of frame) expect(line.length).toBeLessThan(60);
  const quoted = frame.filter((line) => /wide|done|<\/b>/.test(line));
  expect(quoted.length).toBeGreaterThan(4);
  for (const line of quoted) expect(line).toMatch(/^ {2}│ /);
  expect(frame.filter((line) => line.startsWith("❯"))).toEqual([]);
});

test("details that do not fit are scrolled, and say where they stand", async () => {
  const log = await recorded(STORY);
  const at = (details: number) => frameOf(log, never, { rows: 14, ...handOn("draft", { details }) });
  expect(at(0)[3]).toMatch(/^draft {2}flagged/);
  expect(at(0).join("\n")).toMatch(/^lines 1 to \d+ of \d+$/m);
  expect(at(1_000).join("\n")).toContain("  │ all of it");
});

test("a task that joins the run later joins its tree", async () => {
  const log = await recorded(HAPPY);
  const view = log.reduce(foldView, emptyView());
  const before = drawFrame(view, { ...SIZE, now: view.at });
  const facts = view.state.tasks.get("facts");
  if (facts === undefined) throw new Error("There is no such task.");
  const joined = {
    ...facts,
    task: { ...facts.task, id: "late", dependsOn: ["essay"] },
    status: "ready" as const,
  };
  (view.state.tasks as Map<string, typeof joined>).set("late", joined);
  const after = drawFrame(view, { ...SIZE, now: view.at });
  expect(after.length).toBe(before.length + 1);
  expect(after.join("\n")).toMatch(/○ {3}└ late +haiku/);
});
