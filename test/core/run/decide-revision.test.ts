import {
  decide,
  type Fact,
  type FailedOutcome,
  type Fault,
  type FlagCause,
  type ProposedRevision,
} from "@terrace/core";
import {
  accepted,
  acceptTask,
  blamed,
  blameTask,
  checked,
  failed,
  finished,
  flag,
  given,
  paused,
  planned,
  planOf,
  queued,
  queuedBy,
  resolved,
  resumed,
  returned,
  type Step,
  taskOf,
  unreviewed,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { goOn, proposed, questionOf, unplanned } from "./planning-steps.js";

const decided = (...steps: readonly Step[]): readonly Fact[] => decide(given(...steps));

const DUE = { cause: "flagged", taskId: "facts", reason: "It is wrong." } as const;
const SUBGOAL = { cause: "subgoal", taskId: "study", reason: "" } as const;

const question = (changes: Partial<Fact<"plan.queued">> = {}): Fact =>
  questionOf({ revises: DUE, ...changes });

const detour: ProposedRevision = {
  tasks: [taskOf("sources"), taskOf("essay", { dependsOn: ["sources"] })],
  withdraw: ["facts"],
  answer: "essay",
  reason: "The facts cannot be had.",
};
const nothing: ProposedRevision = { tasks: [], withdraw: [], answer: "essay", reason: "It stands." };
const wrong: ProposedRevision = { ...nothing, answer: "poem" };
const noAnswer =
  'PLAN_UNKNOWN_ANSWER: The plan\'s answer is `"poem"`, which is no task of it. Name the task that gives the answer.';

const kept = (because: string, due: typeof DUE | typeof SUBGOAL = DUE): Fact => ({
  type: "plan.kept",
  ...due,
  because,
});

/** A run that may change its plan so often; the first task starts where there is nothing above it. */
const replanning = (maxRevisions = 1): Step =>
  planned(
    { facts: { tier: "opus" }, essay: { dependsOn: ["facts"] } },
    { limits: { maxRevisions, maxRepairs: 0, maxRetries: 1 } },
  );

/** The planner is asked, since the first task would be flagged. */
const asked: Step = [replanning(), returned("facts", "rerun"), goOn];

describe("a task that would be flagged", () => {
  const causes: readonly (readonly [FlagCause, Step])[] = [
    ["ladder", returned("facts", "rerun")],
    ["refused", failed("facts", "refused")],
    ["context", failed("facts", "context_exceeded")],
  ];

  test.each(causes)("has the planner asked first when the cause is %s", (_, step) => {
    expect(decided(replanning(), step)).toMatchObject([
      { type: "plan.queued", revises: { cause: "flagged" } },
    ]);
  });

  test.each(causes)("is flagged at once when no revision is allowed and the cause is %s", (cause, step) => {
    expect(decided(replanning(0), step)).toMatchObject([{ type: "task.flagged", taskId: "facts", cause }]);
  });

  test.each<[FlagCause, Step]>([
    ["budget", failed("facts", "transport", { pause: "budget", retryable: false })],
    ["review_refused", unreviewed("facts", "refused")],
  ])("is flagged at once when no plan can help: %s", (cause, step) => {
    expect(decided(replanning(), step)).toMatchObject([{ type: "task.flagged", cause }]);
  });

  test("is asked about in these words", () => {
    expect(decided(replanning(), returned("facts", "rerun"))).toEqual([question()]);
  });

  test("is asked about once", () => {
    const again = [asked, proposed(nothing), goOn];

    expect(decided(...again)).toEqual([flag("facts", { cause: "ladder" })]);
  });

  test("is not asked about when the planner was asked as often as it may be", () => {
    const two = planned(
      { facts: { tier: "opus" }, more: { tier: "opus" }, essay: { dependsOn: ["facts", "more"] } },
      { limits: { maxRevisions: 1 } },
    );
    const first = [two, returned("facts", "rerun"), goOn, proposed(nothing), goOn, goOn];

    expect(decided(...first, returned("more", "rerun"))).toEqual([flag("more", { cause: "ladder" })]);
  });

  test("waits while the planner is asked about another", () => {
    const two = planned(
      { facts: { tier: "opus" }, more: { tier: "opus" }, essay: { dependsOn: ["facts", "more"] } },
      { limits: { maxRevisions: 2 } },
    );

    expect(decided(two, returned("facts", "rerun"), returned("more", "rerun"))).toHaveLength(1);
    expect(decided(two, returned("facts", "rerun"), goOn, returned("more", "rerun"))).toEqual([]);
  });

  test("waits while a subgoal is planned, though all else goes on", () => {
    const both = planned(
      { facts: { tier: "opus" }, study: { subgoal: 0.5 }, essay: { dependsOn: ["facts", "study"] } },
      { limits: { maxRevisions: 1, maxNesting: 1 } },
    );

    expect(decided(both, goOn, queued("facts"), returned("facts", "rerun"))).toEqual([]);
  });

  test("has a person's answer not looked at by the planner", () => {
    const answered = resolved("facts", { action: "answer", output: "Forty." });
    const failing = checked("facts", { issues: ["It is no list."] });

    expect(decided(replanning(), answered, failing)).toEqual([
      flag("facts", { cause: "check", reason: "It is no list." }),
    ]);
  });
});

describe("an output whose executor found a contradiction", () => {
  const found = (contradiction: string | null): Step =>
    finished("facts", contradiction === null ? {} : { contradiction });

  test("has the planner asked before it is accepted", () => {
    expect(decided(replanning(), found("There are none."), returned("facts", "accept"))).toEqual([
      question({ revises: { cause: "contradiction", taskId: "facts", reason: "There are none." } }),
    ]);
  });

  test("is accepted when there is none, when no revision is allowed, and when a person takes it", () => {
    const by = { tier: "opus" };
    const taken = [
      found("There are none."),
      returned("facts", "rerun"),
      resolved("facts", { action: "accept" }),
    ];

    expect(decided(replanning(), found(null), returned("facts", "accept"))).toEqual([
      acceptTask("facts", by),
    ]);
    expect(decided(replanning(0), found("None."), returned("facts", "accept"))).toEqual([
      acceptTask("facts", by),
    ]);
    expect(decided(replanning(), ...taken)).toEqual([acceptTask("facts", { ...by, by: "person" })]);
  });

  test("holds no input responsible less for it", () => {
    const two: Step = [replanning(), accepted("facts"), finished("essay", { contradiction: "None." })];

    expect(decided(two, returned("essay", "blame", "It is wrong.", { blame: "facts" }))).toEqual([
      blameTask("facts", { by: "essay" }),
    ]);
  });
});

describe("what the planner proposes", () => {
  test("is a revision when it stands", () => {
    expect(decided(asked, proposed(detour))).toMatchObject([
      { type: "plan.revised", number: 2, cause: "flagged", taskId: "facts", withdrawn: ["facts"] },
    ]);
    expect(queuedBy(decided(asked, proposed(detour), goOn))).toEqual(["sources"]);
  });

  test("keeps the plan when it changes nothing", () => {
    expect(decided(asked, proposed(nothing))).toEqual([kept("It stands.")]);
  });

  test("is rejected with what is wrong, and asked for once more with that", () => {
    const rejected: Fact = { type: "plan.rejected", attempt: 1, issues: [noAnswer] };

    expect(decided(asked, proposed(wrong))).toEqual([rejected]);
    expect(decided(asked, proposed(wrong), goOn)).toEqual([question({ attempt: 2, issues: [noAnswer] })]);
  });

  test("keeps the plan when it does not stand the second time either", () => {
    expect(decided(asked, proposed(wrong), goOn, goOn, proposed(wrong, 2), goOn)).toEqual([
      kept(`What the planner proposed does not stand after 2 attempts:\n${noAnswer}`),
    ]);
    const worse = { ...wrong, tasks: [taskOf("sources", { tier: "top" })] };
    expect(decided(asked, proposed(wrong), goOn, goOn, proposed(worse, 2), goOn)).toMatchObject([
      { because: expect.stringMatching(/attempts:\nPLAN_UNKNOWN_ANSWER: .*\nPLAN_UNKNOWN_TIER: /) },
    ]);
  });

  test("is asked to spread over the tiers, and lowered when it comes again", () => {
    const top = {
      ...detour,
      tasks: [taskOf("sources", { tier: "opus" }), taskOf("essay", { tier: "opus", dependsOn: ["sources"] })],
    };

    expect(decided(asked, proposed(top))).toMatchObject([
      { type: "plan.rejected", issues: [expect.stringMatching(/^PLAN_TIER_INFLATION: /)] },
    ]);
    expect(decided(asked, proposed(top), goOn, goOn, proposed(top, 2))).toMatchObject([
      { type: "plan.revised", changes: [{ field: "tier", from: "opus", to: "sonnet" }] },
    ]);
  });
});

describe("a planner that brings nothing", () => {
  test("is asked for the same again, later, when it could not be reached", () => {
    expect(decided(asked, unplanned("transport", { retryAfterMs: 70 }))).toEqual([
      question({ retry: 1, delayMs: 70 }),
    ]);
  });

  test("is what the run waits for when it cannot be reached, and is asked for the same after the pause", () => {
    const lost = [asked, unplanned("transport"), goOn, unplanned("transport")];

    expect(decided(...lost)).toEqual([
      { type: "run.paused", reason: "network", message: "It ended with transport.", tasks: [] },
    ]);
    expect(decided(...lost, paused("network"), resumed())).toEqual([question({ retry: 1 })]);
  });

  test.each<[FailedOutcome, Partial<Fault>]>([
    ["refused", {}],
    ["transport", { retryable: false }],
  ])("keeps the plan when asking again is of no use: %s", (outcome, changes) => {
    expect(decided(asked, unplanned(outcome, changes))).toEqual([
      kept(`The planner brought no answer: It ended with ${outcome}.`),
    ]);
  });

  test("is asked once more after an answer that could not be read, and then no more", () => {
    const again = [asked, unplanned("truncated", { issues: ["It has no end."] })];

    expect(decided(...again)).toEqual([
      question({ attempt: 2, after: "truncated", issues: ["It has no end."] }),
    ]);
    expect(decided(...again, goOn, unplanned("empty", {}, 2))).toEqual([
      kept("The planner brought no answer: It ended with empty."),
    ]);
  });

  test("is waited for while it is asked", () => {
    expect(decided(asked)).toEqual([]);
  });
});

describe("a subgoal", () => {
  const deep = (more = {}): Step =>
    planned(
      { brief: {}, study: { dependsOn: ["brief"], subgoal: 0.5 }, essay: { dependsOn: ["study"] }, ...more },
      { limits: { maxNesting: 1, maxRetries: 0 }, answer: "essay" },
    );
  const begun: Step = [deep(), accepted("brief"), goOn];
  const inside = planOf({ find: { dependsOn: ["brief"] } });

  test("is planned when its inputs are there", () => {
    expect(decided(deep(), accepted("brief"))).toEqual([question({ revises: SUBGOAL })]);
  });

  test("is replaced by its plan", () => {
    expect(decided(begun, proposed(inside))).toMatchObject([
      {
        type: "plan.revised",
        cause: "subgoal",
        taskId: "study",
        tasks: [{ id: "study-find" }, { id: "essay" }],
      },
    ]);
  });

  test("waits while another is planned", () => {
    const two = planned(
      { a: { subgoal: 0.5 }, b: { subgoal: 0.5 }, c: { dependsOn: ["a", "b"] } },
      { limits: { maxNesting: 1 } },
    );

    expect(decided(two)).toMatchObject([{ type: "plan.queued", revises: { taskId: "a" } }]);
    expect(decided(two, goOn)).toEqual([]);
    expect(decided(two, goOn, proposed(null), goOn, goOn)).toEqual([]);
  });

  test("is flagged when its plan does not stand", () => {
    const issue = "PLAN_EMPTY: Expected a plan of at least one task, got none. Return one task at least.";
    const reason = `What the planner proposed does not stand after 2 attempts:\n${issue}`;

    expect(decided(begun, proposed(planOf({})), goOn, goOn, proposed(planOf({}), 2), goOn)).toEqual([
      kept(reason, SUBGOAL),
      flag("study", { cause: "plan", reason }),
    ]);
  });

  test("is flagged when its planner brings nothing, and for want of money when that is why", () => {
    const reason = "The planner brought no answer: It ended with refused.";

    expect(decided(begun, unplanned("refused"))).toEqual([
      kept(reason, SUBGOAL),
      flag("study", { cause: "plan", reason }),
    ]);
    expect(decided(begun, unplanned("transport", { pause: "budget", retryable: false }))).toMatchObject([
      { type: "plan.kept" },
      { type: "task.flagged", taskId: "study", cause: "budget" },
    ]);
  });

  test("lets all else go on while its planner cannot be reached, and is what the run waits for then", () => {
    const lost = unplanned("transport");
    const other = [deep({ other: {} }), accepted("brief"), goOn, lost];

    expect(queuedBy(decided(deep({ other: {} }), accepted("brief"), goOn))).toEqual(["other"]);
    expect(queuedBy(decided(...other))).toEqual(["other"]);
    expect(decided(begun, lost)).toMatchObject([{ type: "run.paused", reason: "network" }]);
    expect(decided(begun, lost, paused("network"), resumed())).toEqual([
      question({ revises: SUBGOAL, retry: 1 }),
    ]);
  });

  test("whose input is taken back meanwhile is not changed by what the planner brings, and not flagged", () => {
    const taken: Step = [
      deep({ other: { dependsOn: ["brief"] } }),
      accepted("brief"),
      goOn,
      blamed("brief", { by: "other" }),
    ];

    expect(decided(taken, proposed(inside))[0]).toEqual(
      kept("What it works from was taken back meanwhile.", SUBGOAL),
    );
    expect(decided(taken, unplanned("refused"))).toEqual([
      kept("The planner brought no answer: It ended with refused.", SUBGOAL),
    ]);
  });

  test("that a person answered, and whose input changed, is theirs to settle again", () => {
    const answered = resolved("study", { action: "answer", output: 42 });
    const taken = [
      deep({ other: { dependsOn: ["brief"] } }),
      accepted("brief"),
      { type: "task.flagged", taskId: "study", cause: "plan", reason: "" } as const,
      answered,
      checked("study"),
      { type: "task.accepted", taskId: "study", attempt: 1, tier: "haiku", by: "person" } as const,
      blamed("brief", { by: "other" }),
      accepted("brief"),
    ];

    expect(decided(...taken)).toContainEqual(
      flag("study", {
        cause: "plan",
        reason:
          "A person answered it before, and what it works from has changed. Answer it again, or give it up.",
      }),
    );
  });
});
