import { expect, test } from "vitest";
import {
  count,
  formatAge,
  formatMicroUsd,
  formatMs,
  formatTokens,
} from "../../packages/cli/src/text/format.js";

test.each([
  [0, "$0.0000"],
  [1, "$0.0000"],
  [587_459, "$0.5875"],
  [12_345_678, "$12.35"],
])("%i micro-dollars are %s", (microUsd, text) => {
  expect(formatMicroUsd(microUsd)).toBe(text);
});

test("a difference has its sign", () => {
  expect(formatMicroUsd(-253_100, { signed: true })).toBe("−$0.2531");
  expect(formatMicroUsd(253_100, { signed: true })).toBe("+$0.2531");
  expect(formatMicroUsd(0, { signed: true })).toBe("$0.0000");
});

test.each([
  [0, "0.0s"],
  [949, "0.9s"],
  [9_949, "9.9s"],
  [9_950, "10s"],
  [59_499, "59s"],
  [59_500, "1m00s"],
  [185_000, "3m05s"],
  [-5, "0.0s"],
])("%i milliseconds are %s", (ms, text) => {
  expect(formatMs(ms)).toBe(text);
});

test("tokens are counted in thousands and millions", () => {
  expect([999, 1_000, 999_949, 1_200_000].map(formatTokens)).toEqual(["999", "1.0k", "999.9k", "1.2M"]);
});

test("one is not many", () => {
  expect([count(0, "task"), count(1, "task"), count(2, "task")]).toEqual(["0 tasks", "1 task", "2 tasks"]);
});

test.each([
  [-5, "0s"],
  [59_999, "59s"],
  [60_000, "1m"],
  [3_599_999, "59m"],
  [86_399_999, "23h"],
  [864_000_000, "10d"],
])("%i ms ago is %s", (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});
