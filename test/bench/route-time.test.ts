/** The time of a router is taken over tasks that it has something to say of. */

import { router } from "@terrace/core";
import { expect, test } from "vitest";
import { measureRouteTime } from "../../bench/route-time.js";

test("each task is asked about as often as there are rounds, and the time is set against its goal", () => {
  const briefs = new Set<string>();
  let asked = 0;
  const counting = router("counting", ({ task }) => {
    asked += 1;
    briefs.add(task.brief);
    return { tier: "haiku", reason: "So.", confidence: "low" };
  });
  const measured = measureRouteTime(counting, {
    workload: "counting",
    briefLength: 2_000,
    tasks: 10,
    rounds: 3,
  });

  expect(asked).toBe((2 + 3) * 10);
  expect(briefs.size).toBe(10);
  for (const brief of briefs) expect(brief.length).toBeGreaterThan(1_990);
  expect(measured).toMatchObject({
    workload: "counting",
    figure: "routing, ms/task",
    rounds: 3,
    goal: { value: 1 },
  });
  expect(measured.value).toBeGreaterThan(0);
});
