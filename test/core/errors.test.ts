import { DeclarationError, OrchestrationError, RunError } from "@terrace/core";
import { expect, test } from "vitest";
import { got, quoted } from "../../packages/core/src/errors.js";

test("an error of another copy of the package is recognised by its mark", () => {
  const fromElsewhere = Object.assign(new Error("It ended."), {
    [Symbol.for("terrace.OrchestrationError")]: true,
  });

  expect(OrchestrationError.is(new OrchestrationError("RUN_ENDED", "It ended."))).toBe(true);
  expect(OrchestrationError.is(fromElsewhere)).toBe(true);
  expect(OrchestrationError.is(new Error("It ended."))).toBe(false);
  expect(OrchestrationError.is("It ended.")).toBe(false);
  expect(OrchestrationError.is(null)).toBe(false);
});

test("an error is named after its class", () => {
  expect(new OrchestrationError("RUN_ENDED", "").name).toBe("OrchestrationError");
  expect(new DeclarationError("TEAM_INVALID", []).name).toBe("DeclarationError");
  expect(new RunError("RUN_FAILED", "", { runId: "", state: null, ledger: null, census: null }).name).toBe(
    "RunError",
  );
});

test("an error keeps its cause, and has none when there is none", () => {
  const run = { runId: "run_1", state: null, ledger: null, census: null };

  expect(new RunError("RUN_STOPPED", "", { ...run, cause: "disk full" }).cause).toBe("disk full");
  expect("cause" in new RunError("RUN_STOPPED", "", run)).toBe(false);
});

test("names are quoted", () => {
  expect(quoted(["a", 'b"c'])).toBe('"a", "b\\"c"');
  expect(quoted([])).toBe("");
});

test.each([
  ["text", '`"text"`'],
  [0, "`0`"],
  [undefined, "`undefined`"],
  [null, "`null`"],
  [{ a: [1] }, '`{"a":[1]}`'],
  [12n, "`12`"],
  [{ big: 12n }, "`[object Object]`"],
])("%o is shown as %s", (value, shown) => {
  expect(got(value)).toBe(shown);
});

test("a long value is cut", () => {
  expect(got("x".repeat(500))).toBe(`\`"${"x".repeat(198)}…\``);
});
