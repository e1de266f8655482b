import {
  accepted,
  blamed,
  checked,
  failed,
  finished,
  flagged,
  given,
  givenUp,
  planned,
  queued,
  resolved,
  returned,
  type Step,
  sentToReview,
  skipped,
  started,
} from "@terrace/core/testing";
import { expect, test } from "vitest";
import type { Standing } from "../../../packages/core/src/plan/check-revision.js";
import { standingOf } from "../../../packages/core/src/run/standing-of.js";
import { revised } from "./planning-steps.js";
import { classified } from "./routing-steps.js";

const withdrawn = revised({ taskId: "b", withdrawn: ["a"], answer: "b" });

test.each<[string, Standing | undefined, string, Step]>([
  ["that is ready", "unstarted", "a", []],
  ["that waits", "unstarted", "b", []],
  ["that stands in line", "begun", "a", queued("a")],
  ["that is executed", "begun", "a", started("a")],
  ["whose output is checked", "begun", "a", finished("a")],
  ["that passed its checks", "begun", "a", checked("a")],
  ["that is reviewed", "begun", "a", sentToReview("a")],
  ["whose review is back", "begun", "a", returned("a", "rerun")],
  ["that brought no answer", "begun", "a", failed("a", "empty")],
  ["that could not be had", "begun", "a", failed("a", "transport", { scope: "run" })],
  ["that waits for a person", "begun", "a", flagged("a")],
  ["that is to be done again", "begun", "a", resolved("a", { action: "rerun", tier: "haiku" })],
  ["that was held responsible", "begun", "a", [accepted("a"), blamed("a", { by: "b" })]],
  ["that waits for another input", "begun", "b", [accepted("a"), blamed("a", { by: "b" })]],
  ["whose output stands", "accepted", "a", accepted("a")],
  ["that was given up", "failed", "a", givenUp("a")],
  ["that needs what was given up", "failed", "b", givenUp("a")],
  ["that was left out for it", "failed", "b", [givenUp("a"), skipped("b", "a")]],
  ["that a classifier is asked about", "unstarted", "a", classified("a")],
  ["that was withdrawn", undefined, "a", withdrawn],
  [
    "that others stand in the place of",
    undefined,
    "a",
    { ...withdrawn, cause: "subgoal", taskId: "a", withdrawn: [] },
  ],
])("a task %s: %s", (_, standing, id, step) => {
  const { tasks } = given(planned({ a: {}, b: { dependsOn: ["a"] } }), step);
  const task = tasks.get(id);

  expect(task && standingOf(task)).toBe(standing);
});

test("a task that does another for an item has begun, whether it has or not", () => {
  const { tasks } = given(planned({ a: {} }));
  const a = tasks.get("a");
  const item = { forEach: "each", number: 1 };

  expect(a && standingOf({ ...a, task: { ...a.task, item } })).toBe("begun");
});
