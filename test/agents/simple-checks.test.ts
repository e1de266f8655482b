import type { Check, CheckContext, JsonValue } from "@terrace/core";
import { expect, test } from "vitest";
import { maxLength, predicate, wordLimit } from "../../packages/agents/src/checks/simple-checks.js";
import { task } from "./support.js";

const { signal } = new AbortController();
const context: CheckContext = { runId: "run_1", task: task(), attempt: 1, tier: "haiku", inputs: [], signal };
const run = (check: Check, output: JsonValue) => check.run(output, context);

test("maxLength counts what a reader would", () => {
  expect(run(maxLength(3), "äß👍")).toEqual([]);
  expect(run(maxLength(2), "äß👍")).toEqual(["Expected at most 2 characters, got 3."]);
  expect(run(maxLength(1), { not: "text" })).toEqual([]);
});

test("wordLimit has a lower and an upper end", () => {
  const check = wordLimit({ min: 2, max: 3 });
  expect(run(check, " one ")).toEqual(["Expected at least 2 words, got 1."]);
  expect(run(check, "one\ntwo  three")).toEqual([]);
  expect(run(check, "one two three four")).toEqual(["Expected at most 3 words, got 4."]);
});

test("a predicate may answer with yes, no, a line or lines", () => {
  expect(
    run(
      predicate("is a", (output) => output === "a"),
      "a",
    ),
  ).toEqual([]);
  expect(
    run(
      predicate("is a", (output) => output === "a"),
      "b",
    ),
  ).toEqual(['Expected "is a" to hold, but it does not.']);
  expect(
    run(
      predicate("x", () => "Not so."),
      "b",
    ),
  ).toEqual(["Not so."]);
  expect(
    run(
      predicate("x", () => ["One.", "Two."]),
      "b",
    ),
  ).toEqual(["One.", "Two."]);
  expect(
    run(
      predicate("x", () => undefined),
      "b",
    ),
  ).toEqual([]);
});
