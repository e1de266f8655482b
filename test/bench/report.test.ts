/** What the bench prints of its figures. */

import { expect, test } from "vitest";
import { median, summarize, toFigure, toTable } from "../../bench/report.js";

const rounds = [
  { subject: 10, base: 8 },
  { subject: 30, base: 10 },
  { subject: 12, base: 4 },
];

test("a ratio is the median of the ratios inside each round", () => {
  expect(summarize(rounds)).toEqual({ value: 12, base: 8, ratio: 3, rounds: 3 });
});

test("the median of an even count lies between the two in the middle", () => {
  expect(median([4, 1, 3, 10])).toBe(3.5);
});

test("a figure with two goals is met when both are", () => {
  const measured = { workload: "w5", figure: "ms/goal", value: 0.1, base: 0.04, rounds: 7 };
  const goal = { ratio: 3, value: 0.15 };

  expect(toFigure({ ...measured, ratio: 2.5, goal })).toEqual({
    ...measured,
    ratio: 2.5,
    goal: "ratio <= 3, value <= 0.15",
    met: true,
  });
  expect(toFigure({ ...measured, ratio: 3.1, goal }).met).toBe(false);
});

test("a figure without a goal is neither met nor missed", () => {
  const measured = { workload: "w1m", figure: "us/task", value: 5, base: 5, ratio: 1, rounds: 9 };

  expect(toFigure(measured)).toEqual({ ...measured, goal: null, met: null });
});

test("the table has a line a figure", () => {
  const measured = { workload: "w1", figure: "us/task", value: 12.3456, base: 6, ratio: 2.0576, rounds: 9 };
  const figures = [toFigure({ ...measured, goal: { ratio: 2 } }), toFigure({ ...measured, workload: "w1m" })];

  expect(toTable(figures)).toBe(
    [
      "workload  figure   value  base  ratio  goal                rounds",
      "w1        us/task  12.35     6  2.058  ratio <= 2  missed       9",
      "w1m       us/task  12.35     6  2.058  -                        9",
    ].join("\n"),
  );
});
