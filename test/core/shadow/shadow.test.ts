import {
  type Agents,
  checkInvariants,
  createOrchestrator,
  defineTeam,
  memoryStore,
  type Run,
  type ShadowReport,
} from "@terrace/core";
import { fault, ok, planOf, reject, scriptedAgents, testTeam, typesOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { complaintOf, withTools } from "../support.js";
import { shadowed, usage } from "./support.js";

const prefer = (better: "first" | "second" | "neither") =>
  ({ outcome: "ok", value: { better, reason: `It is ${better}.` } }) as const;
const atSonnet = planOf({ a: { tier: "sonnet" } });

describe("a shadow run", () => {
  test("reviews what was accepted again, one tier above its reviewer, or at the top", async () => {
    const { report, agents } = await shadowed(planOf({ a: {}, b: { tier: "opus" } }), {}, { oneDown: false });

    expect(
      report.samples.map(({ taskId, reviewTier, regradedAt }) => [taskId, reviewTier, regradedAt]),
    ).toEqual([
      ["a", "haiku", "sonnet"],
      ["b", "opus", "opus"],
    ]);
    expect(agents.requests.review.map(({ route }) => route.tier)).toEqual(["sonnet", "opus"]);
    expect(report).toMatchObject({ regraded: 2, upheld: 2, loweredTried: 0, notes: [] });
  });

  test("leaves the run that it grades as it was, and is a run of its own with its own bill", async () => {
    const { run, shadow, store } = await shadowed(planOf({ a: { tier: "sonnet" }, b: { dependsOn: ["a"] } }));

    expect(await store.read(run.id)).toEqual(run.log);
    expect(shadow.id).not.toBe(run.id);
    expect(shadow.state.goal).toBe(`Shadow of ${run.id}: ${run.state.goal}`);
    expect(shadow.ledger.byPurpose).toEqual({ shadow: expect.objectContaining({ calls: 5, usd: 0.00005 }) });
    expect(Object.keys(shadow.ledger.byRole).sort()).toEqual(["comparer", "reviewer", "worker"]);
    expect(shadow.log.at(0)).toMatchObject({ shadow: { ofRunId: run.id, share: 1, oneDown: "wanted" } });
    expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  });

  test("tells the reviewer neither the tier nor the attempt, nor what was found before", async () => {
    const { agents, run } = await shadowed(
      atSonnet,
      {},
      { oneDown: false },
      {},
      {
        execute: ok("forty-two", { confidence: "low", because: "It was a guess." }),
      },
    );
    const [request] = agents.requests.review;

    expect(request).toMatchObject({
      executedAt: null,
      attempt: 1,
      issues: [],
      output: "forty-two",
      goal: run.state.goal,
    });
    expect(JSON.stringify({ ...request, route: null, task: null })).not.toMatch(/sonnet|low|guess|accept/);
  });

  test("overturns what the stronger reviewer does not accept, and then tries nothing lower", async () => {
    const { report, agents } = await shadowed(atSonnet, { review: reject("The sum is wrong.") });

    expect(report.samples).toMatchObject([
      { verdict: "overturned", reason: "The sum is wrong.", loweredTo: null },
    ]);
    expect(report).toMatchObject({ regraded: 1, upheld: 0, loweredTried: 0 });
    expect(agents.requests.execute).toEqual([]);
  });

  test("has no tool act: a task with tools is not tried lower, and its reviewer is told of them", async () => {
    const { report, agents } = await shadowed(atSonnet, {}, {}, { team: withTools(["send"]) });

    expect(agents.requests.execute).toEqual([]);
    expect(agents.requests.review.map(({ tools }) => tools)).toEqual([["send"]]);
    expect(report).toMatchObject({ regraded: 1, loweredTried: 0 });
  });

  test("holds it against nobody when an input is to blame", async () => {
    const blaming = (request: Parameters<ReturnType<typeof reject>>[0]) => {
      const answer = reject("The facts are wrong.")(request);
      return answer.outcome === "ok" ? { ...answer, value: { ...answer.value, blame: "a" } } : answer;
    };
    const plan = planOf({ a: {}, b: { dependsOn: ["a"] } });
    const { report } = await shadowed(plan, { review: { b: blaming } });

    expect(report.samples.map(({ verdict }) => verdict)).toEqual(["upheld", "blamed"]);
    expect(report).toMatchObject({ regraded: 1, upheld: 1 });
  });

  test("grades what a rule accepted by a reviewer one tier above its executor, and nothing that a person did", async () => {
    const team = defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku" } },
      reviewer: { sample: { task: 0 } },
    });
    const { report } = await shadowed(wide(1), {}, { oneDown: false }, { team });
    expect(report.samples).toMatchObject([{ reviewTier: null, regradedAt: "sonnet" }]);

    const store = memoryStore();
    const orchestrator = createOrchestrator({
      agents: scriptedAgents({ review: reject("No.") }),
      team: testTeam,
      store,
    });
    const run = orchestrator.submit(planOf({ a: { tier: "opus" } }));
    await run.result().catch(() => undefined);
    await run.resolve("a", { action: "accept" });
    await run.result();
    const shadow = await orchestrator.shadow(run.id, { share: 1 });
    await shadow.result();
    expect(shadow.state.answer).toMatchObject({ samples: [] });
  });
});

describe("one tier down", () => {
  test("the task is done as if nobody had done it, and compared in both orders, without a word on who did which", async () => {
    const plan = planOf({ facts: {}, a: { tier: "sonnet", dependsOn: ["facts"] } });
    const { agents, report } = await shadowed(plan, { execute: ok("lower") });

    expect(agents.requests.execute).toMatchObject([
      {
        task: { id: "a" },
        route: { tier: "haiku" },
        attempt: 1,
        reason: "first",
        draft: undefined,
        fault: undefined,
      },
    ]);
    expect(agents.requests.execute[0]?.inputs).toMatchObject([{ taskId: "facts", output: "facts by haiku" }]);
    expect(agents.requests.compare.map(({ first, second, route }) => [first, second, route.tier])).toEqual([
      ["a by sonnet", "lower", "opus"],
      ["lower", "a by sonnet", "opus"],
    ]);
    expect(report).toMatchObject({ loweredTried: 1, loweredAsGood: 1 });
  });

  test.each([
    ["as_good", ["second", "first"]],
    ["as_good", ["neither", "first"]],
    ["worse", ["first", "second"]],
    ["undecided", ["first", "first"]],
    ["undecided", ["first", "neither"]],
  ] as const)("it is %s when the orders say %j", async (lowered, [ab, ba]) => {
    const { report } = await shadowed(
      atSonnet,
      { compare: [prefer(ab), prefer(ba)] },
      {},
      { concurrency: 1 },
    );

    expect(report.samples).toMatchObject([
      { loweredTo: "haiku", lowered, loweredReason: `It is ${ab}. It is ${ba}.` },
    ]);
    expect(report.loweredAsGood).toBe(lowered === "as_good" ? 1 : 0);
  });

  test("an output that fails its checks is worse, and compared with nothing", async () => {
    const checks = {
      worker: [
        { name: "length", run: (output: unknown) => (output === "short" ? ["It is too short."] : []) },
      ],
    };
    const { report, agents } = await shadowed(atSonnet, { execute: ok("short") }, {}, { checks });

    expect(report.samples).toMatchObject([{ lowered: "worse", loweredReason: "length: It is too short." }]);
    expect(agents.requests.compare).toEqual([]);
  });

  test("an output must have the form that was asked of the accepted one", async () => {
    const outputs = { worker: z.object({ total: z.number() }) };
    const first = { execute: ok({ total: 1 }) };
    const { report, agents } = await shadowed(atSonnet, { execute: ok("one") }, {}, { outputs }, first);

    expect(agents.requests.execute[0]?.outputSchema).toMatchObject({
      properties: { total: { type: "number" } },
    });
    expect(report.samples[0]?.lowered).toBe("worse");
  });

  test("nothing is tried below the cheapest tier, below the tiers of the role, or where the task had failed", async () => {
    const team = defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku" }, senior: { tier: "sonnet", minTier: "sonnet" } },
    });
    const plan = planOf({ cheap: {}, senior: { role: "senior", tier: "sonnet" }, risen: {} });
    const first = { review: { risen: { haiku: reject("No.") } } };
    const { report, agents } = await shadowed(plan, {}, {}, { team }, first);

    expect(report.samples.map(({ tier, loweredTo }) => [tier, loweredTo])).toEqual([
      ["haiku", null],
      ["sonnet", null],
      ["sonnet", null],
    ]);
    expect(agents.requests.execute).toEqual([]);
  });

  test("agents that do not compare only review again, and the report says so", async () => {
    const store = memoryStore();
    const { compare: _, ...agents } = scriptedAgents();
    const orchestrator = createOrchestrator({ agents: agents as Agents, team: testTeam, store });
    const run = orchestrator.submit(atSonnet);
    await run.result();
    const shadow = await orchestrator.shadow(run.id, { share: 1 });
    const report = (await shadow.result()).answer as unknown as ShadowReport;

    expect(report).toMatchObject({ regraded: 1, loweredTried: 0 });
    expect(report.notes).toEqual(["Nothing was tried one tier lower: these agents do not compare outputs."]);
  });
});

describe("a step that brings no answer", () => {
  test("is recorded, and the others go on without it", async () => {
    const { shadow, report } = await shadowed(planOf({ a: { tier: "sonnet" }, b: {} }), {
      review: { a: fault("refused", { message: "It declines." }) },
      compare: fault("invalid_output", { message: "It names neither." }),
    });

    expect(shadow.state.status).toBe("completed");
    expect(report.samples).toMatchObject([
      {
        verdict: "none",
        reason: "It declines.",
        loweredTo: "haiku",
        lowered: "none",
        loweredReason: "It names neither.",
      },
      { verdict: "upheld", loweredTo: null },
    ]);
    expect(report).toMatchObject({ regraded: 1, upheld: 1, loweredTried: 0 });
    expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  });

  test("for want of an answer is asked for again, as often as any work of the run", async () => {
    const transport = fault("transport");
    const { agents, shadow } = await shadowed(
      wide(1),
      { review: transport },
      {},
      { limits: { maxRetries: 2 } },
    );

    expect(agents.requests.review.map(({ retry }) => retry)).toEqual([0, 1, 2]);
    expect(shadow.state.status).toBe("completed");
    expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  });

  test("since the whole provider is shut pauses the run, which asks again when it is resumed", async () => {
    const shut = fault("transport", {
      retryable: false,
      scope: "run",
      pause: "auth",
      message: "The key is wrong.",
    });
    const { shadow, agents } = await shadowed(wide(2), {
      review: [shut, shut, (request) => reject("No.")(request)],
    });
    expect(shadow.state).toMatchObject({ status: "paused", halt: { reason: "auth" } });

    await shadow.resume();
    await shadow.result();
    expect(agents.requests.review).toHaveLength(4);
    expect(shadow.state.answer).toMatchObject({ regraded: 2, upheld: 0 });
    expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  });

  test.each([
    ["given what is no review", { review: { outcome: "ok", value: { criteria: 1 } } as never }],
    ["given what is no output", { execute: { outcome: "ok", value: {} } as never }],
    ["given what is no comparison", { compare: { outcome: "ok", value: { better: "both" } } as never }],
    [
      "thrown at",
      {
        review: () => {
          throw new Error("Boom.");
        },
      },
    ],
  ])("it fails alone when %s", async (_, script) => {
    const { shadow } = await shadowed(atSonnet, script);

    expect(
      shadow.log.flatMap((event) => (event.type === "grade.failed" ? [event.fault.code] : [])),
    ).toContain("AGENT_ERROR");
    expect(shadow.state.status).toBe("completed");
  });
});

describe("the budget of a shadow", () => {
  test("is its own: it pauses the run, which goes on when it is raised", async () => {
    const { shadow, run } = await shadowed(wide(3), {}, { budget: { hardUsd: 0.00011 } }, { concurrency: 1 });
    expect(shadow.state).toMatchObject({ status: "paused", halt: { reason: "budget" } });
    expect(run.state.status).toBe("completed");

    await shadow.changeBudget({ hardUsd: 1 });
    await shadow.result();
    expect(shadow.state.answer).toMatchObject({ regraded: 3 });
    expect(checkInvariants(shadow.log, { isOver: true })).toEqual([]);
  });
});

describe("the sample", () => {
  const graded = async (share: number, tasks = 100): Promise<readonly string[]> => {
    const { report } = await shadowed(wide(tasks), {}, { share, oneDown: false });
    return report.samples.map(({ taskId }) => taskId);
  };

  test("follows from the names, is about as large as asked, and a larger one holds the smaller", async () => {
    const [tenth, third] = [await graded(0.1), await graded(0.3)];

    expect(await graded(0.1)).toEqual(tenth);
    expect(tenth.length).toBeGreaterThan(3);
    expect(third.length).toBeGreaterThan(20);
    expect(third.length).toBeLessThan(40);
    expect(third).toEqual(expect.arrayContaining([...tenth]));
  });

  test("is another than that of the audits", async () => {
    const team = defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku" } },
      reviewer: { auditShare: 0.1 },
    });
    const { run, report } = await shadowed(wide(100), {}, { share: 0.1, oneDown: false }, { team });
    const audited = new Set(
      run.log.flatMap((event) => (event.type === "review.queued" && event.audit ? [event.taskId] : [])),
    );
    const both = report.samples.filter(({ taskId }) => audited.has(taskId));

    expect(audited.size).toBeGreaterThan(3);
    expect(both.length).toBeLessThan(report.samples.length / 2);
  });

  test("holds at most 100 attempts, and the report says what was left out", async () => {
    const limits = { maxTasks: 130 };
    const { report } = await shadowed(wide(120), {}, { oneDown: false }, { limits });

    expect(report.samples).toHaveLength(100);
    expect(report.notes).toEqual(["20 more are of the sample, and are too many or too large for one run."]);
  });

  test("may be empty, and then the report asks for more", async () => {
    const { report } = await shadowed(wide(1), {}, { share: 0.0001 });

    expect(report.samples).toEqual([]);
    expect(report.notes).toEqual(["No accepted attempt is of the sample of 0.01 %. Ask for a larger share."]);
  });
});

describe("a shadow is refused", () => {
  const orchestratorWith = (options = {}) =>
    createOrchestrator({
      agents: scriptedAgents({ usage }),
      team: testTeam,
      store: memoryStore(),
      ...options,
    });
  const endedBy = async (orchestrator: ReturnType<typeof orchestratorWith>): Promise<Run> => {
    const run = orchestrator.submit(atSonnet);
    await run.result();
    return run as unknown as Run;
  };

  test("of a run that has not ended", async () => {
    const orchestrator = orchestratorWith({
      agents: scriptedAgents({ execute: fault("transport", { retryable: false, scope: "run" }) }),
    });
    const run = orchestrator.submit(atSonnet);
    await run.result().catch(() => undefined);

    expect(await complaintOf(orchestrator.shadow(run.id))).toEqual({
      code: "SHADOW_INVALID",
      message: `Expected run "${run.id}" to have ended, but it is paused. What still goes on is not graded again.`,
    });
  });

  test("of a shadow", async () => {
    const orchestrator = orchestratorWith();
    const run = await endedBy(orchestrator);
    const shadow = await orchestrator.shadow(run.id);
    await shadow.result();

    expect(await complaintOf(orchestrator.shadow(shadow.id))).toEqual({
      code: "SHADOW_INVALID",
      message: `Run "${shadow.id}" is itself a shadow of run "${run.id}". Grade that one.`,
    });
  });

  test("with a share that is none", async () => {
    const orchestrator = orchestratorWith();
    const run = await endedBy(orchestrator);

    expect((await complaintOf(orchestrator.shadow(run.id, { share: 0 }))).message).toContain(
      "Expected `share` to be valid",
    );
  });

  test("without the checks that its outputs passed, unless nothing is tried lower", async () => {
    const store = memoryStore();
    const checks = { worker: [{ name: "any", run: () => [] }] };
    const run = await endedBy(orchestratorWith({ store, checks }));
    const orchestrator = orchestratorWith({ store });

    expect(await complaintOf(orchestrator.shadow(run.id))).toEqual({
      code: "OPTIONS_INVALID",
      message:
        'The run was submitted with output schemas or checks for "worker", which no log can hold. Give them again: ' +
        "those of roles to the orchestrator, those of tasks to `shadow`. Or leave out what is tried one tier lower (`oneDown: false`).",
    });
    const shadow = await orchestrator.shadow(run.id, { share: 1, oneDown: false });
    expect(typesOf((await shadow.result().then(() => shadow)).log)).toContain("grade.returned");
  });
});
