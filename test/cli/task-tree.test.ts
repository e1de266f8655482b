import { expect, test } from "vitest";
import { taskTree } from "../../packages/cli/src/text/task-tree.js";
import { given, planned } from "../../packages/core/src/testing/index.js";

const drawn = (tasks: Parameters<typeof planned>[0]) =>
  taskTree(given(planned(tasks, { answer: Object.keys(tasks)[0] ?? "" }))).map(
    ({ branch, taskId }) => branch + taskId,
  );

test("tasks that need nothing stand in the order of the plan", () => {
  expect(drawn({ b: {}, a: {}, c: {} })).toEqual(["b", "a", "c"]);
});

test("a task stands below the one that it waits for", () => {
  expect(drawn({ a: {}, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] }, d: {} })).toEqual([
    "a",
    "└ b",
    "  └ c",
    "d",
  ]);
});

test("of several dependencies the deepest is the parent", () => {
  expect(drawn({ a: {}, b: { dependsOn: ["a"] }, c: {}, d: { dependsOn: ["c", "b", "a"] } })).toEqual([
    "a",
    "└ b",
    "  └ d",
    "c",
  ]);
});

test("children side by side hang on one stem", () => {
  expect(drawn({ a: {}, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] }, d: { dependsOn: ["a"] } })).toEqual(
    ["a", "├ b", "│ └ c", "└ d"],
  );
});

test("a task that the plan names before its dependency still stands below it", () => {
  expect(drawn({ b: { dependsOn: ["a"] }, a: {} })).toEqual(["a", "└ b"]);
});
