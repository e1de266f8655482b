import {
  checkInvariants,
  createOrchestrator,
  DeclarationError,
  defineTeam,
  firstOf,
  memoryStore,
  plannerRouter,
  type Router,
  router,
  type TeamDeclaration,
  tableRouter,
} from "@terrace/core";
import { accept, blame, fault, planOf, reject, scriptedAgents, testTeam, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, launch, rejectionOf } from "../support.js";

const teamWith = (more: Partial<TeamDeclaration<"haiku" | "sonnet" | "opus", "worker">>) =>
  defineTeam({
    models: { haiku: "model-haiku", sonnet: "model-sonnet", opus: "model-opus" },
    planner: { tier: "opus" },
    executors: { worker: { tier: "haiku", maxTier: "sonnet" } },
    reviewer: { auditShare: 0 },
    ...more,
  });
const routed = (by: Router) => teamWith({ router: by });

test("a task is routed before its first attempt, with every proposal and the reason of the winner", async () => {
  const team = routed(firstOf(tableRouter({ task: { tier: "sonnet", maxTokens: 500 } }), plannerRouter()));
  const { run, agents } = launch(wide(1), {}, { team });
  await run.result();

  const about = run.log.filter((event) => "taskId" in event && event.taskId === "t1");
  expect(about.map(({ type }) => type).slice(0, 2)).toEqual(["task.routed", "attempt.queued"]);
  expect(about[0]).toMatchObject({
    tier: "sonnet",
    router: "table",
    reason: 'The table starts "task" at sonnet, and may write 500 tokens.',
    maxTokens: 500,
    proposals: [
      { router: "table", tier: "sonnet" },
      { router: "planner", tier: "haiku", reason: "It is simple." },
    ],
  });
  expect(agents.requests.execute[0]).toMatchObject({ route: { tier: "sonnet" }, maxTokens: 500 });
  expect(checkInvariants(run.log)).toEqual([]);
});

test("only the first attempt is bound by the tokens of the table", async () => {
  const team = routed(tableRouter({ task: { tier: "haiku", maxTokens: 500 } }));
  const { run, agents } = launch(wide(1), { review: { t1: { haiku: reject("No.") } } }, { team });
  await atRest(run);

  expect(agents.requests.execute.map(({ maxTokens }) => maxTokens)).toEqual([500, undefined]);
});

test("without any proposal the plan's own tier stands, and the log says so", async () => {
  const { run } = launch(wide(1), {}, { team: routed(router("silent", () => undefined)) });
  await run.result();

  const event = run.log.find(({ type }) => type === "task.routed");
  expect(event).toMatchObject({ router: "planner", tier: "haiku", reason: "It is simple.", proposals: [] });
});

test("a role keeps its tasks within its tiers, whatever a router or a pin says", async () => {
  const opus = router("opus", () => ({ tier: "opus", reason: "Why not.", confidence: "low" }));
  const { run } = launch(wide(2), {}, { team: routed(opus) }, { pins: { t2: "opus" } });
  await run.result();

  const reasons = run.log.flatMap((event) =>
    event.type === "task.routed" ? [`${event.tier}: ${event.reason}`] : [],
  );
  expect(reasons).toEqual([
    "sonnet: Why not. Its role keeps it at sonnet.",
    'sonnet: "t2" is pinned to opus. Its role keeps it at sonnet.',
  ]);
});

test("a person's pin wins over every router", async () => {
  const { run } = launch(
    wide(1),
    {},
    { team: routed(tableRouter({ task: { tier: "haiku" } })) },
    { pins: { task: "sonnet" } },
  );
  await run.result();

  expect(run.log.find(({ type }) => type === "task.routed")).toMatchObject({
    router: "pin",
    tier: "sonnet",
    proposals: [{ router: "pin" }, { router: "table", tier: "haiku" }],
  });
});

test("a task is routed when its inputs are there, by how much they are", async () => {
  const sizes: number[] = [];
  const measuring = router("measuring", ({ contextTokens }) => {
    sizes.push(contextTokens);
    return undefined;
  });
  const plan = planOf({ facts: {}, essay: { dependsOn: ["facts"] } });
  const output = {
    outcome: "ok",
    value: { output: "x".repeat(4_000), confidence: "high", because: "", unverified: [] },
  } as const;
  const { run } = launch(plan, { execute: { facts: output } }, { team: routed(measuring) });
  await run.result();

  expect((sizes[1] ?? 0) - (sizes[0] ?? 0)).toBeGreaterThan(990);
});

describe("a router that asks a model", () => {
  const asking = router(
    "asking",
    ({ classification }) =>
      classification === null
        ? undefined
        : { tier: "sonnet", reason: classification.reason, confidence: "medium" },
    "haiku",
  );

  test("is told what the model says, and the call has a purpose of its own in the ledger", async () => {
    const usage = { inputTokens: 10, costMicroUsd: 7 };
    const { run, agents } = launch(wide(1), { usage }, { team: routed(asking) });
    await run.result();

    expect(agents.requests.classify[0]).toMatchObject({ task: { id: "t1" }, route: { tier: "haiku" } });
    expect(run.log.find(({ type }) => type === "task.routed")).toMatchObject({ reason: "Plain work." });
    expect(run.ledger.byPurpose.classify).toMatchObject({ calls: 1, usd: 0.000007 });
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test.each([
    ["brings no answer", fault("transport")],
    ["refuses", fault("refused")],
    ["answers nonsense", { outcome: "ok", value: { complexity: "huge" } } as never],
  ])("routes without when it %s", async (_, classify) => {
    const { run } = launch(wide(1), { classify }, { team: routed(asking) });
    await run.result();

    expect(run.log.map(({ type }) => type)).toContain("classification.failed");
    expect(run.log.find(({ type }) => type === "task.routed")).toMatchObject({ router: "planner" });
  });

  test("is not asked twice about a task whose input is taken back meanwhile", async () => {
    let answer = (): void => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const plan = planOf({ facts: {}, second: { dependsOn: ["facts"] }, late: { dependsOn: ["facts"] } });
    const value = { complexity: "generative", errorCost: "low", reason: "Plain." } as const;
    const { run, agents } = launch(
      plan,
      {
        async classify({ task }) {
          if (task.id === "late") await slow;
          return { outcome: "ok", value };
        },
        review: { second: [blame("facts", "Wrong."), accept] },
      },
      { team: teamWith({ router: asking, executors: { worker: { tier: "haiku" } } }) },
    );
    run.on("task.blamed", () => queueMicrotask(answer));
    const { outcome } = await run.result();

    expect(outcome).toBe("complete");
    expect(agents.requests.classify.filter(({ task }) => task.id === "late")).toHaveLength(1);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("needs agents that can be asked", () => {
    const { classify: _, ...agents } = scriptedAgents();

    expect(() => createOrchestrator({ agents, team: routed(asking) })).toThrow(
      new DeclarationError("OPTIONS_INVALID", [
        'Expected `agents` that classify tasks, since the team\'s router asks a model at "haiku", got ones that do not. ' +
          "Give them a `classify`, or leave the classifier out of the router.",
      ]),
    );
  });
});

describe("what earlier runs taught", () => {
  test("is recorded before anything begins, and told to the router and the planner", async () => {
    const store = memoryStore();
    const asked: number[] = [];
    const learning = router("learning", ({ calibration }) => {
      asked.push(calibration.length);
      return undefined;
    });
    const team = routed(learning);
    await launch(wide(3), { review: { t1: { haiku: reject("No.") } } }, { team, store }).run.result();
    const { run, agents } = launch(
      "anything",
      { plan: wide(1) },
      { team, store, env: { id: (what) => `${what}-2` } },
    );
    await run.result();

    expect(run.log.map(({ type }) => type).slice(0, 3)).toEqual([
      "run.submitted",
      "calibration.loaded",
      "plan.queued",
    ]);
    const loaded = run.log[1];
    expect(loaded).toMatchObject({ runs: 1, unread: 0 });
    expect(loaded?.type === "calibration.loaded" && loaded.rows).toMatchObject([
      { kind: "task", role: "worker", tier: "haiku", tasks: 3, escalated: 1, started: 3, acceptedFirst: 2 },
      { kind: "task", role: "worker", tier: "sonnet", tasks: 1, accepted: 1, started: 0 },
    ]);
    expect(asked.at(-1)).toBe(2);
    expect(agents.requests.plan[0]?.calibration).toHaveLength(2);
  });

  test("is left out when nothing is to be learnt from", async () => {
    const { run } = launch(wide(1), {}, { team: routed(plannerRouter()), learnFrom: 0 });
    await run.result();

    expect(run.log.map(({ type }) => type)).not.toContain("calibration.loaded");
  });
});

describe("reviews by sample", () => {
  const sampled = (share: number) => teamWith({ reviewer: { auditShare: 0, sample: { task: share } } });

  test("spare the outputs of a declared kind that are not of the sample", async () => {
    const { run, agents } = launch(wide(40), {}, { team: sampled(0.25) });
    const { census } = await run.result();

    const by = run.log.flatMap((event) => (event.type === "task.accepted" ? [event.by] : []));
    expect(by.filter((each) => each === "rule").length + agents.requests.review.length).toBe(40);
    expect(agents.requests.review.length).toBeGreaterThan(2);
    expect(agents.requests.review.length).toBeLessThan(20);
    expect(census).toBeDefined();
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test.each([
    ["an error costs much", { errorCost: "high" as const }],
    ["another kind", { kind: "other" }],
  ])("spare nothing of which %s", async (_, sketch) => {
    const { run, agents } = launch(wide(3, sketch), {}, { team: sampled(0) });
    await run.result();

    expect(agents.requests.review).toHaveLength(3);
  });

  test("may differ by tier: what the top makes is spared, where nobody is left to do it better", async () => {
    const sample = { task: { sonnet: 0 } };
    const team = teamWith({ reviewer: { auditShare: 0, sample } });
    const { run, agents } = launch(wide(1), { review: reject("No.") }, { team });
    await run.result();

    expect(agents.requests.review.map(({ executedAt }) => executedAt)).toEqual(["haiku"]);
    expect(run.log.find(({ type }) => type === "task.accepted")).toMatchObject({
      tier: "sonnet",
      by: "rule",
    });
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("are refused for tiers that the ladder does not have", () => {
    expect(() => teamWith({ reviewer: { sample: { task: { gold: 0 } } } })).toThrow(
      'Expected `reviewer.sample.task` to be a tier of the ladder ("haiku", "sonnet", "opus"), got `"gold"`.',
    );
  });

  test("break an invariant where no team declares them", async () => {
    const { run } = launch(wide(1), {}, { team: sampled(0) });
    await run.result();
    const undeclared = run.log.map((event) =>
      event.type === "run.submitted"
        ? { ...event, team: { ...event.team, reviewer: { ...event.team.reviewer, sample: {} } } }
        : event,
    );

    expect(checkInvariants(undeclared).map(({ invariant }) => invariant)).toEqual(["I-19"]);
  });
});

describe("a run of a team with a router", () => {
  const team = routed(plannerRouter());

  test("is resumed with that router alone", async () => {
    const store = memoryStore();
    const agents = scriptedAgents({ execute: fault("transport", { pause: "network" }) });
    const first = createOrchestrator({ agents, team, store }).submit(wide(1));
    await first.result().catch(() => undefined);
    const other = createOrchestrator({ agents: scriptedAgents(), team: testTeam, store });

    expect(await complaintOf(other.resume(first.id))).toEqual({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining(
        `Run "${first.id}" was submitted with the router "planner", which no log can keep, ` +
          "and this team has none. Give this orchestrator a team with that router.",
      ),
    });
    const resumed = await createOrchestrator({ agents: scriptedAgents(), team, store }).resume(first.id);
    expect((await resumed.result()).outcome).toBe("complete");
  });

  test.each([
    [
      { pins: { t1: "gold" } },
      'Expected `pins.t1` to be a tier of the ladder ("haiku", "sonnet", "opus"), got `"gold"`.',
    ],
    [
      { domain: "" },
      'Expected `domain` to be valid (Too small: expected string to have >=1 characters), got `""`.',
    ],
  ])("is refused with %j", async (submitted, issue) => {
    const error = await rejectionOf((async () => launch(wide(1), {}, { team }, submitted))());

    expect(error).toMatchObject({ code: "OPTIONS_INVALID", issues: [issue] });
  });

  test("is what words for routers need", async () => {
    const error = await rejectionOf((async () => launch(wide(1), {}, {}, { domain: "law" }))());

    expect(error).toMatchObject({
      issues: [
        'Expected a team with a `router`, since "domain" is for one, got one without. ' +
          "Declare one, such as `router: plannerRouter()`.",
      ],
    });
  });
});
