import type { Plan } from "@terrace/core";
import { chain, diamond, planOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { findCycle, graphOf, startPriority } from "../../../packages/core/src/plan/graph.js";

const orderOf = ({ tasks }: Plan) => graphOf(tasks).order.map((position) => tasks[position]?.id);
const cycleOf = ({ tasks }: Plan) => findCycle(tasks);

/** How urgent each task is, by id. */
const prioritiesOf = ({ tasks }: Plan) => {
  const graph = graphOf(tasks);
  const entries = tasks.map(({ id, dependsOn }, position) => {
    const priority = startPriority(graph, position, dependsOn.length);
    return [id, priority] as const;
  });
  return new Map(entries);
};

test("a chain of any length fits", () => {
  expect(orderOf(chain(50_000))).toHaveLength(50_000);
});

test("dependents are the edges the other way, in the order of the plan", () => {
  expect(Object.fromEntries(graphOf(diamond().tasks).dependents)).toEqual({
    top: ["left", "right"],
    left: ["bottom"],
    right: ["bottom"],
    bottom: [],
  });
});

describe("in order", () => {
  test("each task comes after what it depends on", () => {
    expect(orderOf(planOf({ c: { dependsOn: ["b"] }, b: { dependsOn: ["a"] }, a: {} }))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  test("a task on a cycle, or behind one, is missing", () => {
    const plan = planOf({
      free: {},
      a: { dependsOn: ["b"] },
      b: { dependsOn: ["a"] },
      behind: { dependsOn: ["b"] },
    });

    expect(orderOf(plan)).toEqual(["free"]);
  });
});

describe("a cycle", () => {
  test("is none in a plan that can be ordered", () => {
    expect(cycleOf(diamond())).toBeUndefined();
  });

  test("is told whole, in the direction of the work, its first task repeated", () => {
    const plan = planOf({ a: { dependsOn: ["c"] }, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] } });

    expect(cycleOf(plan)).toEqual(["a", "b", "c", "a"]);
  });

  test("is told without the tasks that only lead to it or from it", () => {
    const plan = planOf({
      before: {},
      a: { dependsOn: ["before", "b"] },
      b: { dependsOn: ["a"] },
      after: { dependsOn: ["b"] },
    });

    expect(cycleOf(plan)).toEqual(["a", "b", "a"]);
  });
});

describe("what is left to do", () => {
  test("is the longest chain that starts at a task, itself included", () => {
    const { tasks } = planOf({
      a: {},
      b: { dependsOn: ["a"] },
      c: { dependsOn: ["b"] },
      d: { dependsOn: ["a"] },
    });

    expect(graphOf(tasks).remaining).toEqual([3, 2, 1, 1]);
  });
});

describe("what starts first", () => {
  test("is the task with the longest remaining path", () => {
    const priorities = prioritiesOf(planOf({ short: {}, long: {}, next: { dependsOn: ["long"] } }));

    expect(priorities.get("long")).toBeGreaterThan(priorities.get("short") ?? 0);
  });

  test("of equal paths, is the task with more inputs", () => {
    const priorities = prioritiesOf(planOf({ a: {}, needy: { dependsOn: ["a"] }, free: {} }));

    expect(priorities.get("needy")).toBeGreaterThan(priorities.get("free") ?? 0);
  });

  test("is never a task with many inputs before one with a longer path", () => {
    const priorities = prioritiesOf(
      planOf({
        a: {},
        b: {},
        c: {},
        needy: { dependsOn: ["a", "b", "c"] },
        first: {},
        second: { dependsOn: ["first"] },
      }),
    );

    expect(priorities.get("first")).toBeGreaterThan(priorities.get("needy") ?? 0);
  });

  test("is told for every task, in a chain from its first to its last", () => {
    expect([...prioritiesOf(chain(3)).values()]).toEqual([6, 5, 3]);
    expect([...prioritiesOf(wide(3)).values()]).toEqual([1, 1, 1]);
  });
});
