import { decide } from "@terrace/core";
import {
  accepted,
  acceptTask,
  blamed,
  blameTask,
  checked,
  escalate,
  escalated,
  finished,
  flag,
  flagged,
  given,
  planned,
  queued,
  queuedBy,
  resolved,
  returned,
  started,
  testTeam,
  unreviewed,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

describe("a ready task", () => {
  test("is queued at its tier, with the model and effort of that tier", () => {
    const state = given(planned({ essay: { role: "writer", tier: "opus" } }));

    expect(decide(state)).toEqual([
      {
        type: "attempt.queued",
        taskId: "essay",
        attempt: 1,
        retry: 0,
        role: "writer",
        route: { tier: "opus", model: "model-opus", effort: "medium" },
        reason: "first",
        urgency: "live",
        delayMs: 0,
      },
    ]);
  });

  test("is queued together with all others that are ready", () => {
    expect(queuedBy(decide(given(planned({ a: {}, b: {}, c: {} }))))).toEqual(["a", "b", "c"]);
  });

  test("is queued once", () => {
    expect(decide(given(planned({ a: {} }), queued("a")))).toEqual([]);
    expect(decide(given(planned({ a: {} }), started("a")))).toEqual([]);
  });
});

test("a task waits until everything it depends on is accepted", () => {
  const plan = planned({ a: {}, b: {}, c: { dependsOn: ["a", "b"] } });

  expect(queuedBy(decide(given(plan)))).toEqual(["a", "b"]);
  expect(queuedBy(decide(given(plan, accepted("a"))))).toEqual(["b"]);
  expect(queuedBy(decide(given(plan, accepted("a"), accepted("b"))))).toEqual(["c"]);
});

describe("an attempt that passed its checks", () => {
  const reviewed = (confidence: "high" | "medium" | "low", errorCost: "low" | "high") =>
    decide(given(planned({ facts: { errorCost } }), finished("facts", { confidence }), checked("facts")));

  test("is reviewed, however confident its executor is", () => {
    expect(reviewed("high", "low")).toEqual([
      {
        type: "review.queued",
        taskId: "facts",
        attempt: 1,
        retry: 0,
        route: { tier: "haiku", model: "model-haiku", effort: null },
        issues: [],
        audit: false,
        urgency: "live",
        delayMs: 0,
      },
    ]);
  });

  test("is reviewed by a higher tier when its executor doubts it", () => {
    expect(reviewed("low", "low")).toMatchObject([{ type: "review.queued", route: { tier: "sonnet" } }]);
  });

  test("is reviewed by a higher tier still when an error is dear", () => {
    expect(reviewed("low", "high")).toMatchObject([{ type: "review.queued", route: { tier: "opus" } }]);
  });

  test("is reviewed one tier above what the policy asks for when it is audited", () => {
    const team = { ...testTeam, reviewer: { ...testTeam.reviewer, auditShare: 1 } };
    const state = given(
      planned({ facts: {} }, { team }),
      finished("facts", { confidence: "high" }),
      checked("facts"),
    );

    expect(decide(state)).toMatchObject([{ type: "review.queued", route: { tier: "sonnet" }, audit: true }]);
  });

  test("is not audited when its executor doubts it anyway", () => {
    const team = { ...testTeam, reviewer: { ...testTeam.reviewer, auditShare: 1 } };
    const doubted = finished("facts", { confidence: "medium" });

    expect(decide(given(planned({ facts: {} }, { team }), doubted, checked("facts")))).toMatchObject([
      { type: "review.queued", route: { tier: "sonnet" }, audit: false },
    ]);
  });

  test("is reviewed by whom a policy of one's own names", () => {
    const state = given(planned({ facts: {} }), checked("facts"));

    expect(decide(state, () => "opus")).toMatchObject([{ type: "review.queued", route: { tier: "opus" } }]);
  });

  test("waits for its review", () => {
    expect(decide(given(planned({ facts: {} }), finished("facts")))).toEqual([]);
  });
});

describe("an attempt that fails its checks", () => {
  test("is re-run one tier higher without a review, however confident", () => {
    const state = given(
      planned({ sort: { role: "writer", tier: "haiku" } }),
      finished("sort", { confidence: "high", because: "The cases are simple." }),
      checked("sort", { issues: ["2 of 9 tests fail.", "It takes too long."] }),
    );

    expect(decide(state)).toEqual([
      escalate("sort", { from: "haiku", to: "sonnet", reason: "2 of 9 tests fail. It takes too long." }),
    ]);
  });

  test("is repaired once at its tier when only its form is wrong", () => {
    const state = given(
      planned({ sort: {} }),
      checked("sort", { issues: ["output.list: expected array"], repairable: true }),
    );

    expect(decide(state)).toMatchObject([
      { type: "attempt.queued", taskId: "sort", attempt: 2, route: { tier: "haiku" }, reason: "repair" },
    ]);
  });

  test("is re-run one tier higher when the repair has the wrong form too", () => {
    const wrong = { issues: ["output.list: expected array"], repairable: true };
    const state = given(
      planned({ sort: {} }),
      checked("sort", wrong),
      queued("sort", { reason: "repair" }),
      checked("sort", wrong),
    );

    expect(decide(state)).toEqual([
      escalate("sort", { from: "haiku", to: "sonnet", reason: "output.list: expected array" }),
    ]);
  });
});

describe("a rejected attempt", () => {
  test("is re-run one tier higher", () => {
    const state = given(
      planned({ facts: { role: "researcher", tier: "haiku" } }),
      finished("facts", { confidence: "low", because: "The second claim has one source." }),
      returned("facts", "rerun", "No source for the second claim."),
    );

    expect(decide(state)).toEqual([
      escalate("facts", { from: "haiku", to: "sonnet", reason: "No source for the second claim." }),
    ]);
  });

  test("at the top of the ladder is flagged", () => {
    const state = given(planned({ facts: { tier: "opus" } }), returned("facts", "rerun"));

    expect(decide(state)).toEqual([flag("facts", { cause: "ladder" })]);
  });

  test("at its role's highest tier is flagged", () => {
    const worker = { ...testTeam.executors.worker, maxTier: "sonnet" };
    const team = { ...testTeam, executors: { ...testTeam.executors, worker } };
    const state = given(planned({ facts: { tier: "sonnet" } }, { team }), returned("facts", "rerun"));

    expect(decide(state)).toEqual([flag("facts", { cause: "ladder" })]);
  });

  test("above its role's highest tier, where a person put it, is flagged", () => {
    const worker = { ...testTeam.executors.worker, maxTier: "haiku" };
    const team = { ...testTeam, executors: { ...testTeam.executors, worker } };
    const state = given(
      planned({ facts: {} }, { team }),
      resolved("facts", { action: "rerun", tier: "sonnet" }),
      returned("facts", "rerun"),
    );

    expect(decide(state)).toEqual([flag("facts", { cause: "ladder" })]);
  });

  test("is not reviewed again when the next tier brings the very same output", () => {
    const same = { output: { list: [1, 2] } };
    const state = given(
      planned({ facts: {} }),
      finished("facts", same),
      returned("facts", "rerun"),
      escalated("facts", "sonnet", "No source."),
      finished("facts", same),
      checked("facts"),
    );

    expect(decide(state)).toEqual([
      escalate("facts", {
        from: "sonnet",
        to: "opus",
        reason: "No progress: this output was rejected before. No source.",
      }),
    ]);
  });

  test("whose reviewer gave no reason is told of in a sentence of its own", () => {
    const same = { output: "the same" };
    const rejected = [finished("facts", same), returned("facts", "rerun"), escalated("facts", "sonnet", "")];
    const state = given(planned({ facts: {} }), rejected, finished("facts", same), checked("facts"));

    expect(decide(state)).toMatchObject([{ reason: "No progress: this output was rejected before." }]);
  });

  test("is flagged when it would be one escalation more than the budget has", () => {
    const plan = planned({ facts: {}, other: {} }, { budget: { maxEscalations: 1 } });

    expect(decide(given(plan, queued("other"), returned("facts", "rerun")))).toMatchObject([
      { type: "task.escalated" },
    ]);
    const spent = [escalated("other", "sonnet"), queued("other"), returned("facts", "rerun", "No source.")];
    expect(decide(given(plan, spent))).toEqual([
      flag("facts", {
        cause: "budget",
        reason: "The budget of 1 escalations is spent, and this would be one: No source.",
      }),
    ]);
  });

  describe("is reviewed when it brings", () => {
    const same = { output: "the same" };
    const reviewed = (state: ReturnType<typeof given>) => decide(state).map(({ type }) => type);

    test("what was rejected two attempts before: it is not, since it goes in a circle", () => {
      const state = given(
        planned({ facts: {} }),
        finished("facts", same),
        returned("facts", "rerun"),
        escalated("facts", "sonnet", "No source."),
        finished("facts", { output: "another" }),
        returned("facts", "rerun"),
        escalated("facts", "opus", "Another."),
        finished("facts", same),
        checked("facts"),
      );

      expect(decide(state)).toEqual([
        flag("facts", {
          cause: "ladder",
          reason: "No progress: this output was rejected before. No source.",
        }),
      ]);
    });

    test("another output than was rejected", () => {
      const state = given(
        planned({ facts: {} }),
        finished("facts", same),
        returned("facts", "rerun"),
        escalated("facts", "sonnet"),
        finished("facts", { output: "another" }),
        checked("facts"),
      );

      expect(reviewed(state)).toEqual(["review.queued"]);
    });

    test("the output that nobody could judge", () => {
      const state = given(
        planned({ facts: {} }),
        finished("facts", same),
        unreviewed("facts", "invalid_output"),
        escalated("facts", "sonnet", "No usable review."),
        finished("facts", same),
        checked("facts"),
      );

      expect(reviewed(state)).toEqual(["review.queued"]);
    });

    test("the output that was rejected, and a person has asked for the re-run", () => {
      const state = given(
        planned({ facts: {} }),
        finished("facts", same),
        returned("facts", "rerun"),
        flagged("facts"),
        resolved("facts", { action: "rerun", tier: "sonnet" }),
        finished("facts", same),
        checked("facts"),
      );

      expect(reviewed(state)).toEqual(["review.queued"]);
    });

    test("the output that was rejected on another input", () => {
      const state = given(
        planned({ source: {}, facts: { dependsOn: ["source"] }, other: { dependsOn: ["source"] } }),
        accepted("source"),
        finished("facts", same),
        returned("facts", "rerun"),
        escalated("facts", "sonnet"),
        blamed("source", { by: "other" }),
        escalated("source", "sonnet"),
        finished("source", { output: "a better source" }),
        accepted("source"),
        finished("facts", same),
        checked("facts"),
      );

      expect(decide(state).filter((fact) => "taskId" in fact && fact.taskId === "facts")).toMatchObject([
        { type: "review.queued" },
      ]);
    });
  });
});

test("an accepted attempt stands", () => {
  expect(decide(given(planned({ facts: {} }), returned("facts", "accept")))).toEqual([acceptTask("facts")]);
});

describe("a blamed task", () => {
  const plan = planned({ facts: {}, essay: { dependsOn: ["facts"] }, note: { dependsOn: ["facts"] } });

  test("is blamed by the task that its output failed", () => {
    const state = given(
      plan,
      accepted("facts"),
      returned("essay", "blame", "The facts are wrong.", { blame: "facts" }),
    );

    expect(decide(state)).toEqual([blameTask("facts", { by: "essay", reason: "The facts are wrong." })]);
  });

  test("is re-run one tier higher, and nothing that uses it moves", () => {
    const state = given(
      plan,
      accepted("facts"),
      blamed("facts", { by: "essay", reason: "The facts are wrong." }),
    );

    expect(decide(state)).toEqual([
      escalate("facts", { from: "haiku", to: "sonnet", reason: "The facts are wrong." }),
    ]);
  });

  test("is blamed alone: what else was to be decided is decided on the state after it", () => {
    const state = given(
      plan,
      accepted("facts"),
      returned("essay", "blame", "The facts are wrong.", { blame: "facts" }),
      returned("note", "accept"),
    );

    expect(decide(state)).toEqual([blameTask("facts", { by: "essay", reason: "The facts are wrong." })]);
  });

  test("is blamed once by two victims at the same moment", () => {
    const state = given(
      plan,
      accepted("facts"),
      returned("essay", "blame", "It is wrong.", { blame: "facts" }),
      returned("note", "blame", "It is wrong.", { blame: "facts" }),
    );

    expect(decide(state)).toEqual([blameTask("facts", { by: "essay" })]);
  });

  test.each([
    ["does not stand", "note"],
    ["does not exist", "sources"],
    ["is not named", null],
  ])("that %s is left alone: its victim is re-run one tier higher", (_, blame) => {
    const state = given(plan, accepted("facts"), returned("essay", "blame", "It is wrong.", { blame }));

    expect(decide(state).filter(({ type }) => type !== "attempt.queued")).toEqual([
      escalate("essay", { from: "haiku", to: "sonnet" }),
    ]);
  });

  test("that stood at the top of the ladder is flagged", () => {
    const state = given(
      planned({ facts: { tier: "opus" }, essay: { dependsOn: ["facts"] } }),
      accepted("facts"),
      blamed("facts", { by: "essay" }),
    );

    expect(decide(state)).toEqual([flag("facts", { cause: "ladder" })]);
  });
});
