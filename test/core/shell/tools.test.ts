import {
  type CallIntent,
  checkInvariants,
  checkPlan,
  createOrchestrator,
  defineTeam,
  type ExecuteRequest,
  memoryStore,
  NO_USAGE,
  type RunStore,
  type ToolCall,
} from "@terrace/core";
import { eventsOf, fault, ok, planOf, reject, scriptedAgents, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { DEFAULT_PLAN_LIMITS } from "../../../packages/core/src/plan/plan.js";
import { laterClock, mortal } from "../../resume/processes.js";
import { atRest, issuesOf, launch, rejectionOf, withTools } from "../support.js";

const LIMITS = { ...DEFAULT_PLAN_LIMITS, maxTasks: 10, maxEdges: 10, maxDepth: 10, maxTopTierShare: 1 };
const look: ToolCall = { useId: "toolu_1", tool: "look", input: { at: "it" }, hasEffect: false };
const send: ToolCall = { useId: "toolu_2", tool: "send", input: { to: "ana" }, hasEffect: true };
const found = { isError: false, content: "There it is.", ms: 1 };

/** Does it with a tool, or takes what is recorded; says what it found before it began. */
const using =
  (call: ToolCall, before: unknown[] = []) =>
  async ({ toolCalls }: ExecuteRequest) => {
    const recorded = toolCalls?.recorded(call.useId);
    before.push(recorded);
    if (recorded === undefined || (recorded.end === null && !call.hasEffect)) await toolCalls?.started(call);
    if (recorded === undefined || recorded.end === null) await toolCalls?.ended(call.useId, found);
    return ok("done");
  };

describe("what a team declares", () => {
  const team = (tools: readonly string[]) =>
    defineTeam({
      models: { haiku: "h", sonnet: "s", opus: "o" },
      planner: { tier: "opus" },
      executors: { worker: { tier: "haiku", tools }, other: { tier: "haiku" } },
    });

  test("is kept with a role that has tools, and nowhere else", () => {
    expect(team(["look"]).executors.worker.tools).toEqual(["look"]);
    expect(Object.keys(team([]).executors.worker)).not.toContain("tools");
    expect(Object.keys(team(["look"]).executors.other)).not.toContain("tools");
  });

  test("is refused when a name is none, or stands there twice", () => {
    expect(issuesOf(() => team(["look up"]))).toEqual([
      'Expected `executors.worker.tools.0` to be valid (expected a name of letters, digits, - and _, at most 128), got `"look up"`.',
    ]);
    expect(issuesOf(() => team(["look", "look"]))).toEqual([
      'Expected `executors.worker.tools` to name each tool once, got "look" twice.',
    ]);
  });

  test("is a bound for plans: a task asks for some of it, and for nothing else", () => {
    const equipped = withTools(["look_up", "send"]);
    const plan = (tools: readonly string[]) => checkPlan(planOf({ a: { tools } }), equipped, LIMITS);

    expect(plan(["send"])).toMatchObject({ ok: true, plan: { tasks: [{ tools: ["send"] }] } });
    expect(plan(["lookup"])).toMatchObject({
      ok: false,
      issues: [
        {
          code: "PLAN_UNKNOWN_TOOL",
          message:
            'Task "a" asks for tool "lookup", which its role "worker" does not have. Nearest: "look_up", "send".',
        },
      ],
    });
  });
});

describe("an executor is granted", () => {
  const grantsOf = async (plan: Parameters<typeof launch>[0]) => {
    const { run, agents } = launch(plan, {}, { team: withTools(["look", "send"]) });
    await run.result();
    return agents.requests.execute.map(({ tools }) => tools);
  };

  test("all tools of its role when its task names none", async () => {
    expect(await grantsOf(wide(1))).toEqual([["look", "send"]]);
  });

  test("the ones that its task names", async () => {
    expect(await grantsOf(planOf({ a: { tools: ["send"] } }))).toEqual([["send"]]);
  });

  test("nothing when its task names none of them, or its role has none", async () => {
    expect(await grantsOf(planOf({ a: { tools: [] } }))).toEqual([undefined]);
    expect(await grantsOf(planOf({ a: { role: "researcher" } }))).toEqual([undefined]);
  });
});

test("a task with tools does not wait for a batch, and its review may", async () => {
  const { run } = launch(wide(1), {}, { team: withTools(["look"]) }, { urgency: "batch" });
  await run.result();

  expect(eventsOf(run.log, "attempt.queued")[0]?.urgency).toBe("live");
  expect(eventsOf(run.log, "review.queued")[0]?.urgency).toBe("batch");
});

test("a tool call is recorded before it acts, and its end before the answer", async () => {
  const { run } = launch(wide(1), { execute: using(look) }, { team: withTools(["look"]) });
  await run.result();
  const types = run.log.map(({ type }) => type);
  const from = types.indexOf("attempt.started");

  expect(types.slice(from, from + 4)).toEqual([
    "attempt.started",
    "tool.started",
    "tool.ended",
    "attempt.finished",
  ]);
  expect(checkInvariants(run.log)).toEqual([]);
});

test("what a tool brought is shown as it is recorded, without secrets", async () => {
  const shown: unknown[] = [];
  const execute = async ({ toolCalls }: ExecuteRequest) => {
    await toolCalls?.started(look);
    shown.push(await toolCalls?.ended(look.useId, { ...found, content: "It is hunter22." }));
    return ok("done");
  };
  const { run } = launch(wide(1), { execute }, { team: withTools(["look"]), secrets: ["hunter22"] });
  await run.result();

  expect(shown).toEqual([{ ...found, content: "It is [redacted]." }]);
});

test("no tool acts for a run that has ended, or was told to stop", async () => {
  let refused: unknown;
  const execute = async ({ toolCalls, signal }: ExecuteRequest) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    refused = await rejectionOf(toolCalls?.started(look) as Promise<void>);
    return ok("done");
  };
  const { run } = launch(wide(1), { execute }, { team: withTools(["look"]) });
  run.on("attempt.started", () => void run.cancel("Enough."));
  await atRest(run);

  expect(refused).toMatchObject({ code: "RUN_ENDED" });
  expect(eventsOf(run.log, "tool.started")).toEqual([]);
});

test("whoever comes after is told what was done with an effect, and of nothing else", async () => {
  const asked: ExecuteRequest[] = [];
  const execute = async (request: ExecuteRequest) => {
    asked.push(request);
    if (request.attempt === 1) {
      await using(look)(request);
      await using(send)(request);
    }
    return ok(`done ${request.attempt}`);
  };
  const { run } = launch(
    wide(1),
    { execute, review: { t1: { haiku: reject("No.") } } },
    { team: withTools(["look", "send"]) },
  );
  await run.result();

  expect(asked.map(({ acts }) => acts)).toEqual([undefined, [{ ...send, attempt: 1, end: found }]]);
});

test("agents are told that a run has come to rest", async () => {
  const released: string[] = [];
  const release = async (runId: string): Promise<void> => void released.push(runId);
  const agents = { ...scriptedAgents(), release };
  const run = createOrchestrator({ agents, team: withTools([]) }).submit(wide(1));
  await run.result();

  expect([...new Set(released)]).toEqual([run.id]);
});

describe("when a process dies", () => {
  /** Dies right after the first event of a type; another process goes on. */
  const goingOn = async (type: string, call: ToolCall) => {
    const inner = memoryStore();
    let append = 0;
    const seen: RunStore = {
      ...inner,
      append(lease, events, seq) {
        append += 1;
        if (events.some((event) => event.type === type)) place ??= append;
        return inner.append(lease, events, seq);
      },
    };
    let place: number | undefined;
    const start = (store: RunStore, generation: number, before: unknown[] = []) =>
      createOrchestrator({
        agents: scriptedAgents({ execute: using(call, before) }),
        team: withTools(["look", "send"]),
        store,
        env: laterClock(generation),
      });
    await start(seen, 0).submit(wide(1)).result();
    const store = memoryStore();
    const died = start(mortal(store, { append: place ?? Number.NaN, written: true }), 0).submit(wide(1));
    await atRest(died);
    const before: unknown[] = [];
    const run = await start(store, 1, before).resume(died.id);
    await run.result();
    return { run, before };
  };

  test("a tool call that has ended is known to whoever goes on, with what it brought", async () => {
    const { run, before } = await goingOn("tool.ended", send);

    expect(before).toEqual([{ ...send, end: found }]);
    expect(eventsOf(run.log, "tool.started")).toHaveLength(1);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("one that was started and not ended is known as such, and may begin again without an effect", async () => {
    const { run, before } = await goingOn("tool.started", look);

    expect(before).toEqual([{ ...look, end: null }]);
    expect(eventsOf(run.log, "tool.started")).toHaveLength(2);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

describe("an attempt that is asked for again", () => {
  const intent: CallIntent = {
    model: "m",
    effort: null,
    maxTokens: 1,
    key: "first turn",
    reservedMicroUsd: 1,
  };
  const answer = {
    model: "m",
    requestId: null,
    usage: NO_USAGE,
    costMicroUsd: 1,
    priceAsOf: null,
    latencyMs: 1,
    raw: "Use the tool.",
  };

  const retried = async (stopReason: string) => {
    const recorded: unknown[] = [];
    const execute = async ({ calls, toolCalls, retry }: ExecuteRequest) => {
      recorded.push(calls.recorded("first turn")?.raw, toolCalls?.recorded(look.useId)?.end);
      if (retry > 0) return ok("done");
      const callId = await calls.sent(intent);
      await calls.answered(callId, { ...answer, stopReason });
      await toolCalls?.started(look);
      await toolCalls?.ended(look.useId, found);
      return fault("transport", { retryable: true });
    };
    const { run } = launch(wide(1), { execute }, { team: withTools(["look"]) });
    await run.result();
    expect(checkInvariants(run.log)).toEqual([]);
    return recorded;
  };

  test("goes on from the answers by which it asked for tools, and from what these brought", async () => {
    expect(await retried("tool_use")).toEqual([undefined, undefined, "Use the tool.", found]);
  });

  test("wants a new answer to all else", async () => {
    expect(await retried("end_turn")).toEqual([undefined, undefined, undefined, found]);
  });
});
