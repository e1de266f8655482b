import { checkPlan, type Plan } from "@terrace/core";
import { chain, eventsOf, ok, planOf, taskOf, testTeam, typesOf, wide } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../packages/core/src/plan/plan.js";
import { atRest, launch } from "../core/support.js";

const issuesOf = (proposal: unknown): readonly string[] => {
  const checked = checkPlan(proposal, testTeam, DEFAULT_PLAN_LIMITS);
  return checked.ok ? [] : checked.issues.map(({ code, message }) => `${code}: ${message}`);
};

/** What comes of a run whose planner proposes this, twice. */
async function runOf(proposal: unknown) {
  const { run, agents } = launch("Anything.", { plan: { outcome: "ok", value: proposal } as never });
  await atRest(run);
  return { status: run.state.status, reason: run.state.ending, agents, run };
}

describe("a plan that does not stand is asked for once more, and then the run fails before any task starts", () => {
  test.each<[string, string, unknown, string]>([
    [
      "[P01]",
      "with a cycle",
      planOf({ a: { dependsOn: ["c"] }, b: { dependsOn: ["a"] }, c: { dependsOn: ["b"] } }),
      'PLAN_CYCLE: The plan has a cycle: "a" → "b" → "c" → "a". A task may depend only on tasks that come before it.',
    ],
    [
      "[P02]",
      "with a task that needs itself",
      planOf({ a: { dependsOn: ["a"] } }),
      'PLAN_SELF_DEP: Task "a" depends on itself. Remove "a" from its dependsOn.',
    ],
    [
      "[P03]",
      "that depends on what it does not hold",
      planOf({ facts: {}, essay: { dependsOn: ["fact"] } }),
      'PLAN_UNKNOWN_DEPENDENCY: Task "essay" depends on "fact", which the plan does not hold. Nearest: "facts", "essay".',
    ],
    [
      "[P04]",
      "with one id twice",
      { tasks: [taskOf("a"), taskOf("b"), taskOf("a")], answer: "a" },
      'PLAN_DUPLICATE_ID: Task id "a" is used twice, at tasks[0] and tasks[2]. Give each task an id of its own.',
    ],
    [
      "[P06]",
      "with a tier that is not on the ladder",
      planOf({ a: { tier: "HAIKU" } }),
      'PLAN_UNKNOWN_TIER: Task "a" asks for tier "HAIKU", which is not on the ladder. The ladder: "haiku", "sonnet", "opus".',
    ],
    [
      "[P07]",
      "with a role nobody declared",
      planOf({ a: { role: "analyst" } }),
      'PLAN_UNKNOWN_ROLE: Task "a" asks for role "analyst", which the team does not declare. Declared executors: "worker", "researcher", "writer".',
    ],
    [
      "[P08]",
      "without a task",
      { tasks: [], answer: "" },
      "PLAN_EMPTY: Expected a plan of at least one task, got none. Return one task at least.",
    ],
    [
      "[P10]",
      "with far too many dependencies",
      wide(2, { dependsOn: Array.from({ length: 501 }, (_, n) => `t${n}`) }),
      "PLAN_TOO_LARGE: Expected at most 1000 dependencies, got 1002 or more. Name only the tasks whose output is needed.",
    ],
    [
      "[P11]",
      "with a chain of 100",
      chain(100),
      "PLAN_TOO_DEEP: Expected chains of at most 20 tasks, got one of 100. Join tasks that only follow one another.",
    ],
  ])("%s %s", async (_, __, proposal, issue) => {
    const { status, reason, agents, run } = await runOf(proposal);

    expect(status).toBe("failed");
    expect(reason).toBe(`The planner's plan does not stand after 2 attempts:\n${issue}`);
    expect(agents.requests.plan.map(({ issues }) => issues)).toEqual([[], [issue]]);
    expect(typesOf(run.log)).not.toContain("attempt.queued");
  });
});

test("[P01] a plan has a cycle exactly when the check names one, and the cycle it names is one", () => {
  const tangles = fc.array(fc.array(fc.nat(11), { maxLength: 2 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(tangles, (needs) => {
      const ids = needs.map((_, index) => `t${index}`);
      const dependsOn = (index: number): string[] => {
        const others = (needs[index] ?? []).map((need) => `t${need % ids.length}`);
        return [...new Set(others)].filter((id) => id !== `t${index}`);
      };
      const plan = planOf(Object.fromEntries(ids.map((id, index) => [id, { dependsOn: dependsOn(index) }])));
      const [issue] = issuesOf(plan).filter((each) => each.startsWith("PLAN_CYCLE"));
      expect(issue !== undefined).toBe(ids.length > removable(plan));

      const path = [...(issue ?? "").matchAll(/"(t\d+)"/g)].map(([, id]) => id ?? "");
      for (const [at, id] of path.slice(1).entries()) {
        expect(plan.tasks.find((task) => task.id === id)?.dependsOn).toContain(path[at]);
      }
    }),
    { numRuns: 500 },
  );
});

/** How many tasks can be taken away, one after the other, that need nothing which is left. */
function removable({ tasks }: Plan): number {
  const gone = new Set<string>();
  for (let before = -1; before !== gone.size; ) {
    before = gone.size;
    for (const { id, dependsOn } of tasks) if (dependsOn.every((need) => gone.has(need))) gone.add(id);
  }
  return gone.size;
}

test("[P05] ids that differ in case, accents or blanks are none", () => {
  for (const id of ["Facts", " facts", "fäcts", "facts\u200b", "ﬁrst", "a b", "", "-a", "x".repeat(65)]) {
    expect(issuesOf({ tasks: [taskOf(id)], answer: id })[0]).toMatch(/^PLAN_SHAPE: tasks\[0\]\.id: /);
  }
});

test("[P09] a plan of 10,000 tasks is refused by its count, before anything is built from it", () => {
  const bomb = { tasks: Array.from({ length: 10_000 }, () => ({ id: 7 })), answer: "x" };

  // The tasks are not even of the right form: nobody has looked at them.
  expect(issuesOf(bomb)).toEqual([
    "PLAN_TOO_LARGE: Expected at most 100 tasks, got 10000 or more. Plan larger tasks.",
  ]);
});

test("[P11] a chain of 50,000 is ordered without running out of stack", () => {
  const checked = checkPlan(chain(50_000), testTeam, {
    ...DEFAULT_PLAN_LIMITS,
    maxTasks: 60_000,
    maxEdges: 60_000,
    maxDepth: 60_000,
    maxTopTierShare: 1,
  });

  expect(checked.ok).toBe(true);
});

test("[P19] a task may be called like what every object has, and nothing happens by it", async () => {
  const { run } = launch(
    planOf({ constructor: {}, tostring: {}, hasownproperty: { dependsOn: ["constructor", "tostring"] } }),
  );
  const { outputs } = await run.result();

  expect(Object.keys(outputs)).toEqual(["constructor", "tostring", "hasownproperty"]);
  expect(issuesOf({ tasks: [taskOf("__proto__")], answer: "__proto__" })[0]).toMatch(
    /^PLAN_SHAPE: tasks\[0\]\.id/,
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("[P25] a plan that puts everything on the top tier is asked for again, and then lowered with the reason", async () => {
  const { run, agents } = launch("Anything.", { plan: wide(10, { tier: "opus" }) });
  await run.result();

  expect(agents.requests.plan[1]?.issues).toEqual([
    'PLAN_TIER_INFLATION: 10 of 10 tasks start at "opus" ("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9", "t10"); at most 2 may. Start at "opus" only what a tier below cannot do.',
  ]);
  const [accepted] = eventsOf(run.log, "plan.accepted");
  expect(accepted?.tasks.filter(({ tier }) => tier === "opus")).toHaveLength(2);
  expect(accepted?.changes).toHaveLength(8);
  expect(accepted?.changes[0]).toEqual({
    taskId: "t1",
    field: "tier",
    from: "opus",
    to: "sonnet",
    reason: "At most 2 of 10 tasks may start at the top tier.",
  });
});

test("[P26] a plan cannot start a role below its lowest tier", () => {
  const team = {
    ...testTeam,
    executors: {
      ...testTeam.executors,
      worker: { ...testTeam.executors.worker, minTier: "sonnet" as const },
    },
  };
  const checked = checkPlan(planOf({ a: { tier: "haiku" } }), team, DEFAULT_PLAN_LIMITS);

  expect(checked).toMatchObject({
    ok: true,
    plan: {
      tasks: [{ tier: "sonnet", plannedTier: "haiku" }],
      changes: [
        {
          taskId: "a",
          field: "tier",
          from: "haiku",
          to: "sonnet",
          reason: 'Role "worker" runs from "sonnet" to "opus".',
        },
      ],
    },
  });
});

test("[P32] an output that nobody uses is a warning, and the task runs", async () => {
  const { run } = launch(planOf({ aside: {}, answer: {} }));
  const { outputs } = await run.result();

  expect(run.state.plan?.warnings).toEqual([
    'PLAN_UNUSED_OUTPUT: nothing uses the output of "aside", and none of them is the answer.',
  ]);
  expect(Object.keys(outputs)).toEqual(["aside", "answer"]);
});

test("[P34] once a plan is accepted, no other is asked for and none is taken", async () => {
  const { run, agents } = launch("Anything.", { plan: wide(2), execute: [ok("one"), ok("two")] });
  await run.result();

  expect(agents.requests.plan).toHaveLength(1);
  expect(eventsOf(run.log, "plan.accepted")).toHaveLength(1);
  expect(run.state.plan?.tasks.map(({ id }) => id)).toEqual(["t1", "t2"]);
});

test("[P36] [E29] a known secret is recorded nowhere, whoever wrote it", async () => {
  const secret = "sk-test-0123456789";
  const { run } = launch(
    `Use ${secret}.`,
    {
      plan: planOf({ a: { brief: `Log in with ${secret}.` } }),
      execute: ok(`I used ${secret} and ${btoa(secret)}.`),
    },
    { secrets: [secret] },
  );
  await run.result();
  const log = JSON.stringify(run.log);

  expect(log).not.toContain(secret);
  expect(log).not.toContain(btoa(secret).replace(/=+$/, ""));
  expect(log).toContain("[redacted]");
});
