import { decide } from "@terrace/core";
import {
  checked,
  failed,
  finished,
  flagged,
  given,
  planned,
  queued,
  resolved,
  returned,
  type Step,
  Story,
  sentToReview,
  started,
  submitted,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { openWork } from "../../../packages/core/src/run/open-work.js";

/** The work that is open after a story: what licensed it, and for which task. */
const openAfter = (...steps: readonly Step[]) => {
  const story = new Story();
  story.tell(steps);
  return openWork(story.state, story.log).map((event) => {
    const { type, seq } = event;
    expect(story.log[seq]).toBe(event);
    return "taskId" in event ? `${type} ${event.taskId}` : type;
  });
};

const plan = planned({ a: {}, b: {} });

describe("what has to be done again is", () => {
  test.each<[string, Step, readonly string[]]>([
    ["an attempt that stands in line", queued("a"), ["attempt.queued a"]],
    ["an attempt that was under way", started("a"), ["attempt.queued a"]],
    ["the checks of an output", finished("a"), ["attempt.finished a"]],
    [
      "the checks of a person's answer",
      resolved("a", { action: "answer", output: "Mine." }),
      ["task.resolved a"],
    ],
    ["a review", sentToReview("a"), ["review.queued a"]],
    ["nothing that the core has still to decide on: a ready task", [], []],
    ["nothing that the core has still to decide on: what was checked", checked("a"), []],
    ["nothing that the core has still to decide on: what was reviewed", returned("a", "rerun"), []],
    ["nothing that failed", failed("a", "empty"), []],
    ["nothing that waits for a person", flagged("a"), []],
  ])("%s", (_, step, work) => {
    expect(openAfter(plan, step)).toEqual(work);
  });
});

test("a planner that was asked is asked again, and one that answered is not", () => {
  const asked: Step = (story) => story.tell(decide(story.state));

  expect(openAfter(submitted(), asked)).toEqual(["plan.queued"]);
  expect(openAfter(submitted(), asked, { type: "plan.proposed", attempt: 1, plan: null })).toEqual([]);
});

test("of what was licensed more than once the last counts", () => {
  const retried = [failed("a", "transport"), queued("a", { attempt: 1, retry: 1 })];
  const story = new Story();
  story.tell([plan, retried]);

  expect(openWork(story.state, story.log)).toMatchObject([{ type: "attempt.queued", retry: 1 }]);
});

test("open work is in the order in which it was licensed", () => {
  expect(openAfter(plan, queued("b"), finished("a"))).toEqual(["attempt.queued b", "attempt.finished a"]);
  expect(openAfter(plan, finished("a"), queued("b"))).toEqual(["attempt.finished a", "attempt.queued b"]);
});

test("no more of a log is read than it takes to find all open work", () => {
  const story = new Story();
  story.tell([plan, started("a")]);
  const unread = story.log.findIndex(({ type }) => type === "attempt.queued");
  const log = story.log.map((event, seq) => {
    return seq < unread ? (undefined as unknown as typeof event) : event;
  });

  expect(openWork(story.state, log)).toHaveLength(1);
  expect(openWork(given(plan), log.slice(0, unread))).toEqual([]);
});
