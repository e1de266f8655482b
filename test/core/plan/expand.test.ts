import { taskOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { gathering, itemTasks, type Spread } from "../../../packages/core/src/plan/expand.js";
import type { Task } from "../../../packages/core/src/plan/plan.js";

const template: Task = {
  ...taskOf("facts", { dependsOn: ["companies", "rules"], forEach: "companies", tools: ["read"] }),
  plannedTier: "sonnet",
  within: "study",
};

describe("the tasks for items", () => {
  test("are the task that is done for each, with a number in id and title, and with their item", () => {
    const { forEach: _, ...same } = template;

    expect(itemTasks(template, 2, 3)).toEqual([
      { ...same, id: "facts-2", title: "Do facts 2", item: { forEach: "facts", number: 2 } },
      { ...same, id: "facts-3", title: "Do facts 3", item: { forEach: "facts", number: 3 } },
    ]);
  });

  test.each([
    [1, 4, 4],
    [4, 4, 1],
    [5, 4, 0],
    [5, 0, 0],
  ])("from %d to %d are %d", (from, to, count) => {
    expect(itemTasks(template, from, to)).toHaveLength(count);
  });

  test("have room for the number behind a title of any length", () => {
    const [task] = itemTasks({ ...template, title: "x".repeat(8_192) }, 1, 1);

    expect(task?.title).toBe(`${"x".repeat(8_000)} 1`);
  });
});

describe("who gathers depends on", () => {
  const spread: Spread = {
    before: undefined,
    items: ["facts-1", "facts-2"],
    isEmpty: false,
    keepsList: false,
  };

  test.each<[string, readonly string[], Partial<Spread>, readonly string[]]>([
    [
      "the items in the place of the task that is done for each",
      ["a", "facts", "b"],
      {},
      ["a", "facts-1", "facts-2", "b"],
    ],
    [
      "the empty list in its place",
      ["a", "facts", "b"],
      { items: [], isEmpty: true },
      ["a", "companies", "b"],
    ],
    [
      "the list once, when it is shown it anyway",
      ["facts", "companies"],
      { items: [], isEmpty: true, keepsList: true },
      ["companies"],
    ],
    [
      "the items, and the list that it is shown anyway",
      ["companies", "facts"],
      { keepsList: true },
      ["companies", "facts-1", "facts-2"],
    ],
    [
      "more items in the place of fewer",
      ["a", "facts-1", "b"],
      { before: 1 },
      ["a", "facts-1", "facts-2", "b"],
    ],
    [
      "fewer in the place of more",
      ["a", "facts-1", "facts-2", "facts-3", "b"],
      { before: 3 },
      ["a", "facts-1", "facts-2", "b"],
    ],
    [
      "items in the place of the empty list",
      ["a", "companies", "b"],
      { before: 0 },
      ["a", "facts-1", "facts-2", "b"],
    ],
    [
      "items behind the rest, when the list stays",
      ["companies", "a"],
      { before: 0, keepsList: true },
      ["companies", "a", "facts-1", "facts-2"],
    ],
    [
      "the empty list in the place of items",
      ["facts-1", "a"],
      { before: 1, items: [], isEmpty: true },
      ["companies", "a"],
    ],
    [
      "nothing in the place of items that the planner has had done otherwise",
      ["facts-1", "a"],
      { before: 1, items: [] },
      ["a"],
    ],
    [
      "what stands apart from the items, in its place",
      ["facts-1", "a", "facts-2"],
      { before: 2, items: ["facts-1"] },
      ["facts-1", "a"],
    ],
    [
      "tasks of others whose ids look like items",
      ["facts-3", "facts-1"],
      { before: 1 },
      ["facts-3", "facts-1", "facts-2"],
    ],
  ])("%s", (_, dependsOn, changes, expected) => {
    const gather: Task = { ...taskOf("report", { dependsOn }), plannedTier: "haiku" };

    expect(gathering(gather, template, { ...spread, ...changes })).toEqual({
      ...gather,
      dependsOn: expected,
    });
  });
});
