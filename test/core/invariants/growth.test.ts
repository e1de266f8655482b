import { checkInvariants, type Fact, type RunEvent } from "@terrace/core";
import { accept, blame, ok, planOf, reject, type ScriptedOptions, taskOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, launch } from "../support.js";

const LIMITS = { maxItems: 4, maxNesting: 1, maxRevisions: 1 };

/** The log of a run whose plan grows in every way. */
async function log(script: ScriptedOptions = {}): Promise<readonly RunEvent[]> {
  const plan = planOf({
    list: {},
    each: { dependsOn: ["list"], forEach: "list" },
    sum: { dependsOn: ["each"] },
    study: { subgoal: 0.5 },
    vain: {},
    end: { dependsOn: ["sum", "study"] },
  });
  const { run } = launch(
    plan,
    {
      usage: { costMicroUsd: 10, reservedMicroUsd: 100 },
      execute: { list: ok(["a", "b"]) },
      review: { vain: reject("No.") },
      revise: {
        study: wide(2),
        vain: { tasks: [taskOf("other")], withdraw: ["vain"], answer: "end", reason: "It is vain." },
      },
      ...script,
    },
    { limits: LIMITS, budget: { hardUsd: 1 } },
  );
  return (await atRest(run)).log;
}

const renumbered = (events: readonly (RunEvent | Fact)[]): readonly RunEvent[] =>
  events.map((event, seq) => ({ ...event, runId: "run_1", seq, at: 0 }));

/** The invariants that a log breaks, each with its message, but for where. */
const broken = (events: readonly RunEvent[]): readonly string[] =>
  checkInvariants(events).map(({ invariant, message }) => `${invariant}${message.replace(/^Event \d+/, "")}`);

/** The log with other fields in the revisions of a cause. */
const revised = async (
  cause: string,
  fields: (event: RunEvent<"plan.revised">) => Partial<Fact<"plan.revised">>,
): Promise<readonly string[]> =>
  broken(
    (await log()).map((event) =>
      event.type === "plan.revised" && event.cause === cause ? { ...event, ...fields(event) } : event,
    ),
  );

test("a run whose plan grows in every way breaks none", async () => {
  const events = await log();

  expect(broken(events)).toEqual([]);
  expect(events.flatMap((event) => (event.type === "plan.revised" ? [event.cause] : [])).sort()).toEqual([
    "flagged",
    "for_each",
    "subgoal",
  ]);
});

describe("I-16:", () => {
  test("revisions are numbered without a gap", async () => {
    expect((await revised("for_each", () => ({ number: 7 })))[0]).toMatch(
      /^I-16 \(plan\.revised\): revision 7 comes after revision \d\.$/,
    );
  });

  test("no revision changes what is accepted, or has begun", async () => {
    const list = taskOf("list", { brief: "Another." });
    const found = await revised("flagged", ({ tasks }) => ({
      tasks: [...tasks, { ...list, plannedTier: "haiku" }],
    }));
    expect(found[0]).toMatch(
      /^I-16 \(plan\.revised\): "list" (is accepted|has begun), and the plan of it changes\.$/,
    );
    const withdrawn = await revised("flagged", () => ({ withdrawn: ["vain", "list"] }));
    expect(withdrawn[0]).toMatch(/^I-16 \(plan\.revised\): "list" (is accepted|has begun), and the plan/);
  });

  test("no revision withdraws what is not there", async () => {
    expect((await revised("flagged", () => ({ withdrawn: ["vain", "x"] })))[0]).toBe(
      'I-16 (plan.revised): the plan holds no task "x".',
    );
  });

  test("what is withdrawn is not gone on with", async () => {
    const events = (await log()).flatMap((event): (RunEvent | Fact)[] => {
      const route = { tier: "opus", model: "model-opus", effort: null };
      const again = { taskId: "vain", attempt: 4, retry: 0, role: "worker", route } as const;
      const more = { reason: "redo", urgency: "live", delayMs: 0 } as const;
      return event.type === "plan.revised" && event.cause === "flagged"
        ? [event, { type: "attempt.queued", ...again, ...more }]
        : [event];
    });

    expect(broken(renumbered(events))[0]).toBe('I-16 (attempt.queued): the plan holds no task "vain".');
  });

  test("the planner changes what it was asked about", async () => {
    const found = await revised("flagged", () => ({ taskId: "list" }));

    expect(found).toContainEqual(
      'I-16 (plan.revised): nobody asked the planner to change the plan for "list".',
    );
  });
});

describe("I-39:", () => {
  test("a list has each of its items done", async () => {
    const found = await revised("for_each", ({ tasks }) => ({
      tasks: tasks
        .filter(({ id }) => id !== "each-2")
        .map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => id !== "each-2") })),
    }));

    expect(found[0]).toBe('I-39 (plan.revised): "each" is done for 1 items, and its list has 2.');
  });

  test("what comes of each item is gathered", async () => {
    const found = await revised("for_each", ({ tasks }) => ({
      tasks: tasks.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => id !== "each-2") })),
    }));

    expect(found[0]).toBe("I-39 (plan.revised): nobody gathers what comes of each-2.");
  });

  /** The log of a run that was allowed less. */
  const allowed = async (limits: Partial<typeof LIMITS & { maxTotalTasks: number }>) =>
    broken(
      (await log()).map((event) =>
        event.type === "run.submitted" ? { ...event, limits: { ...event.limits, ...limits } } : event,
      ),
    );

  test("items, nesting, revisions and tasks in all are bounded", async () => {
    expect(await allowed({ maxItems: 1 })).toEqual(["I-39 (plan.revised): 2 items, of at most 1."]);
    expect((await allowed({ maxNesting: 0 }))[0]).toBe(
      'I-39 (plan.revised): "study-t1" lies in 1 subgoals, and 0 may lie in one another.',
    );
    expect(await allowed({ maxRevisions: 0 })).toEqual([
      "I-39 (plan.queued): the planner is asked for revision 1, of at most 0.",
    ]);
    expect((await allowed({ maxTotalTasks: 8 })).at(-1)).toMatch(
      /^I-39 \(plan\.revised\): 1[01] tasks over all revisions, of at most 8\.$/,
    );
  });

  test("a list that was made again may take what hangs on it back", async () => {
    const events = await log({
      execute: { list: [ok(["a", "b", "c"]), ok(["a"])] },
      review: { "each-3": [blame("list", "No."), accept], vain: reject("No.") },
    });

    expect(events.some((event) => event.type === "plan.revised" && event.withdrawn.includes("each-3"))).toBe(
      true,
    );
    expect(broken(events)).toEqual([]);
  });
});

test("I-40: what is spent within a subgoal is not above its share", async () => {
  const dear = (await log()).map((event) =>
    event.type === "call.sent" && event.taskId === "study-t2" && event.purpose === "review"
      ? { ...event, reservedMicroUsd: 500_001 }
      : event,
  );

  expect(broken(dear)[0]).toMatch(
    /^I-40 \(call\.sent\): 500\d\d\d spent and reserved within "study", of 500000 micro-dollars\.$/,
  );
});
