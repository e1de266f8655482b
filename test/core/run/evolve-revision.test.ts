import { decide, type Fact, type RevisionDue, type RunState } from "@terrace/core";
import {
  accepted,
  blamed,
  failed,
  finished,
  flagged,
  given,
  givenUp,
  planned,
  queued,
  queuedBy,
  returned,
  type Step,
  skipped,
  started,
  submitted,
  type TaskSketch,
  taskOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Task } from "../../../packages/core/src/plan/plan.js";
import { questionOf, quoted, revised } from "./planning-steps.js";

const put = (id: string, sketch: TaskSketch = {}, marks: Partial<Task> = {}): Task => ({
  ...taskOf(id, sketch),
  plannedTier: "haiku",
  ...marks,
});

const asked = (revises: Partial<RevisionDue>, changes: Partial<Fact<"plan.queued">> = {}): Fact =>
  questionOf({ revises: { cause: "flagged", taskId: "a", reason: "", ...revises }, ...changes });

const tasks = { a: {}, b: {}, c: { dependsOn: ["a", "b"] } };
const plan = planned(tasks, { limits: { maxItems: 9 } });

const standing = ({ tasks }: RunState) =>
  Object.fromEntries([...tasks].map(([id, { status }]) => [id, status]));

const task = ({ tasks }: RunState, id: string) => {
  const found = tasks.get(id);
  if (found === undefined) throw new Error(`Expected a task "${id}".`);
  return found;
};

describe("a planner that is asked to change the plan", () => {
  test("is asked for that task, and counted, once", () => {
    const state = given(plan, asked({}));

    expect(state).toMatchObject({ replans: 1, planning: { status: "asked", revises: { taskId: "a" } } });
    expect([task(state, "a").replanned, task(state, "b").replanned]).toEqual([true, false]);
    expect(given(plan, asked({}), asked({}, { retry: 1 }), asked({}, { attempt: 2 })).replans).toBe(1);
  });

  test("is not counted when it plans a subgoal", () => {
    const state = given(plan, asked({ cause: "subgoal" }));

    expect([state.replans, task(state, "a").replanned]).toEqual([0, false]);
  });

  test("has done so when the plan is kept", () => {
    const because = { cause: "flagged", taskId: "a", reason: "", because: "It stands." } as const;

    expect(given(plan, asked({}), { type: "plan.kept", ...because }).planning).toMatchObject({
      status: "done",
      revises: null,
      proposal: null,
      fault: null,
    });
  });
});

describe("a plan that is revised", () => {
  test("keeps its goal and the places of its tasks, and what is new comes after them", () => {
    const named: Step = (story) => {
      const accepted = given(plan).plan as NonNullable<RunState["plan"]>;
      story.tell([submitted(), { type: "plan.accepted", ...accepted, goal: "Anything." }]);
    };
    const state = given(
      named,
      revised({
        tasks: [put("d"), put("b", { brief: "Another." }), put("e")],
        withdrawn: ["a"],
        answer: "d",
      }),
    );

    expect(state.plan).toMatchObject({ goal: "Anything.", answer: "d" });
    expect(state.plan?.tasks.map(({ id }) => id)).toEqual(["b", "c", "d", "e"]);
    expect(task(state, "b").task.brief).toBe("Another.");
    expect([...state.tasks.keys()]).toEqual(["a", "b", "c", "d", "e"]);
    expect(state.revision).toBe(2);
  });

  test("has what was changed in it, and what deserves a look, added to what was", () => {
    const change = { taskId: "a", field: "tier", from: "opus", to: "haiku", reason: "" } as const;
    const state = given(
      planned({ a: {}, c: {} }),
      revised({ changes: [change], warnings: ["Once."] }),
      revised({ number: 3, changes: [{ ...change, taskId: "c" }], warnings: ["Twice."] }),
    );

    expect(state.plan?.changes.map(({ taskId }) => taskId)).toEqual(["a", "c"]);
    expect(state.plan?.warnings).toEqual([expect.stringContaining('"a"'), "Once.", "Twice."]);
  });

  test("has the planner not waited for any more, unless it was revised for items", () => {
    const done = { status: "done", revises: null, proposal: null, fault: null };
    const forItems = revised({ cause: "for_each", taskId: "a" });

    expect(given(plan, asked({}), revised()).planning).toMatchObject(done);
    expect(given(plan, asked({ cause: "subgoal", taskId: "b" }), forItems).planning).toMatchObject({
      status: "asked",
      revises: { taskId: "b" },
    });
  });

  test("is quoted and approved anew where that is asked for, unless it was revised for items", () => {
    const priced: Step = [
      planned(tasks, { terms: { approveAboveMicroUsd: 5 } }),
      quoted,
      { type: "plan.approved", by: "ana" },
    ];

    expect(given(priced, revised())).toMatchObject({ quote: null, isApproved: false });
    expect(given(priced, revised({ cause: "for_each" }))).toMatchObject({
      quote: { likelyMicroUsd: 2 },
      isApproved: true,
    });
  });
});

describe("what is withdrawn", () => {
  test("is no part of the plan, and nobody waits for it", () => {
    const state = given(plan, revised({ tasks: [put("c", { dependsOn: ["b"] })], withdrawn: ["a"] }));

    expect(standing(state)).toEqual({ a: "withdrawn", b: "ready", c: "waiting" });
    expect(state.open).toBe(2);
    expect(state.dependents.get("b")).toEqual(["c"]);
    expect(state.dependents.has("a")).toBe(false);
    expect(queuedBy(decide(state))).toEqual(["b"]);
  });

  test.each<[string, Step, number]>([
    ["that is ready", [], 0],
    ["that is executed", started("a"), 0],
    ["that is checked", finished("a"), 0],
    ["whose review is back", returned("a", "rerun"), 0],
    ["that another is executed besides", started("b"), 1],
  ])("is not under way any more: a task %s", (_, step, underWay) => {
    const state = given(plan, step, revised({ withdrawn: ["a"] }));

    expect([state.underWay, state.open, task(state, "a").status]).toEqual([underWay, 2, "withdrawn"]);
  });

  test("was settled already when it had failed, or was left out", () => {
    const dead = [plan, givenUp("a"), skipped("c", "a")];

    expect(given(dead).open).toBe(1);
    expect(given(dead, revised({ withdrawn: ["a", "c"], answer: "b" })).open).toBe(1);
  });

  test("waits for no person", () => {
    expect(task(given(plan, flagged("a"), revised({ withdrawn: ["a"] })), "a").flag).toBeNull();
  });

  test("is withdrawn once", () => {
    expect(given(plan, revised({ withdrawn: ["a"] }), revised({ number: 3, withdrawn: ["a"] })).open).toBe(2);
  });
});

describe("what is put in", () => {
  test("begins when all that it needs is accepted, and counts what is not", () => {
    const tasks = [put("d", { dependsOn: ["a"] }), put("e", { dependsOn: ["a", "b"] }), put("f")];
    const state = given(plan, accepted("a"), revised({ tasks }));

    expect(standing(state)).toMatchObject({ d: "ready", e: "waiting", f: "ready" });
    expect(["d", "e", "f"].map((id) => task(state, id).waitingOn)).toEqual([0, 1, 0]);
    expect(state.open).toBe(5);
    expect(queuedBy(decide(state))).toEqual(["b", "d", "f"]);
    expect(state.agenda.map((each) => each.task.id)).not.toContain("e");
  });

  test("is as urgent as the longest path that hangs on it, in the plan as it reads now", () => {
    const tasks = [put("d"), put("e", { dependsOn: ["d"] }), put("f", { dependsOn: ["e"] }), put("b")];
    const state = given(plan, revised({ tasks }));

    expect(task(state, "d").priority).toBeGreaterThan(task(state, "b").priority);
    const alone = given(plan, revised({ tasks: [put("b"), put("c", { dependsOn: ["a"] })] }));
    expect(task(alone, "b").priority).toBeLessThan(task(given(plan), "b").priority);
  });

  test("in the place of what has not begun starts where it says, and is routed anew", () => {
    const routed: Step = [
      plan,
      {
        type: "task.routed",
        taskId: "b",
        tier: "sonnet",
        from: "haiku",
        router: "table",
        reason: "",
        proposals: [],
        maxTokens: 9,
      } as unknown as Fact,
    ];
    const { tier, routedBy, maxTokens } = task(
      given(routed, revised({ tasks: [put("b", { tier: "opus" })] })),
      "b",
    );

    expect({ tier, routedBy, maxTokens }).toEqual({ tier: "opus", routedBy: null, maxTokens: null });
  });

  test("in the place of what has begun goes on at its tier", () => {
    const climbed = given(plan, returned("a", "rerun"), {
      type: "task.escalated",
      taskId: "a",
      from: "haiku",
      to: "sonnet",
      reason: "It is wrong.",
    });

    expect(task(climbed, "a").tier).toBe("sonnet");
  });

  test("in the place of what is under way stops that", () => {
    const state = given(plan, started("a"), revised({ tasks: [put("a", { brief: "Another." })] }));

    expect(state.underWay).toBe(0);
    expect(task(state, "a")).toMatchObject({ status: "ready", tier: "haiku", nextReason: "first" });
  });

  test.each<[string, string, Step]>([
    ["failed", "a", givenUp("a")],
    ["blocked", "c", givenUp("a")],
    ["skipped", "c", [givenUp("a"), skipped("c", "a")]],
  ])("does not bring back what is lost: %s", (status, id, step) => {
    const state = given(plan, step);
    const { open } = state;
    const after = given(plan, step, revised({ tasks: [put(id)], answer: id }));

    expect([task(after, id).status, after.open]).toEqual([status, open]);
  });

  test("brings back what was withdrawn: it is done again, or for the first time", () => {
    const back = revised({ number: 3, tasks: [put("a")] });
    const begun = given(plan, started("a"), revised({ withdrawn: ["a"] }), back);
    const fresh = given(plan, revised({ withdrawn: ["a"] }), back);

    expect(task(begun, "a")).toMatchObject({ status: "ready", nextReason: "redo" });
    expect(task(fresh, "a")).toMatchObject({ status: "ready", nextReason: "first" });
    expect([begun.open, fresh.open]).toEqual([3, 3]);
  });
});

describe("a task that is expanded", () => {
  const lists = planned(
    { list: {}, each: { dependsOn: ["list"], forEach: "list" }, sum: { dependsOn: ["list", "each"] } },
    { limits: { maxItems: 9 } },
  );
  const made = (output: readonly string[]): Step => [finished("list", { output }), accepted("list")];
  const goOn: Step = (story) => story.tell(decide(story.state));

  test("is replaced by others, and counts no more", () => {
    const state = given(
      plan,
      revised({ cause: "subgoal", tasks: [put("d"), put("c", { dependsOn: ["d", "b"] })] }),
    );

    expect(standing(state)).toEqual({ a: "expanded", b: "ready", c: "waiting", d: "ready" });
    expect(state.open).toBe(3);
  });

  test("is known with its items, with who gathers, and with whether the list is kept", () => {
    expect(given(lists, made(["a", "b"]), goOn).expansions.get("each")).toEqual({
      items: 2,
      gather: "sum",
      keepsList: true,
    });
    expect(given(lists, made([]), goOn).expansions.get("each")).toMatchObject({ items: 0, keepsList: true });
  });

  test("has other items once its list is another", () => {
    const again: Step = [
      lists,
      made(["a", "b"]),
      goOn,
      blamed("list", { by: "each-1" }),
      queued("list"),
      made(["a"]),
      goOn,
    ];
    const state = given(again);

    expect(state.expansions.get("each")).toMatchObject({ items: 1, gather: "sum" });
    expect(standing(state)).toEqual({
      list: "accepted",
      each: "expanded",
      sum: "waiting",
      "each-1": "ready",
      "each-2": "withdrawn",
    });
    expect([state.open, state.underWay]).toEqual([2, 0]);
  });

  test("is one only for items and subgoals", () => {
    expect(standing(given(plan, failed("a", "empty"), revised({ tasks: [put("d")] })))).toMatchObject({
      a: "unanswered",
    });
    expect(given(plan, revised()).expansions.size).toBe(0);
  });
});
