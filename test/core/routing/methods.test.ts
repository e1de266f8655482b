// Each way to route that the field's articles describe, by its name, in a run or at a question.
import {
  checkInvariants,
  classifierRouter,
  contextSizeRouter,
  createOrchestrator,
  type DefaultTier,
  defaultTable,
  defineTeam,
  domainRouter,
  firstOf,
  highestOf,
  keywordRouter,
  type Plan,
  plannerRouter,
  type Router,
  type RunEvent,
  type SubmitOptions,
  tableRouter,
} from "@terrace/core";
import {
  accept,
  countingIds,
  eventsOf,
  fault,
  ok,
  planOf,
  reject,
  type ScriptedOptions,
  scriptedAgents,
  tiersOf,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest } from "../support.js";

/** A run of a team with a router, over plans by hand or by a scripted planner. */
function pursue(
  work: string | Plan,
  by: Router | undefined,
  script: ScriptedOptions = {},
  submitted: SubmitOptions = {},
) {
  const team = defineTeam({
    models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku" } },
    reviewer: { auditShare: 0 },
    ...(by && { router: by }),
  });
  const agents = scriptedAgents(script);
  const run = createOrchestrator({ agents, team, env: countingIds() }).submit(work, submitted);
  return { run, agents };
}

/** Where each task of a run made its first attempt. */
const starts = (log: readonly RunEvent[]): { readonly [taskId: string]: string } =>
  Object.fromEntries(
    eventsOf(log, "attempt.queued").flatMap(({ taskId, attempt, route }) =>
      attempt === 1 ? [[taskId, route.tier]] : [],
    ),
  );

test("keyword router: a task starts by the words in its title and brief, the dearest first, else in the middle", async () => {
  const middle = tableRouter({ task: { tier: "sonnet" } });
  const plan = planOf({
    labels: { brief: "Classify the support tickets." },
    tests: { brief: "Cover the auth module." },
    topology: { brief: "Architect the pipeline, and extract what is needed." },
  });
  const { run } = pursue(plan, firstOf(keywordRouter(), middle));
  await run.result();

  expect(starts(run.log)).toEqual({ labels: "haiku", tests: "sonnet", topology: "opus" });
});

test("classifier router: the cheapest model says how complex a task is, and that names the tier", async () => {
  const complexities = { easy: "mechanical", usual: "generative", hard: "reasoning" } as const;
  const { run, agents } = pursue(planOf({ easy: {}, usual: {}, hard: {} }), classifierRouter(), {
    classify: ({ task }) => ({
      outcome: "ok",
      value: { complexity: complexities[task.id as "easy"], errorCost: "low", reason: "So." },
    }),
  });
  await run.result();

  expect(starts(run.log)).toEqual({ easy: "haiku", usual: "sonnet", hard: "opus" });
  expect(agents.requests.classify.map(({ route }) => route.tier)).toEqual(["haiku", "haiku", "haiku"]);
});

test("routing table: the kind of a task names its tier, and how much its first attempt may write", async () => {
  const plan = planOf({
    tidy: { kind: "format" },
    build: { kind: "implement" },
    audit: { kind: "security-review" },
  });
  const { run, agents } = pursue(plan, tableRouter(defaultTable()));
  await run.result();

  expect(starts(run.log)).toEqual({ tidy: "haiku", build: "sonnet", audit: "opus" });
  expect(agents.requests.execute.map(({ maxTokens }) => maxTokens)).toEqual([8_000, undefined, undefined]);
});

test.each<[string, DefaultTier]>([
  ["docs", "haiku"],
  ["frontend", "sonnet"],
  ["security", "opus"],
])("domain routing: the tasks of a run about %s start at %s, whatever they are", async (domain, tier) => {
  const { run } = pursue(planOf({ a: { kind: "format" } }), domainRouter(), {}, { domain });
  await run.result();

  expect(starts(run.log)).toEqual({ a: tier });
});

test("orchestrator–worker: the top plans once, cheaper workers do the parts side by side, one puts them together", async () => {
  const plan = planOf({
    feature: { tier: "sonnet" },
    tests: { tier: "sonnet" },
    format: {},
    whole: { tier: "sonnet", dependsOn: ["feature", "tests", "format"] },
  });
  const { run, agents } = pursue("Build it.", plannerRouter(), {
    plan,
    execute: async ({ task, route }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return ok(`${task.id} by ${route.tier}`);
    },
  });
  const { answer } = await run.result();

  expect(agents.requests.plan.map(({ route }) => route.tier)).toEqual(["opus"]);
  expect(starts(run.log)).toEqual({ feature: "sonnet", tests: "sonnet", format: "haiku", whole: "sonnet" });
  expect(agents.mostUnderWay()).toBeGreaterThanOrEqual(3);
  expect(agents.requests.execute.at(-1)?.inputs.map(({ taskId }) => taskId)).toEqual([
    "feature",
    "tests",
    "format",
  ]);
  expect(answer).toBe("whole by sonnet");
});

test("escalation pattern: each tier that struggles hands its draft to the next, and the first success is returned", async () => {
  const { run, agents } = pursue(planOf({ a: {} }), plannerRouter(), {
    execute: { a: { haiku: ok("a guess"), sonnet: ok("the answer") } },
    review: { a: [reject("No source."), accept] },
  });
  const { answer } = await run.result();

  expect(tiersOf(run.log, "a")).toEqual(["haiku", "sonnet"]);
  expect(agents.requests.execute[1]?.draft).toMatchObject({ output: "a guess", findings: ["No source."] });
  expect(answer).toBe("the answer");
});

test("plan-and-execute with confidence gating: the planner names tiers with reasons, and the less sure an executor is, the stronger the reviewer", async () => {
  const plan = planOf({
    sure: { tierReason: "The figures stand there." },
    fair: { tierReason: "The figures stand there." },
    unsure: { tierReason: "The figures stand there." },
  });
  const { run, agents } = pursue("Compare the offers.", plannerRouter(), {
    plan,
    execute: {
      sure: ok("1", { confidence: "high" }),
      fair: ok("2", { confidence: "medium" }),
      unsure: ok("3", { confidence: "low" }),
    },
  });
  await run.result();

  expect(eventsOf(run.log, "task.routed")[0]).toMatchObject({
    router: "planner",
    reason: "The figures stand there.",
  });
  const reviewers = Object.fromEntries(
    agents.requests.review.map(({ task, route }) => [task.id, route.tier]),
  );
  expect(reviewers).toEqual({ sure: "haiku", fair: "sonnet", unsure: "sonnet" });
  expect(eventsOf(run.log, "task.accepted").map(({ by }) => by)).toEqual([
    "reviewer",
    "reviewer",
    "reviewer",
  ]);
});

describe("two-dimension classification", () => {
  test.each([
    ["mechanical", "low", "haiku"],
    ["mechanical", "high", "sonnet"],
    ["generative", "low", "sonnet"],
    ["generative", "high", "opus"],
    ["reasoning", "low", "opus"],
    ["reasoning", "high", "opus"],
  ] as const)(
    "complexity × error cost: %s work of which an error costs %s starts at %s",
    async (complexity, errorCost, tier) => {
      const classify = { outcome: "ok", value: { complexity, errorCost, reason: "So." } } as const;
      const { run } = pursue(planOf({ a: {} }), classifierRouter(), { classify });
      await run.result();

      expect(starts(run.log)).toEqual({ a: tier });
    },
  );
});

describe("a context over the window", () => {
  const windows = { "model-haiku": { contextTokens: 2_000 }, "model-sonnet": { contextTokens: 100_000 } };
  const by = highestOf(plannerRouter(), contextSizeRouter(windows));
  const plan = planOf({ read: {}, sum: { dependsOn: ["read"] } });

  test("goes to a larger model, as soon as it is known how much there is to read", async () => {
    const { run } = pursue(plan, by, { execute: { read: ok("x".repeat(8_000)) } });
    await run.result();

    expect(starts(run.log)).toEqual({ read: "haiku", sum: "sonnet" });
  });

  test("goes to a larger model also when only the model itself finds it too long", async () => {
    const { run } = pursue(plan, by, {
      execute: { sum: { haiku: fault("context_exceeded"), sonnet: ok("done") } },
    });
    await run.result();

    expect(tiersOf(run.log, "sum")).toEqual(["haiku", "sonnet"]);
  });
});

test("never down in mid-task: once a task has begun it is not routed again, and what is repaired stays where it climbed", async () => {
  const cheaper = tableRouter({ task: { tier: "haiku" } });
  const { run } = pursue(planOf({ a: {} }), cheaper, {
    execute: {
      a: { haiku: ok("a guess"), sonnet: [fault("invalid_output"), ok("better")], opus: ok("best") },
    },
    review: { a: [reject("No."), reject("No."), accept] },
  });
  await run.result();

  expect(eventsOf(run.log, "task.routed")).toHaveLength(1);
  const order = tiersOf(run.log, "a").map((tier) => ["haiku", "sonnet", "opus"].indexOf(tier));
  expect(order).toEqual([0, 1, 1, 2]);
  expect(checkInvariants(run.log)).toEqual([]);
});

test("two failures go up: an answer that cannot be read is asked for once more, and then one tier higher", async () => {
  const { run } = pursue(planOf({ a: {} }), plannerRouter(), {
    execute: { a: { haiku: fault("invalid_output"), sonnet: ok("the answer") } },
  });
  await run.result();

  expect(tiersOf(run.log, "a")).toEqual(["haiku", "haiku", "sonnet"]);
});

test("the top failing goes to a person, and what does not depend on it goes on", async () => {
  const plan = planOf({ hard: { tier: "opus" }, easy: {}, whole: { dependsOn: ["hard", "easy"] } });
  const { run } = pursue(plan, plannerRouter(), { review: { hard: reject("Still wrong.") } });
  await atRest(run);

  expect(eventsOf(run.log, "task.flagged")).toMatchObject([{ taskId: "hard" }]);
  expect(eventsOf(run.log, "task.accepted").map(({ taskId }) => taskId)).toEqual(["easy"]);
  expect(run.state.halt?.reason).toBe("person");
});
