import { evolve, initialState, type RunState } from "@terrace/core";
import {
  accepted,
  blamed,
  checked,
  escalated,
  failed,
  fault,
  finished,
  flagged,
  given,
  givenUp,
  paused,
  planned,
  queued,
  resolved,
  resumed,
  returned,
  type Step,
  Story,
  sentToReview,
  skipped,
  started,
  submitted,
  unreviewed,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

/** Where each task stands. */
const standing = ({ tasks }: RunState) =>
  Object.fromEntries([...tasks].map(([id, { status }]) => [id, status]));

/** One task of a state. */
const taskIn = ({ tasks }: RunState, id: string) => {
  const task = tasks.get(id);
  if (task === undefined) throw new Error(`Expected a task "${id}".`);
  return task;
};

test("before the first event there is nothing", () => {
  expect(initialState()).toMatchObject({
    runId: "",
    goal: "",
    ending: "",
    status: "planning",
    planOnly: false,
    planning: { status: "needed", attempt: 0, issues: [], after: null, proposal: null, fault: null },
    plan: null,
    halt: null,
    isWarned: false,
    isApproved: false,
    agenda: [],
    seq: 0,
    open: 0,
    underWay: 0,
  });
});

test("two runs share nothing", () => {
  expect(initialState()).not.toBe(initialState());
  expect(initialState().tasks).not.toBe(initialState().tasks);
});

test("a submitted run knows its goal, its team and its limits, and waits for a plan", () => {
  expect(given(submitted({ limits: { maxRetries: 7 } }))).toMatchObject({
    runId: "run_1",
    goal: "anything",
    status: "planning",
    team: { ladder: ["haiku", "sonnet", "opus"] },
    limits: { maxRetries: 7, maxTasks: 100 },
    planning: { status: "needed" },
    seq: 1,
  });
});

test("an accepted plan sets its tasks up, in its order", () => {
  const state = given(planned({ b: {}, a: { dependsOn: ["b"], tier: "opus" } }));

  expect([...state.tasks.keys()]).toEqual(["b", "a"]);
  expect(standing(state)).toEqual({ b: "ready", a: "waiting" });
  expect(taskIn(state, "a")).toMatchObject({ tier: "opus", waitingOn: 1, attempts: [] });
  expect(state).toMatchObject({ status: "running", open: 2, underWay: 0 });
});

describe("a task goes", () => {
  const plan = planned({ a: {} });

  test.each([
    ["queued", queued("a")],
    ["executing", started("a")],
    ["checking", finished("a")],
    ["checked", checked("a")],
    ["reviewing", sentToReview("a")],
    ["reviewed", returned("a", "accept")],
    ["accepted", accepted("a")],
    ["unanswered", failed("a", "empty")],
    ["unanswered", unreviewed("a", "empty")],
    ["stalled", failed("a", "transport", { scope: "run" })],
    ["stalled", unreviewed("a", "transport", { scope: "run" })],
    ["ready", escalated("a", "sonnet")],
    ["flagged", flagged("a")],
    ["resolved", resolved("a", { action: "accept" })],
    ["checking", resolved("a", { action: "answer", output: 1 })],
    ["ready", resolved("a", { action: "rerun", tier: "haiku" })],
    ["failed", givenUp("a")],
    ["skipped", skipped("a", "b")],
  ])("to %s", (status, step) => {
    expect(taskIn(given(plan, step), "a").status).toBe(status);
  });
});

test("a task that was queued for the first time has one attempt, of which nothing is known yet", () => {
  const { task, priority: _, ...standing } = taskIn(given(planned({ a: {} }), queued("a")), "a");

  expect(task.id).toBe("a");
  expect(standing).toEqual({
    status: "queued",
    tier: "haiku",
    classification: null,
    routedBy: null,
    maxTokens: null,
    nextReason: "first",
    acts: [],
    replanned: false,
    held: [],
    attempts: [
      {
        number: 1,
        tier: "haiku",
        reason: "first",
        by: "executor",
        contradiction: null,
        outcome: null,
        output: null,
        confidence: null,
        because: "",
        unverified: [],
        fault: null,
        issues: null,
        repairable: false,
        rejectedFor: null,
        reviewTier: null,
        reviewIssues: [],
        reviewFault: null,
        verdict: null,
        verdictReason: "",
        criteria: [],
        problems: [],
        blame: null,
      },
    ],
    retries: 0,
    repairs: 0,
    reviewRepairs: 0,
    refusals: 0,
    awaitsReview: false,
    waitingOn: 0,
    blockedBy: null,
    flag: null,
    decision: null,
    acceptedBy: null,
    blamed: [],
    reason: "",
    listed: false,
  });
});

test("a plan that stands leaves nothing of the planning behind", () => {
  expect(given(planned({ a: {} })).planning).toMatchObject({ status: "done", proposal: null, fault: null });
});

test("an attempt keeps what became of it", () => {
  const state = given(
    planned({ a: { criteria: ["It is right."] } }),
    finished("a", { output: "42", confidence: "medium", because: "A guess.", unverified: ["the question"] }),
    checked("a", { issues: [] }),
    sentToReview("a", { route: { tier: "opus", model: "m", effort: null } }),
    returned("a", "rerun", "It is wrong.", {
      criteria: [{ criterion: 0, met: false, finding: "It is wrong." }],
      problems: [{ description: "It is short.", blocking: false }],
    }),
  );

  expect(taskIn(state, "a").attempts).toEqual([
    {
      number: 1,
      tier: "haiku",
      reason: "first",
      outcome: "ok",
      output: "42",
      confidence: "medium",
      because: "A guess.",
      unverified: ["the question"],
      fault: null,
      reviewIssues: [],
      reviewFault: null,
      rejectedFor: null,
      issues: [],
      repairable: false,
      reviewTier: "opus",
      verdict: "rerun",
      verdictReason: "It is wrong.",
      criteria: [{ criterion: 0, met: false, finding: "It is wrong." }],
      problems: [{ description: "It is short.", blocking: false }],
      blame: null,
      by: "executor",
      contradiction: null,
    },
  ]);
});

test("an attempt that is asked again is the same attempt, and forgets the fault once it is answered", () => {
  const retried = [failed("a", "transport"), queued("a", { attempt: 1, retry: 1 }), finished("a")];
  const { attempts } = taskIn(given(planned({ a: {} }), retried), "a");

  expect(attempts).toMatchObject([{ number: 1, outcome: "ok", fault: null }]);
});

test("a review that failed leaves the attempt's own fault alone", () => {
  const { attempts } = taskIn(given(planned({ a: {} }), unreviewed("a", "invalid_output")), "a");

  expect(attempts).toMatchObject([
    { outcome: "ok", fault: null, reviewFault: { outcome: "invalid_output" } },
  ]);
});

test("an escalated task keeps its attempts and goes on one tier higher", () => {
  const state = given(planned({ a: {} }), returned("a", "rerun"), escalated("a", "sonnet"), started("a"));

  expect(taskIn(state, "a")).toMatchObject({
    tier: "sonnet",
    repairs: 0,
    attempts: [
      { number: 1, tier: "haiku" },
      { number: 2, tier: "sonnet", reason: "escalation" },
    ],
  });
});

test("an accepted task frees what waited for it alone", () => {
  const plan = planned({ a: {}, b: {}, c: { dependsOn: ["a"] }, d: { dependsOn: ["a", "b"] } });

  expect(standing(given(plan, accepted("a")))).toEqual({
    a: "accepted",
    b: "ready",
    c: "ready",
    d: "waiting",
  });
});

test("a flagged task holds back what depends on it, and nothing else", () => {
  const state = given(
    planned({ a: {}, b: { dependsOn: ["a"] }, c: {} }),
    flagged("a", "refused", "It declines."),
  );

  expect(standing(state)).toEqual({ a: "flagged", b: "waiting", c: "ready" });
  expect(taskIn(state, "a").flag).toEqual({
    cause: "refused",
    reason: "It declines.",
    at: 0,
    before: "reviewed",
  });
});

test("a failed task blocks what depends on it", () => {
  expect(standing(given(planned({ a: {}, b: { dependsOn: ["a"] }, c: {} }), givenUp("a")))).toEqual({
    a: "failed",
    b: "blocked",
    c: "ready",
  });
});

describe("a blamed task", () => {
  const plan = planned({
    facts: {},
    essay: { dependsOn: ["facts"] },
    note: { dependsOn: ["facts"] },
    digest: { dependsOn: ["note"] },
    other: {},
  });
  const state = () =>
    given(
      plan,
      accepted("facts"),
      accepted("note"),
      started("digest"),
      accepted("other"),
      blamed("facts", { by: "essay" }),
    );

  test("is taken back with everything that was made from it", () => {
    expect(standing(state())).toEqual({
      facts: "blamed",
      essay: "waiting",
      note: "waiting",
      digest: "waiting",
      other: "accepted",
    });
    expect(state()).toMatchObject({ open: 4, underWay: 0 });
  });

  test("leaves its victims at their tier, to be done again", () => {
    const again = given(
      plan,
      accepted("facts"),
      accepted("note"),
      blamed("facts", { by: "essay" }),
      escalated("facts", "sonnet"),
      accepted("facts"),
    );

    expect(standing(again)).toMatchObject({
      facts: "accepted",
      essay: "ready",
      note: "ready",
      digest: "waiting",
    });
    expect(taskIn(again, "essay")).toMatchObject({ tier: "haiku", nextReason: "redo", blamed: ["facts"] });
    expect(taskIn(again, "note")).toMatchObject({ tier: "haiku", nextReason: "redo", acceptedBy: null });
    expect(taskIn(again, "digest")).toMatchObject({ tier: "haiku", nextReason: "first" });
  });
});

describe("a task that waits again, since its input was taken back,", () => {
  const plan = planned({ facts: {}, essay: { dependsOn: ["facts"] }, note: { dependsOn: ["facts"] } });
  const takenBack = (...before: readonly Step[]) =>
    taskIn(given(plan, accepted("facts"), before, blamed("facts", { by: "note" })), "essay");

  test("is not flagged any more, and may be repaired and refused anew", () => {
    const tried = [
      failed("essay", "invalid_output"),
      queued("essay", { reason: "repair" }),
      failed("essay", "refused"),
      flagged("essay"),
    ];

    expect(taskIn(given(plan, accepted("facts"), tried), "essay")).toMatchObject({ repairs: 1, refusals: 1 });
    expect(takenBack(...tried)).toMatchObject({
      status: "waiting",
      waitingOn: 1,
      flag: null,
      repairs: 0,
      refusals: 0,
      nextReason: "redo",
    });
  });

  test.each([
    ["it has failed", givenUp("essay"), "failed"],
    ["it was skipped", skipped("essay", "facts"), "skipped"],
  ])("unless %s", (_, step, status) => {
    expect(takenBack(step).status).toBe(status);
  });

  test("is not begun before all of its inputs stand again", () => {
    const two = planned({ a: {}, b: {}, c: { dependsOn: ["a", "b"] }, d: { dependsOn: ["a"] } });
    const state = given(
      two,
      accepted("a"),
      accepted("b"),
      blamed("a", { by: "d" }),
      escalated("a", "sonnet"),
    );

    expect(standing(state)).toEqual({ a: "ready", b: "accepted", c: "waiting", d: "waiting" });
    expect(taskIn(state, "c").waitingOn).toBe(1);
  });
});

describe("where nobody is there to decide", () => {
  const plan = planned({ a: {} }, { limits: { personDeadlineMs: 0 } });

  test("a flagged task is given up at once, with what stood against it", () => {
    expect(taskIn(given(plan, flagged("a", "ladder", "No source.")), "a")).toMatchObject({
      status: "resolved",
      flag: { reason: "No source." },
      decision: { resolution: { action: "give_up" }, by: "", at: 0 },
      reason: "No person is there to settle it (personDeadlineMs is 0): No source.",
    });
  });
});

describe("time at work", () => {
  const at = (...times: readonly number[]) => {
    const facts = [planned({ a: {} }), paused("auth"), resumed(), givenUp("a")];
    const story = new Story();
    story.tell(facts);
    return story.log
      .map((event, seq) => ({ ...event, at: times[seq] ?? 0 }))
      .reduce((state, event) => evolve(state, event), initialState()).workedMs;
  };

  test("is what lies between events, without the pauses and without what lay before the first", () => {
    expect(at(1_000, 1_010, 1_030, 5_000, 5_007)).toBe(37);
  });

  test("is no less for a clock that is set back", () => {
    expect(at(1_000, 400, 410, 420, 425)).toBe(15);
  });
});

describe("a pause", () => {
  test("keeps its reason until the run goes on", () => {
    const plan = planned({ a: {} });

    expect(given(plan, paused("auth"))).toMatchObject({ status: "paused", halt: { reason: "auth" } });
    expect(given(plan, paused("auth"), resumed())).toMatchObject({ status: "running", halt: null });
    expect(given(submitted(), paused("auth"), resumed())).toMatchObject({ status: "planning", halt: null });
  });

  test("ends for the tasks that no answer could be had for", () => {
    const stalled = failed("a", "transport", { scope: "run" });

    expect(standing(given(planned({ a: {} }), stalled, paused("auth"), resumed()))).toEqual({
      a: "unanswered",
    });
  });
});

describe("a run that goes on", () => {
  test("has what lost its slot stand in line again", () => {
    const state = given(planned({ a: {}, b: {} }), started("a"), finished("b"), paused("auth"), resumed());

    expect(standing(state)).toEqual({ a: "queued", b: "checking" });
  });

  test("may retry as much as before", () => {
    const retried = [failed("a", "transport"), queued("a", { attempt: 1, retry: 1 })];
    const lost = [
      ...retried,
      failed("a", "transport", { scope: "run" }),
      unreviewed("b", "transport", { scope: "run" }),
    ];
    const state = given(planned({ a: {}, b: {} }), lost, paused("auth"), resumed());

    expect(state).toMatchObject({ asked: 0, askedAgain: 0, halt: null });
    expect(taskIn(state, "a")).toMatchObject({
      status: "unanswered",
      retries: 0,
      attempts: [{ fault: null }],
    });
    expect(taskIn(state, "b")).toMatchObject({
      status: "unanswered",
      awaitsReview: true,
      attempts: [{ outcome: "ok", reviewFault: null }],
    });
  });
});

test("what is asked of agents is counted, and apart what is asked again", () => {
  const state = given(
    planned({ a: {} }),
    failed("a", "transport"),
    queued("a", { attempt: 1, retry: 1 }),
    sentToReview("a"),
  );

  expect(state).toMatchObject({ asked: 3, askedAgain: 1 });
});

test("of two faults that stop every call the first is the reason of the pause", () => {
  const state = given(
    planned({ a: {}, b: {} }),
    failed("a", "transport", { scope: "run", pause: "auth", message: "No key." }),
    failed("b", "transport", { scope: "run", pause: "network", message: "No way." }),
  );

  expect(state.halt).toEqual({ reason: "auth", message: "No key." });
});

test("a person's re-run starts at the tier that they chose, and may be repaired anew", () => {
  const state = given(
    planned({ a: {} }),
    failed("a", "empty"),
    queued("a", { reason: "repair" }),
    failed("a", "empty"),
    flagged("a"),
    resolved("a", { action: "rerun", tier: "opus" }, "It is worth it.", "ana"),
  );

  expect(taskIn(state, "a")).toMatchObject({
    status: "ready",
    tier: "opus",
    nextReason: "person",
    repairs: 0,
    flag: null,
    reason: "It is worth it.",
    decision: { by: "ana", at: 0 },
  });
});

test("a person's answer is an attempt of theirs, at the tier where the task stands", () => {
  const state = given(
    planned({ a: { tier: "sonnet" } }),
    resolved("a", { action: "answer", output: "Mine." }),
  );

  expect(state.underWay).toBe(1);
  expect(taskIn(state, "a").attempts.at(-1)).toMatchObject({
    number: 2,
    by: "person",
    reason: "person",
    tier: "sonnet",
    outcome: "ok",
    output: "Mine.",
    confidence: null,
  });
});

describe("the agenda", () => {
  const ids = Array.from({ length: 20 }, (_, index) => `t${index}`);
  const plan = planned(Object.fromEntries(ids.map((id) => [id, {}])));
  /** The tasks that the core has still to decide on. */
  const listed = ({ agenda, agendaStart }: RunState) => agenda.slice(agendaStart).map(({ task }) => task.id);

  test("holds every task that something is to be decided about, the oldest first, and each once", () => {
    expect(listed(given(plan))).toEqual(ids);
    expect(listed(given(plan, queued("t0"), queued("t1")))).toEqual(ids.slice(2));
    expect(listed(given(planned({ a: {} }), checked("a")))).toEqual(["a"]);
    expect(listed(given(planned({ a: {}, b: { dependsOn: ["a"] } })))).toEqual(["a"]);
  });

  test("is empty, and takes no room, when all is decided or under way", () => {
    expect(
      given(
        plan,
        ids.map((id) => accepted(id)),
      ),
    ).toMatchObject({ agenda: [], agendaStart: 0 });
    expect(
      given(
        plan,
        ids.map((id) => queued(id)),
      ),
    ).toMatchObject({ agenda: [], agendaStart: 0 });
  });

  test("goes on behind what was decided while something is left to decide", () => {
    expect(
      given(
        plan,
        ids.slice(0, 19).map((id) => queued(id)),
      ).agendaStart,
    ).toBe(19);
  });

  /** So many tasks stand on it, of which the first waits, and so many after it are decided. */
  const behind = (length: number, decided: number, ...then: readonly Step[]): RunState => {
    const all = Array.from({ length }, (_, index) => `t${index}`);
    const next = all.slice(1, decided + 1).map((id) => queued(id));
    return given(planned(Object.fromEntries(all.map((id) => [id, {}]))), next, then);
  };

  test.each([
    [40, 4, 40],
    [40, 5, 35],
    [40, 9, 35],
    [40, 10, 30],
    [40, 39, 30],
    [33, 3, 33],
    [33, 4, 29],
    [32, 31, 32],
  ])(
    "of %d drops what is decided behind a task that waits, now and then: after %d it holds %d",
    (all, decided, left) => {
      const { agenda, agendaStart } = behind(all, decided);

      expect([agenda.length, agendaStart]).toEqual([left, 0]);
    },
  );

  test("ages with the events that it is long in", () => {
    expect([behind(40, 3).agendaAge, behind(40, 5).agendaAge, behind(32, 9).agendaAge]).toEqual([4, 0, 0]);
  });

  test("holds again what was dropped from it, once something is to be decided about it", () => {
    const state = behind(40, 5, checked("t1"));

    expect(listed(state).filter((id) => id === "t1")).toEqual(["t1"]);
    expect(listed(state)).toHaveLength(36);
  });
});

describe("a run ends", () => {
  test.each([
    ["completed", { type: "run.completed", answer: "42" }, { answer: "42" }],
    ["failed", { type: "run.failed", reason: "No." }, { ending: "No." }],
    ["cancelled", { type: "run.cancelled", reason: "Enough." }, { ending: "Enough." }],
  ] as const)("as %s", (status, event, rest) => {
    expect(given(planned({ a: {} }), event)).toMatchObject({ status, ...rest });
  });
});

test("an event about a task that the plan does not hold is not of this run", () => {
  const story = () => given(planned({ a: {} }), givenUp("b"));

  expect(story).toThrow('The log speaks of task "b", which its plan does not hold.');
});

test("the same events always give the same state", () => {
  const steps = [planned({ a: {}, b: { dependsOn: ["a"] } }), accepted("a"), flagged("b")];

  expect(given(...steps)).toEqual(given(...steps));
});

describe("a planner that brings nothing", () => {
  const unplanned = (scope: "work" | "run"): Step => [
    submitted(),
    { type: "plan.failed", attempt: 1, fault: fault("transport", { scope, pause: "auth" }).fault },
  ];

  test("stops the run when nobody can be asked", () => {
    expect(given(unplanned("run")).halt).toEqual({ reason: "auth", message: "It ended with transport." });
    expect(given(unplanned("work")).halt).toBeNull();
  });
});

describe("whoever used an output that is taken back", () => {
  const plan = planned({ a: {}, b: {}, c: { dependsOn: ["a", "b"] }, d: { dependsOn: ["a"] } });
  const taken = (...steps: readonly Step[]) => given(plan, accepted("a"), ...steps, blamed("a", { by: "d" }));

  test("stays as it is when another of its inputs was given up", () => {
    expect(taskIn(taken(givenUp("b")), "c").status).toBe("blocked");
  });

  test("is routed anew unless it has begun", () => {
    const routed = (taskId: string): Step =>
      ({ type: "task.routed", taskId, tier: "opus", router: "table", maxTokens: null }) as unknown as Step;

    expect(taskIn(taken(accepted("b"), routed("c")), "c")).toMatchObject({
      routedBy: null,
      nextReason: "first",
    });
    expect(taskIn(taken(accepted("b"), routed("c"), queued("c")), "c")).toMatchObject({
      routedBy: "table",
      nextReason: "redo",
    });
  });

  test("waits for no word on a tool call any more", () => {
    const held = { type: "tool.held", taskId: "c", attempt: 1, useId: "x", tool: "mail", input: {} } as const;

    expect(taskIn(taken(accepted("b"), started("c"), held), "c").held).toEqual([]);
  });
});
