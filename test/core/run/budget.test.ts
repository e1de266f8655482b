import type { Fact } from "@terrace/core";
import { escalated, given, planned, queued, type Step, started, taskOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import type { Task } from "../../../packages/core/src/plan/plan.js";
import { type Budget, toBudgetData } from "../../../packages/core/src/run/budget.js";
import { BudgetGate, leftMicroUsd } from "../../../packages/core/src/run/budget-gate.js";
import { reportBudget } from "../../../packages/core/src/run/budget-report.js";
import { revised } from "./planning-steps.js";

/** A call of task "a" that may cost 100 micro-dollars, unless a test says otherwise. */
const call = (changes: Partial<Fact<"call.sent">> = {}): Fact<"call.sent"> => ({
  type: "call.sent",
  callId: "call_1",
  purpose: "execute",
  tier: "haiku",
  role: "worker",
  taskId: "a",
  attempt: 1,
  model: "model-haiku",
  effort: null,
  maxTokens: 10,
  key: "k",
  reservedMicroUsd: 100,
  reservedTokens: 10,
  urgency: "live",
  standsInFor: null,
  ...changes,
});

/** A call that was answered, and what it cost; `null` when nobody knows. */
const spent = (
  callId: string,
  costMicroUsd: number | null,
  changes: Partial<Fact<"call.sent">> = {},
): Step => [
  call({ callId, ...changes }),
  {
    type: "call.failed",
    callId,
    fault: {
      outcome: "transport",
      code: "LOST",
      message: "It was lost.",
      retryable: true,
      scope: "work",
      pause: "network",
      retryAfterMs: 0,
      issues: [],
    },
    latencyMs: 0,
    usage: null,
    costMicroUsd,
  },
];

const plan = (budget: Budget) => planned({ a: {}, b: {} }, { budget });

/** Who lets calls pass after a story. */
const gateAfter = (budget: Budget, ...steps: readonly Step[]) =>
  new BudgetGate(given(plan(budget), steps), toBudgetData(budget));

describe("a budget in dollars", () => {
  const budget = { hardUsd: 0.0003 };

  test("lets a call pass that it just bears, and none that is dearer", () => {
    expect(gateAfter(budget).deny(call({ reservedMicroUsd: 300 }))).toBeUndefined();
    expect(gateAfter(budget).deny(call({ reservedMicroUsd: 301 }))).toMatchObject({ scope: "run" });
  });

  test("counts what was spent, what is under way and what was reserved for calls of unknown cost", () => {
    const gate = gateAfter(budget, spent("call_1", 40), spent("call_2", null), call({ callId: "call_3" }));

    expect(gate.deny(call({ reservedMicroUsd: 61 }))).toEqual({
      scope: "run",
      message:
        "The budget, 0.000300 USD, does not bear the next call: 0.000240 USD are spent or reserved, " +
        'and the call to "model-haiku" may cost up to 0.000061 USD.',
    });
    expect(gate.deny(call({ reservedMicroUsd: 60 }))).toBeUndefined();
  });

  test("counts what it let pass in the same batch", () => {
    const gate = gateAfter(budget);
    const passes = [1, 2, 3, 4].map(() => gate.deny(call()) === undefined);

    expect(passes).toEqual([true, true, true, false]);
  });

  test("cannot be kept with a model that has no known price", () => {
    expect(gateAfter(budget).deny(call({ reservedMicroUsd: null }))?.message).toBe(
      'The budget, 0.000300 USD, cannot be kept with "model-haiku", which has no known price. ' +
        "Give it one (`prices`), or no budget in dollars.",
    );
    expect(gateAfter({ maxCalls: 1 }).deny(call({ reservedMicroUsd: null }))).toBeUndefined();
  });
});

describe("a budget of a task in dollars", () => {
  const budget = { perTaskUsd: 0.0002 };

  test("stops its task, and no other", () => {
    const gate = gateAfter(budget, spent("call_1", 101));

    expect(gate.deny(call())).toEqual({
      scope: "task",
      message:
        'The budget of task "a", 0.000200 USD, does not bear the next call: 0.000101 USD are spent or reserved, ' +
        'and the call to "model-haiku" may cost up to 0.000100 USD.',
    });
    expect(gate.deny(call({ taskId: "b" }))).toBeUndefined();
  });

  test("counts what is under way and what it let pass in the same batch, by task", () => {
    const gate = gateAfter(budget, call({ callId: "call_0" }));

    expect(gate.deny(call())).toBeUndefined();
    expect(gate.deny(call())).toMatchObject({ scope: "task" });
    expect([gate.deny(call({ taskId: "b" })), gate.deny(call({ taskId: "b" }))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("is no budget of the planner, who works for no task", () => {
    const planner = call({ purpose: "plan", role: "planner", taskId: null, reservedMicroUsd: 1_000 });

    expect(gateAfter(budget).deny(planner)).toBeUndefined();
  });
});

describe("a budget in tokens", () => {
  const budget = { maxTokens: 40 };

  test("counts what was used, what is under way, what nobody knows of, and those of the same batch", () => {
    const gate = gateAfter(budget, spent("call_1", null), call({ callId: "call_2" }));

    expect(gate.deny(call())).toBeUndefined();
    expect(gate.deny(call({ reservedTokens: 11 }))).toEqual({
      scope: "run",
      message:
        "The budget of 40 tokens does not bear the next call: 30 are used or reserved, " +
        'and the call to "model-haiku" may use up to 11.',
    });
    expect(gate.deny(call())).toBeUndefined();
  });

  test("cannot be kept when nobody says how many a call may use", () => {
    expect(gateAfter(budget).deny(call({ reservedTokens: null }))?.message).toBe(
      'The budget of 40 tokens cannot be kept with "model-haiku": nobody says how many a call may use.',
    );
  });
});

describe("a budget of a run that is to go on cheaper", () => {
  const scopeOf = (changes: Partial<Fact<"call.sent">>) =>
    gateAfter({ maxCalls: 0, onExceed: "degrade" }).deny(call(changes))?.scope;

  test("stops task by task, and the run only when it has no plan", () => {
    expect(scopeOf({})).toBe("task");
    expect(scopeOf({ purpose: "review" })).toBe("task");
    expect(scopeOf({ purpose: "plan", taskId: null })).toBe("run");
  });

  test("warns at four fifths of its dollars, unless it says where", () => {
    const soft = (given: Budget) => toBudgetData(given).softMicroUsd;

    expect(soft({ hardUsd: 0.000011, onExceed: "degrade" })).toBe(8);
    expect(soft({ hardUsd: 1, softUsd: 0.5, onExceed: "degrade" })).toBe(500_000);
    expect([soft({ hardUsd: 1 }), soft({ onExceed: "degrade" })]).toEqual([null, null]);
  });
});

describe("a budget in calls", () => {
  test("counts those that ended, those under way and those of the same batch", () => {
    const gate = gateAfter({ maxCalls: 4 }, spent("call_1", 1), call({ callId: "call_2" }));
    const passes = [1, 2, 3].map(() => gate.deny(call()) === undefined);

    expect(passes).toEqual([true, true, false]);
    expect(gate.deny(call())).toEqual({ scope: "run", message: "The budget of 4 calls is spent." });
  });
});

describe("a budget of time at work", () => {
  test("is spent as soon as the time is", () => {
    const state = given(plan({ maxMs: 500 }));
    const denied = (workedMs: number) => new BudgetGate({ ...state, workedMs }, toBudgetData({ maxMs: 500 }));

    expect(denied(499).deny(call())).toBeUndefined();
    expect(denied(500).deny(call())).toEqual({
      scope: "run",
      message: "The budget of 500 ms at work is spent: the run was at work for 500 ms.",
    });
  });
});

describe("an escalation that cannot be paid for", () => {
  const after = [escalated("a", "sonnet"), queued("a"), started("a")];
  const scopeOf = (changes: Partial<Fact<"call.sent">>) =>
    gateAfter({ maxCalls: 0 }, ...after).deny(call(changes))?.scope;

  test("stops its task and leaves the rest of the run what it needs", () => {
    expect(scopeOf({})).toBe("task");
  });

  test("is the execution alone: its review, other tasks and the planner stop the run", () => {
    expect(scopeOf({ purpose: "review" })).toBe("run");
    expect(scopeOf({ taskId: "b" })).toBe("run");
    expect(scopeOf({ taskId: null, purpose: "plan" })).toBe("run");
  });
});

describe("what is left for one more call", () => {
  test("is not known without a budget in dollars", () => {
    expect(leftMicroUsd(given(planned({ a: {} })), "a")).toBeNull();
    expect(leftMicroUsd(given(plan({ maxCalls: 3 })), "a")).toBeNull();
    expect(leftMicroUsd(given(plan({ perTaskUsd: 1 })), null)).toBeNull();
  });

  test("is the lesser of what the run and the task leave, and never less than nothing", () => {
    const left = (budget: Budget, taskId: string | null) =>
      leftMicroUsd(given(plan(budget), spent("call_1", 40), call({ callId: "call_2" })), taskId);

    expect(left({ hardUsd: 0.001 }, "a")).toBe(860);
    expect(left({ hardUsd: 0.001, perTaskUsd: 0.0002 }, "a")).toBe(60);
    expect(left({ hardUsd: 0.0002, perTaskUsd: 0.001 }, "a")).toBe(60);
    expect(left({ hardUsd: 0.001, perTaskUsd: 0.0002 }, "b")).toBe(200);
    expect(left({ hardUsd: 0.001, perTaskUsd: 0.0002 }, null)).toBe(860);
    expect(left({ hardUsd: 0.0001 }, "a")).toBe(0);
  });

  test("is within a subgoal the lesser of what its share and the run leave", () => {
    const budget: Budget = { hardUsd: 0.001 };
    const study = planned({ study: { subgoal: 0.3 }, b: {} }, { budget, limits: { maxNesting: 1 } });
    const find: Task = { ...taskOf("study-find"), within: "study", plannedTier: "haiku" };
    const growing = [study, revised({ cause: "subgoal", taskId: "study", tasks: [find], answer: "b" })];
    const inside = call({ callId: "call_2", taskId: "study-find" });

    expect(leftMicroUsd(given(growing), "study-find")).toBe(300);
    expect(leftMicroUsd(given(growing, inside), "study-find")).toBe(200);
    expect(leftMicroUsd(given(growing, inside), "b")).toBe(900);
    expect(leftMicroUsd(given(growing, spent("call_1", 850, { taskId: "b" })), "study-find")).toBe(150);
  });
});

describe("a budget as people read it", () => {
  test("has the bounds that were given, and no others", () => {
    const whole: Budget = {
      hardUsd: 1.25,
      perTaskUsd: 0.5,
      softUsd: 1,
      maxTokens: 9,
      maxCalls: 7,
      maxEscalations: 2,
      maxMs: 60_000,
      onExceed: "stop",
    };

    expect(reportBudget(given(plan(whole))).budget).toEqual(whole);
    expect(reportBudget(given(plan({}))).budget).toEqual({ onExceed: "pause" });
    expect(reportBudget(given(planned({ a: {} }))).budget).toBeNull();
  });

  test("stands beside what is gone of it", () => {
    const steps = [
      spent("call_1", 40),
      spent("call_2", null),
      call({ callId: "call_3" }),
      escalated("a", "sonnet"),
    ];

    expect(reportBudget(given(plan({ hardUsd: 0.001 }), steps))).toEqual({
      budget: { hardUsd: 0.001, onExceed: "pause" },
      spentUsd: 0.00014,
      reservedUsd: 0.0001,
      leftUsd: 0.00076,
      tokens: 30,
      calls: 3,
      escalations: 1,
      workedMs: 0,
      isWarned: false,
    });
    expect(reportBudget(given(plan({ maxCalls: 3 }), steps)).leftUsd).toBeNull();
  });
});

test("of dollars no fraction of a micro-dollar is kept, and none is lost to binary fractions", () => {
  const microUsd = (hardUsd: number) => toBudgetData({ hardUsd }).hardMicroUsd;

  expect([0.29, 1.1, 0.0000019, 0.0000009, 0].map(microUsd)).toEqual([290_000, 1_100_000, 1, 0, 0]);
});
