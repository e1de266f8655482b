import type { RunState } from "@terrace/core";
import { expect, test } from "vitest";
import type { Deed } from "../../packages/cli/src/screen/deed.js";
import { offersFor } from "../../packages/cli/src/screen/offers.js";
import { type Key, press, type ScreenState, UNTOUCHED } from "../../packages/cli/src/screen/press.js";
import { selectedOf, spanAround } from "../../packages/cli/src/screen/selection.js";
import { emptyView, foldView } from "../../packages/cli/src/text/run-view.js";
import { taskTree } from "../../packages/cli/src/text/task-tree.js";
import { recorded, STORY } from "./support.js";

const ALL: ReadonlySet<Deed["type"]> = new Set([
  "interrupt",
  "pause",
  "cancel",
  "approve_plan",
  "approve",
  "reject",
  "allow_call",
  "deny_call",
  "detach",
]);

/** The state after the events up to the first of a type, or after all: then `draft` waits for a person. */
async function stateAt(type?: string): Promise<RunState> {
  const log = await recorded(STORY);
  const end = log.findIndex((event) => event.type === type);
  return log.slice(0, end === -1 ? undefined : end + 1).reduce(foldView, emptyView()).state;
}

/** Presses keys one after another, and says what was done and what is looked at then. */
function pressAll(run: RunState, keys: readonly Key[], from: ScreenState = UNTOUCHED) {
  const deeds: Deed[] = [];
  let screen = from;
  for (const key of keys) {
    const tree = taskTree(run);
    const selected = selectedOf(run, tree, screen.chosen);
    const order = tree.map(({ taskId }) => taskId);
    const offers = offersFor(run, selected, ALL);
    const pressed = press(screen, key, { order, selected, offers, page: 5, lines: 12 });
    screen = pressed.screen;
    if (pressed.deed !== null) deeds.push(pressed.deed);
  }
  return { screen, deeds };
}

const keys = (run: RunState, selected?: string) =>
  offersFor(run, selected, ALL).map(({ key, label }) => `${key} ${label}`);

test("the keys that are offered are those that do something now", async () => {
  const working = await stateAt("attempt.started");
  expect(keys(working, "facts")).toEqual(["p pause", "x cancel", "q lines"]);
  const waiting = await stateAt();
  expect(keys(waiting, "draft")).toEqual(["a approve", "r reject", "x cancel", "q leave it waiting"]);
  expect(keys(waiting, "essay")).toEqual(["x cancel", "q leave it waiting"]);
  expect(keys({ ...waiting, status: "cancelled" }, "draft")).toEqual([]);
  expect(offersFor(waiting, "draft", new Set(["detach"])).map(({ key }) => key)).toEqual(["q"]);
});

test("a task without a draft can be rejected and not approved", async () => {
  const waiting = await stateAt();
  const draft = waiting.tasks.get("draft");
  if (draft === undefined) throw new Error("There is no draft.");
  const tasks = new Map(waiting.tasks).set("draft", { ...draft, attempts: [] });
  expect(offersFor({ ...waiting, tasks }, "draft", ALL)[0]).toMatchObject({
    key: "r",
    deed: { type: "reject", taskId: "draft" },
  });
});

test("a tool call that waits for a person is allowed or denied, with what it is in the question", async () => {
  const working = await stateAt("attempt.started");
  const facts = working.tasks.get("facts");
  if (facts === undefined) throw new Error("There is no such task.");
  const call = { attempt: 1, useId: "toolu_1", tool: "run_command", input: { program: "rm" } };
  const tasks = new Map(working.tasks).set("facts", { ...facts, status: "stalled", held: [call] });
  const halt = { reason: "person", message: "A tool call waits." } as const;
  const waiting: RunState = { ...working, status: "paused", halt, tasks };

  expect(keys(waiting, "facts")).toEqual(["a allow the call", "r deny it", "x cancel", "q leave it waiting"]);
  const { screen, deeds } = pressAll(waiting, [{ text: "a" }]);
  expect(deeds).toEqual([]);
  expect(screen.asked?.question).toBe('Have it made: run_command {"program":"rm"}?');
  const of = { taskId: "facts", useId: "toolu_1" };
  expect(pressAll(waiting, [{ text: "y" }], screen).deeds).toEqual([{ type: "allow_call", ...of }]);
  expect(pressAll(waiting, [{ text: "r" }, { text: "y" }]).deeds).toEqual([{ type: "deny_call", ...of }]);
});

test("approving names the attempt that was looked at, and is done when it is confirmed", async () => {
  const waiting = await stateAt();
  const { screen, deeds } = pressAll(waiting, [{ text: "a" }]);
  expect(deeds).toEqual([]);
  expect(screen.asked?.question).toBe('Accept the draft of "draft"?');
  expect(pressAll(waiting, [{ text: "y" }], screen).deeds).toEqual([
    { type: "approve", taskId: "draft", attempt: 3 },
  ]);
  for (const no of [{ text: "n" }, { text: "a" }, "enter", "escape"] as const)
    expect(pressAll(waiting, [no], screen)).toMatchObject({ deeds: [], screen: { asked: null } });
});

test("Ctrl-C is heard whatever is asked or looked at", async () => {
  const waiting = await stateAt();
  expect(pressAll(waiting, [{ text: "x" }, "interrupt", { text: "y" }]).deeds).toEqual([
    { type: "interrupt" },
  ]);
  expect(pressAll(waiting, ["enter", "interrupt"]).deeds).toEqual([{ type: "interrupt" }]);
});

test("what waits for a person is selected until another task is chosen, and again after escape", async () => {
  const waiting = await stateAt();
  expect(selectedOf(waiting, taskTree(waiting), null)).toBe("draft");
  expect(pressAll(waiting, ["down"]).screen.chosen).toBe("essay");
  expect(pressAll(waiting, ["up", "up", "up"]).screen.chosen).toBe("facts");
  expect(pressAll(waiting, ["end", "home"]).screen.chosen).toBe("facts");
  expect(pressAll(waiting, [{ text: "j" }, "escape"]).screen.chosen).toBeNull();
});

test("details are scrolled no further than they go, and enter, escape and q go back", async () => {
  const waiting = await stateAt();
  expect(pressAll(waiting, ["enter", "page_down", "page_down", "down"]).screen).toMatchObject({
    chosen: "draft",
    details: 7,
  });
  expect(pressAll(waiting, ["enter", "down", "page_up"]).screen.details).toBe(0);
  for (const back of ["enter", "escape", { text: "q" }] as const)
    expect(pressAll(waiting, ["enter", back])).toMatchObject({ deeds: [], screen: { details: null } });
});

test("before there is a plan, keys that choose do nothing", async () => {
  const planning = await stateAt("plan.queued");
  expect(pressAll(planning, ["down", "enter", { text: "d" }]).screen).toEqual(UNTOUCHED);
});

test.each([
  [0, 200, 10, { from: 0, to: 10 }],
  [100, 200, 10, { from: 95, to: 105 }],
  [199, 200, 10, { from: 190, to: 200 }],
  [2, 3, 10, { from: 0, to: 3 }],
  [0, 0, 10, { from: 0, to: 0 }],
])("around row %i of %i, with room for %i, %o is in view", (at, length, room, span) => {
  expect(spanAround(at, length, room)).toEqual(span);
});
