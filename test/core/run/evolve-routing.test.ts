import type { RunState } from "@terrace/core";
import { accepted, blamed, given, planned, type Step } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { classified, SIMPLE, said, unsaid } from "./routing-steps.js";

const plan = planned({ a: {}, b: {}, c: { dependsOn: ["a"] } });

const routed = (taskId: string): Step =>
  ({
    type: "task.routed",
    taskId,
    tier: "opus",
    router: "table",
    maxTokens: 99,
    reason: "",
    proposals: [],
  }) as unknown as Step;

const task = ({ tasks }: RunState, id: string) => {
  const found = tasks.get(id);
  if (found === undefined) throw new Error(`Expected a task "${id}".`);
  return found;
};
const listed = ({ agenda, agendaStart }: RunState) => agenda.slice(agendaStart).map(({ task: { id } }) => id);

describe("a task about which a classifier is asked", () => {
  test("is under way, and nothing is decided about it", () => {
    const state = given(plan, classified("a"));

    expect(task(state, "a").status).toBe("classifying");
    expect([state.underWay, listed(state)]).toEqual([1, ["b"]]);
  });

  test("is ready again with what the classifier says, or with word that it said nothing", () => {
    const [told, untold] = [
      given(plan, classified("a"), said("a")),
      given(plan, classified("a"), unsaid("a")),
    ];

    expect(task(told, "a")).toMatchObject({ status: "ready", classification: SIMPLE });
    expect(task(untold, "a")).toMatchObject({ status: "ready", classification: "none" });
    expect([told.underWay, untold.underWay]).toEqual([0, 0]);
    expect(listed(told)).toContain("a");
  });

  test("that waits for another input meanwhile keeps what was said, and waits on", () => {
    const state = given(plan, accepted("a"), classified("c"), blamed("a", { by: "b" }), said("c"));

    expect(task(state, "c")).toMatchObject({ status: "waiting", classification: SIMPLE });
    expect(state.underWay).toBe(0);
  });
});

test("a task that is routed starts where it was put, within the tokens that it was given", () => {
  const state = given(plan, routed("a"));

  expect(task(state, "a")).toMatchObject({ status: "ready", tier: "opus", routedBy: "table", maxTokens: 99 });
  expect(listed(state)).toEqual(["a", "b"]);
});
