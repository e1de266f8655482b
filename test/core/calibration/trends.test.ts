// What counts as lately, and what it is held against.
import { describe, expect, test } from "vitest";
import type { Lesson } from "../../../packages/core/src/calibration/calibrate.js";
import { trendsOf } from "../../../packages/core/src/calibration/trends.js";
import { row } from "../routing/support.js";

const DAY = 86_400_000;
const run = (day: number, tasks: number, accepted: number, golden: string | null = null) => ({
  lessons: [
    { ...row("haiku", tasks, accepted), errorCost: "low", whole: { calls: 0, microUsd: 0 } } as Lesson,
  ],
  golden,
  at: day * DAY,
});
const trend = (...runs: Parameters<typeof trendsOf>[0]) => {
  const [only] = trendsOf(runs);
  return only && [only.golden, only.before, only.lately];
};
const counted = (judged: number, accepted: number) => ({ judged, accepted });

describe("lately", () => {
  test("is the newest runs until forty outputs are reached, and all before is the baseline", () => {
    expect(trend(run(9, 30, 3), run(8, 30, 6), run(7, 30, 30), run(6, 10, 10))).toEqual([
      null,
      counted(40, 40),
      counted(60, 9),
    ]);
  });

  test("is nothing without anything before it", () => {
    expect(trend(run(9, 30, 3))).toBeUndefined();
  });

  test("is what came after the golden set, and what is older counts for nothing", () => {
    expect(trend(run(9, 30, 3), run(8, 20, 20, "smoke"), run(7, 30, 30))).toEqual([
      "smoke",
      counted(20, 20),
      counted(30, 3),
    ]);
  });

  test("is held against the latest golden set alone, with all of its runs of one day", () => {
    const sets = [
      run(8, 20, 20, "smoke"),
      run(7.5, 20, 19, "smoke"),
      run(7.4, 9, 0, "other"),
      run(2, 20, 0, "smoke"),
    ];

    expect(trend(run(9, 1, 1), ...sets)).toEqual(["smoke", counted(40, 39), counted(1, 1)]);
  });

  test("adds error costs and roles together", () => {
    const older = run(1, 20, 20);
    const both = { ...older, lessons: [...older.lessons, ...older.lessons] };

    expect(trend(run(9, 40, 40), both)).toEqual([null, counted(40, 40), counted(40, 40)]);
  });
});
