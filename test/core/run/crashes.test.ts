import type { EventType, RunEvent } from "@terrace/core";
import { finished, planned, resumed, Story, started } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { crashesIn, isPoisonous } from "../../../packages/core/src/run/crashes.js";
import { eventSchemas } from "../../../packages/core/src/run/event-schemas.js";

/** The log of a run that was taken over so often, after what else is recorded. */
const takenOver = (times: number, after: readonly EventType[] = []): readonly RunEvent[] => {
  const story = new Story();
  story.tell([planned({ a: {} }), started("a"), Array.from({ length: times }, () => resumed())]);
  return [...story.log, ...after.map((type) => ({ type }) as RunEvent)];
};

describe("a process that took a run over and died", () => {
  test("has achieved nothing when it recorded no more than what it found and what it asked", () => {
    const nothing: EventType[] = [
      "run.resumed",
      "call.orphaned",
      "call.sent",
      "call.reused",
      "attempt.started",
      "budget.changed",
    ];
    const types = Object.keys(eventSchemas) as EventType[];

    expect(types.filter((type) => crashesIn(takenOver(1, [type])) > 0).sort()).toEqual([...nothing].sort());
    expect(crashesIn(takenOver(2, ["call.orphaned", "run.resumed", "call.sent"]))).toBe(3);
  });

  test("is not counted when one after it achieved something", () => {
    const story = new Story();
    story.tell([planned({ a: {} }), started("a"), resumed(), resumed(), finished("a"), resumed()]);

    expect(crashesIn(story.log)).toBe(1);
  });
});

test("a run that nobody took over has killed nobody", () => {
  expect(crashesIn([])).toBe(0);
  expect(crashesIn(takenOver(0))).toBe(0);
});

test("a run is poisonous from the third process on that it killed", () => {
  expect([2, 3, 4].map((times) => isPoisonous(takenOver(times)))).toEqual([false, true, true]);
});
