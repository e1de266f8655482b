import { decide, type Fact, type JsonValue, type Limits } from "@terrace/core";
import {
  accepted,
  blamed,
  escalated,
  finished,
  flagged,
  given,
  givenUp,
  planned,
  queued,
  queuedBy,
  type Step,
  skip,
  skipped,
  type TaskSketch,
  taskOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { goOn } from "./planning-steps.js";

const SKETCHES: { readonly [id: string]: TaskSketch } = {
  list: {},
  each: { dependsOn: ["list"], forEach: "list" },
  sum: { dependsOn: ["each"] },
};

const start = (limits: Partial<Limits> = {}, tasks = SKETCHES): Step =>
  planned(tasks, { limits: { maxItems: 5, ...limits } });

/** The task that lists is accepted with an output. */
const listed = (output: JsonValue): Step => [finished("list", { output }), accepted("list")];

/** The list is held responsible by a task, and made again. */
const relisted = (output: JsonValue, by: string): Step => [
  blamed("list", { by }),
  escalated("list", "sonnet"),
  listed(output),
];

/** What is decided, but for whatever else is queued. */
const decided = (...steps: readonly Step[]): readonly Fact[] => decide(given(steps));

/** The revision that is decided. */
const revisionOf = (...steps: readonly Step[]): Fact<"plan.revised"> => {
  const [fact] = decided(...steps);
  if (fact?.type !== "plan.revised") throw new Error(`Expected a revision, got ${JSON.stringify(fact)}.`);
  return fact;
};

const item = (number: number) => ({
  ...taskOf(`each-${number}`, { title: `Do each ${number}`, dependsOn: ["list"] }),
  brief: taskOf("each").brief,
  plannedTier: "haiku",
  item: { forEach: "each", number },
});

const sum = (...dependsOn: readonly string[]) => ({ ...taskOf("sum", { dependsOn }), plannedTier: "haiku" });

describe("a list that is accepted", () => {
  test("has a task for each item, and who gathers depends on all of them", () => {
    expect(decided(start(), listed(["a", "b"]))).toEqual([
      {
        type: "plan.revised",
        number: 2,
        cause: "for_each",
        taskId: "each",
        reason: '"list" lists 2 items.',
        tasks: [item(1), item(2), sum("each-1", "each-2")],
        withdrawn: [],
        answer: "sum",
        changes: [],
        warnings: [],
      },
    ]);
  });

  test("has its items done next, and who gathers after them", () => {
    expect(queuedBy(decided(start(), listed(["a", "b"]), goOn))).toEqual(["each-1", "each-2"]);
    expect(queuedBy(decided(start(), listed([]), goOn))).toEqual(["sum"]);
  });

  test("has them made once for one list, whatever the revision puts in", () => {
    const short: Step = (story) =>
      story.tell({ ...(decide(story.state)[0] as Fact<"plan.revised">), tasks: [item(1), sum("each-1")] });

    expect(queuedBy(decided(start(), listed(["a", "b"]), short))).toEqual(["each-1"]);
  });

  test("may be as long as the limits allow", () => {
    expect(revisionOf(start({ maxItems: 2 }), listed(["a", "b"])).tasks).toHaveLength(3);
    expect(decided(start({ maxItems: 1 }), listed(["a", "b"]))).toEqual([
      {
        type: "task.flagged",
        taskId: "each",
        cause: "plan",
        reason: '"list" lists 2 items, and a task may be done for 1 (`limits.maxItems`).',
      },
    ]);
  });

  test("may bring as many tasks as a run may hold", () => {
    expect(revisionOf(start({ maxTotalTasks: 5 }), listed(["a", "b"])).tasks).toHaveLength(3);
    expect(decided(start({ maxTotalTasks: 4 }), listed(["a", "b"]))).toMatchObject([
      {
        type: "task.flagged",
        taskId: "each",
        cause: "plan",
        reason:
          '"list" lists 2 items, and a run may hold 4 tasks (`limits.maxTotalTasks`); with these it would be 5.',
      },
    ]);
  });

  test("and is none flags who is done for its items, whom no planner can help", () => {
    expect(decided(start({ maxRevisions: 1 }), listed("none"))).toEqual([
      {
        type: "task.flagged",
        taskId: "each",
        cause: "plan",
        reason: '"list" returned no list, and "each" is done for each item of one.',
      },
    ]);
  });
});

describe("a list that is made again", () => {
  const made = (count: number): Step => listed(Array.from({ length: count }, (_, index) => index));
  const again = (before: number, after: number, by = "each-1"): readonly Step[] => [
    start(),
    made(before),
    goOn,
    relisted(
      Array.from({ length: after }, (_, index) => index),
      by,
    ),
  ];

  test("with as many items has no revision", () => {
    expect(queuedBy(decided(...again(2, 2)))).toEqual(["each-1", "each-2"]);
  });

  test("with more has those that are new put in", () => {
    expect(revisionOf(...again(1, 3))).toMatchObject({
      number: 3,
      reason: '"list" lists 3 items now, and listed 1 before.',
      tasks: [item(2), item(3), sum("each-1", "each-2", "each-3")],
      withdrawn: [],
    });
  });

  test("with fewer has those beyond its end withdrawn", () => {
    expect(revisionOf(...again(3, 1))).toMatchObject({
      number: 3,
      reason: '"list" lists 1 items now, and listed 3 before.',
      tasks: [sum("each-1")],
      withdrawn: ["each-2", "each-3"],
    });
  });

  test("with none has all withdrawn, and who gathers works from the empty list", () => {
    expect(revisionOf(...again(2, 0))).toMatchObject({
      tasks: [sum("list")],
      withdrawn: ["each-1", "each-2"],
    });
  });

  test("with some after none has them put in when who gathers is due", () => {
    expect(revisionOf(...again(0, 2, "sum"))).toMatchObject({
      tasks: [item(1), item(2), sum("each-1", "each-2")],
      withdrawn: [],
    });
  });

  test("concerns nobody else while it is made", () => {
    const sketches = { ...SKETCHES, other: {}, end: { dependsOn: ["sum", "other"] } };
    const steps = [start({}, sketches), listed([0]), goOn, blamed("list", { by: "each-1" }), queued("list")];

    expect(queuedBy(decided(...steps))).toEqual(["other"]);
  });

  test("counts tasks that were withdrawn, and come back, once", () => {
    const limits = start({ maxTotalTasks: 6 });
    const back = [limits, made(3), goOn, relisted([0], "each-1"), goOn, relisted([0, 1, 2], "each-1")];

    expect(revisionOf(...back).tasks).toEqual([item(2), item(3), sum("each-1", "each-2", "each-3")]);
    expect(queuedBy(decided(...back, goOn))).toEqual(["each-1", "each-2", "each-3"]);
  });

  test("and is too long by then flags an item, since who was done for each is not there any more", () => {
    expect(decided(...again(1, 6))).toMatchObject([
      {
        type: "task.flagged",
        taskId: "each-1",
        reason: '"list" lists 6 items, and a task may be done for 5 (`limits.maxItems`).',
      },
    ]);
  });
});

describe("when the planner has changed what hangs on the items,", () => {
  /** The planner puts tasks in and takes others out, being asked about the first item, which is flagged. */
  const changed = (tasks: readonly (readonly [string, TaskSketch])[], withdrawn: readonly string[]): Step => [
    flagged("each-1"),
    {
      type: "plan.revised",
      number: 3,
      cause: "flagged",
      taskId: "each-1",
      reason: "Otherwise.",
      tasks: tasks.map(([id, sketch]) => ({ ...taskOf(id, sketch), plannedTier: "haiku" })),
      withdrawn,
      answer: "end",
      changes: [],
      warnings: [],
    },
  ];
  const sketches = { ...SKETCHES, end: { dependsOn: ["sum", "list"] } };
  const begun: readonly Step[] = [start({}, sketches), listed(["a", "b", "c"]), goOn];
  const shorter = relisted(["a", "b"], "each-2");

  test("others that depend on an item that is gone do without it", () => {
    const note = { dependsOn: ["each-3", "list"] };

    expect(revisionOf(...begun, changed([["note", note]], []), shorter)).toMatchObject({
      tasks: [
        { id: "sum", dependsOn: ["each-1", "each-2"] },
        { id: "note", dependsOn: ["list"] },
      ],
      withdrawn: ["each-3"],
    });
  });

  test("an item that is done in another way stays so", () => {
    const other = changed(
      [
        ["asked", { dependsOn: ["list"] }],
        ["sum", { dependsOn: ["asked", "each-2", "each-3"] }],
      ],
      ["each-1"],
    );

    expect(revisionOf(...begun, other, relisted(["a", "b", "c", "d"], "each-2")).tasks).toMatchObject([
      { id: "each-4" },
      { id: "sum", dependsOn: ["asked", "each-2", "each-3", "each-4"] },
    ]);
  });

  test("an item that is done in another way is not withdrawn again when the list does without it", () => {
    const other = changed(
      [
        ["asked", { dependsOn: ["list"] }],
        ["sum", { dependsOn: ["each-1", "each-2", "asked"] }],
      ],
      ["each-3"],
    );

    expect(revisionOf(...begun, other, relisted(["a"], "each-2"))).toMatchObject({
      tasks: [{ id: "sum", dependsOn: ["each-1", "asked"] }],
      withdrawn: ["each-2"],
    });
  });

  test("who gathers in the place of another depends on the items", () => {
    const total = { dependsOn: ["each-1", "each-2", "each-3"] };
    const other = changed(
      [
        ["total", total],
        ["end", { dependsOn: ["total", "list"] }],
      ],
      ["sum"],
    );

    expect(revisionOf(...begun, other, shorter).tasks).toMatchObject([
      { id: "total", dependsOn: ["each-1", "each-2"] },
    ]);
    expect(revisionOf(...begun, other, relisted([], "each-2")).tasks).toMatchObject([
      { id: "total", dependsOn: ["list"] },
    ]);
  });

  test("who depends on an item alone gathers, when nobody else does", () => {
    const last = changed(
      [
        ["total", { dependsOn: ["each-3"] }],
        ["end", { dependsOn: ["total", "list"] }],
      ],
      ["sum"],
    );

    expect(revisionOf(...begun, last, shorter).tasks).toMatchObject([
      { id: "total", dependsOn: ["each-1", "each-2"] },
    ]);
  });

  test("who gathers is due when all items are done in another way", () => {
    const all = changed(
      [
        ["asked", { dependsOn: ["list"] }],
        ["sum", { dependsOn: ["asked"] }],
      ],
      ["each-1", "each-2", "each-3"],
    );

    expect(revisionOf(...begun, all, relisted([0, 1, 2, 3], "asked"), accepted("asked"))).toMatchObject({
      tasks: [{ id: "each-4" }, { id: "sum", dependsOn: ["asked", "each-4"] }],
    });
  });

  test("who gathers in the place of another, and is shown the list, is shown it once", () => {
    const other = changed(
      [
        ["total", { dependsOn: ["list", "each-1", "each-2", "each-3"] }],
        ["end", { dependsOn: ["total", "list"] }],
      ],
      ["sum"],
    );

    expect(revisionOf(...begun, other, relisted([], "each-2")).tasks).toMatchObject([
      { id: "total", dependsOn: ["list"] },
    ]);
  });

  describe("while the list is empty,", () => {
    /** The planner is asked about a task that is flagged, and puts in others. */
    const replanned = (
      about: string,
      tasks: readonly (readonly [string, TaskSketch])[],
      ...withdrawn: string[]
    ) => [
      start({}, sketches),
      listed([]),
      goOn,
      flagged(about),
      {
        ...{ type: "plan.revised", number: 3, cause: "flagged", taskId: about, reason: "Otherwise." },
        tasks: tasks.map(([id, sketch]) => ({ ...taskOf(id, sketch), plannedTier: "haiku" })),
        ...{ withdrawn, answer: "end", changes: [], warnings: [] },
      } as Fact<"plan.revised">,
    ];
    const end = ["end", { dependsOn: ["total", "list"] }] as const;
    const total = ["total", { dependsOn: ["list"] }] as const;

    test("who works from it in the place of another gathers what it lists later", () => {
      const replaced = replanned("sum", [end, ["check", { dependsOn: ["total"] }], total], "sum");

      expect(revisionOf(...replaced, relisted(["a"], "total"))).toMatchObject({
        cause: "for_each",
        taskId: "each",
        tasks: [{ id: "each-1" }, { id: "total", dependsOn: ["each-1"] }],
      });
      expect(queuedBy(decided(...replaced, relisted(["a"], "total"), goOn))).toEqual(["each-1"]);
      expect(queuedBy(decided(...replaced, relisted([], "total")))).toEqual(["total"]);
    });

    test("who works from it besides whoever gathers does not gather", () => {
      const besides = replanned("sum", [["note", { dependsOn: ["list"] }]]);

      expect(revisionOf(...besides, relisted(["a"], "sum"))).toMatchObject({
        tasks: [{ id: "each-1" }, { id: "sum", dependsOn: ["each-1"] }],
      });
    });

    test("nobody gathers when nobody new works from it", () => {
      const none = replanned("sum", [["end", { dependsOn: ["list"] }]], "sum");

      expect(queuedBy(decided(...none, relisted(["a"], "end")))).toEqual(["end"]);
    });
  });

  test("who gathers in the place of another does, though somebody new works from the list alone", () => {
    const other = changed(
      [
        ["note", { dependsOn: ["list"] }],
        ["total", { dependsOn: ["each-1", "each-2", "each-3"] }],
        ["end", { dependsOn: ["total", "list"] }],
      ],
      ["sum"],
    );

    expect(revisionOf(...begun, other, shorter).tasks).toMatchObject([
      { id: "total", dependsOn: ["each-1", "each-2"] },
    ]);
  });

  test("nobody gathers when nobody depends on items any more", () => {
    const none = changed([["end", { dependsOn: ["list"] }]], ["sum"]);

    expect(revisionOf(...begun, none, shorter)).toMatchObject({ tasks: [], withdrawn: ["each-3"] });
    expect(revisionOf(...begun, none, relisted([0, 1, 2, 3], "each-2")).tasks).toMatchObject([
      { id: "each-4" },
    ]);
  });
});

test("who gathers and is shown the list anyway is shown it once", () => {
  const shown = { ...SKETCHES, sum: { dependsOn: ["list", "each"] } };
  const again: readonly Step[] = [start({}, shown), listed([0, 1]), goOn, relisted([], "each-1")];

  expect(revisionOf(...again).tasks).toMatchObject([{ id: "sum", dependsOn: ["list"] }]);
  expect(revisionOf(...again, goOn, relisted([0], "sum")).tasks).toMatchObject([
    { id: "each-1" },
    { id: "sum", dependsOn: ["list", "each-1"] },
  ]);
});

test("items that need what failed while there were none are skipped, and so is who gathers them", () => {
  const sketches = {
    source: {},
    list: {},
    each: { dependsOn: ["list", "source"], forEach: "list" },
    sum: { dependsOn: ["each"] },
    other: { dependsOn: ["source"] },
  };
  const failed: readonly Step[] = [
    ...[start({}, sketches), accepted("source"), listed([]), goOn],
    ...[blamed("source", { by: "other" }), flagged("source"), givenUp("source"), skipped("other", "source")],
    relisted(["a"], "sum"),
    goOn,
  ];

  expect(decided(...failed)).toEqual([skip("each-1", { dueTo: "source" })]);
  expect(decided(...failed, skipped("each-1", "source"))).toEqual([skip("sum", { dueTo: "each-1" })]);
});

test("tasks that are done once have nothing settled of a list", () => {
  expect(queuedBy(decided(start({ maxItems: 0 }, { list: {}, sum: {} }), listed([])))).toEqual(["sum"]);
});
