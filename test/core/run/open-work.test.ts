import type { Fact, RunEvent, Urgency } from "@terrace/core";
import {
  checked,
  failed,
  finished,
  flagged,
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
import { mayWait, openWork } from "../../../packages/core/src/run/open-work.js";
import { compared, graded, shadowing } from "./grade-steps.js";
import { proposed, questionOf, quoted, revised } from "./planning-steps.js";
import { classified, learned, said } from "./routing-steps.js";

const told = (steps: Step): Story => {
  const story = new Story();
  story.tell(steps);
  return story;
};

const openWorkOf = (...steps: readonly Step[]) => {
  const { state, log } = told(steps);
  return openWork(state, log);
};

/** The work that is open after a story: what licensed it, and for which task. */
const openAfter = (...steps: readonly Step[]) =>
  openWorkOf(...steps).map((event) => ("taskId" in event ? `${event.type} ${event.taskId}` : event.type));

const learning = (learnFrom: number) => ({
  terms: {
    routing: { router: "table", classifier: null, learnFrom, domain: null, userTier: null, pins: {} },
  },
});
const planOfTwo = { a: {}, b: {} };
const plan = planned(planOfTwo);
const priced = { terms: { approveAboveMicroUsd: 0 } };
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
  expect(openAfter(submitted(), questionOf())).toEqual(["plan.queued"]);
  expect(openAfter(submitted(), questionOf(), proposed(null))).toEqual([]);
});

test("a classifier that was asked is asked again, and one that answered is not", () => {
  expect(openAfter(plan, classified("a"))).toEqual(["classification.queued a"]);
  expect(openAfter(plan, classified("a"), said("a"))).toEqual([]);
});

describe("what earlier runs teach is", () => {
  test("looked up again until it is known", () => {
    expect(openAfter(submitted(learning(3)))).toEqual(["run.submitted"]);
    expect(openAfter(submitted(learning(3)), learned)).toEqual([]);
  });

  test("not looked up for a run that learns from none, or that routes nothing", () => {
    expect(openAfter(submitted(learning(0)))).toEqual([]);
    expect(openAfter(submitted())).toEqual([]);
  });
});

describe("the quote of a plan is", () => {
  test("made again until it is known", () => {
    expect(openAfter(planned(planOfTwo, priced))).toEqual(["plan.accepted"]);
    expect(openAfter(planned(planOfTwo, priced), quoted)).toEqual([]);
  });

  test("that of the plan as it was revised last", () => {
    expect(openAfter(planned(planOfTwo, priced), quoted, revised())).toEqual(["plan.revised a"]);
    expect(openAfter(planned(planOfTwo, priced), quoted, revised(), quoted)).toEqual([]);
  });

  test("not made where nobody has to approve one, where only a plan was wanted, or while there is none", () => {
    const onlyPlanned = { terms: { ...priced.terms, planOnly: true } };

    expect(openAfter(plan)).toEqual([]);
    expect(openAfter(planned(planOfTwo, onlyPlanned))).toEqual([]);
    expect(openAfter(submitted(priced))).toEqual([]);
  });
});

test("a step of a grade that was asked for is asked for again, once, and one that was answered is not", () => {
  expect(openAfter(shadowing, graded("compare_ab"), graded("compare_ba"), compared("compare_ba"))).toEqual([
    "grade.queued a",
  ]);
  expect(openWorkOf(shadowing, graded("review"), graded("review", 1))).toMatchObject([{ retry: 1 }]);
});

test("of what was licensed more than once the last counts", () => {
  const retried = [failed("a", "transport"), queued("a", { attempt: 1, retry: 1 })];

  expect(openWorkOf(plan, retried)).toMatchObject([{ type: "attempt.queued", retry: 1 }]);
});

test("open work is in the order in which it was licensed", () => {
  expect(openAfter(plan, queued("b"), finished("a"))).toEqual(["attempt.queued b", "attempt.finished a"]);
  expect(openAfter(plan, finished("a"), queued("b"))).toEqual(["attempt.finished a", "attempt.queued b"]);
});

describe("no more of a log is read than it takes to find all open work:", () => {
  test.each<[string, Step, Fact["type"]]>([
    ["an attempt", [plan, started("a")], "attempt.queued"],
    ["a question to the planner", [submitted(), questionOf()], "plan.queued"],
    ["the quote of a plan", planned({ a: {} }, priced), "plan.accepted"],
    ["a step of a grade", [shadowing, graded("review")], "grade.queued"],
  ])("%s", (_, steps, licence) => {
    const { state, log } = told(steps);
    const at = log.findIndex(({ type }) => type === licence);
    const unread = undefined as unknown as (typeof log)[number];

    expect(openWork(state, [...Array(at).fill(unread), ...log.slice(at)])).toEqual([log[at]]);
  });

  test("none of it, when nothing is open", () => {
    const { state } = told([plan]);

    expect(openWork(state, [undefined as never])).toEqual([]);
  });
});

test("what was licensed for tasks that have moved on since is not open", () => {
  const resolvedOtherwise = resolved("b", { action: "rerun", tier: "opus" });

  expect(openAfter(plan, resolvedOtherwise, finished("b"))).toEqual(["attempt.finished b"]);
  expect(openAfter(plan, classified("a"), queued("b"), checked("b"))).toEqual(["classification.queued a"]);
});

describe("work may wait for a batch", () => {
  const asked = (urgency: Urgency) =>
    told([plan, queued("a", { urgency })]).log.at(-1) as RunEvent<"attempt.queued">;
  const ofPlanner = told([submitted(), questionOf()]).log.at(-1) as RunEvent<"plan.queued">;

  test("when its task may", () => {
    expect([mayWait(asked("batch")), mayWait(asked("live"))]).toEqual([true, false]);
  });

  test("but not the planner's, whatever it says: all else waits for it", () => {
    expect(mayWait(ofPlanner)).toBe(false);
    expect(mayWait({ ...ofPlanner, urgency: "batch" } as typeof ofPlanner)).toBe(false);
  });
});
