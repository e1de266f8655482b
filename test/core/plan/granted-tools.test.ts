import { expect, test } from "vitest";
import { grantedTools, isGranted } from "../../../packages/core/src/plan/granted-tools.js";
import { withTools } from "../support.js";

const declared = ["read", "write", "mcp__github"];
const team = withTools(declared);

test.each<[string, string, readonly string[] | undefined, readonly string[]]>([
  ["all that its role declares, when its plan names none", "worker", undefined, declared],
  [
    "those that its plan names, as the role has them in order",
    "worker",
    ["write", "read"],
    ["read", "write"],
  ],
  ["none, when its plan names an empty list", "worker", [], []],
  ["none that its role does not declare", "worker", ["shell"], []],
  ["none, when its role declares none", "writer", ["read"], []],
  ["none, when there is no such role", "stranger", undefined, []],
  ["none, by the name of what every object has", "constructor", undefined, []],
])("a task may use %s", (_, role, tools, granted) => {
  expect(grantedTools({ role, ...(tools && { tools }) }, team)).toEqual(granted);
});

test.each([
  ["by its own name", "read", true],
  ["by the name of its family", "mcp__github__search", true],
  ["not by the beginning of its name", "reader", false],
  ["not by the name of another family", "mcp__gitlab__search", false],
])("a tool is granted %s", (_, tool, isOne) => {
  expect(isGranted(tool, declared)).toBe(isOne);
});
