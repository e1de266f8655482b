import { checkInvariants, type Fact, type RunEvent, watchInvariants } from "@terrace/core";
import {
  type AgentScript,
  accepted,
  blame,
  diamond,
  escalated,
  failed,
  fault,
  givenUp,
  ok,
  paused,
  planned,
  planOf,
  queued,
  reject,
  resumed,
  returned,
  type Step,
  Story,
  started,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { toBudgetData } from "../../../packages/core/src/run/budget.js";
import { atRest, launch, withTools } from "../support.js";

const usage = { costMicroUsd: 10, reservedMicroUsd: 100 };
const orphan = (callId: string) => ({ callId, chargedMicroUsd: 7 });
const twoTasks = planOf({ a: {}, b: { dependsOn: ["a"] } });

/** The log of a run; by default one in which "a" was escalated once before "b" used it. */
async function log(
  script: AgentScript = { review: { a: { haiku: reject("No.") } } },
): Promise<readonly RunEvent[]> {
  const { run } = launch(twoTasks, { ...script, usage });
  return (await atRest(run)).log;
}

/** A log with something left out of it, or put in, its numbers mended. */
const renumbered = (events: readonly (RunEvent | Fact)[]): readonly RunEvent[] =>
  events.map((event, seq) => ({ ...event, runId: "run_1", seq, at: 0 }));

/** The invariants that a log breaks, each with its message, but for where. */
const broken = (events: readonly RunEvent[], options = {}): readonly string[] =>
  checkInvariants(events, options).map(
    ({ invariant, message }) => `${invariant}${message.replace(/^Event \d+/, "")}`,
  );

/** The log with each event replaced by some others. */
const edited = async (
  edit: (event: RunEvent) => readonly (RunEvent | Fact)[],
  script?: AgentScript,
): Promise<readonly RunEvent[]> => renumbered((await log(script)).flatMap(edit));

const without = (unwanted: (event: RunEvent) => boolean, script?: AgentScript) =>
  edited((event) => (unwanted(event) ? [] : [event]), script);

/** The log with other fields in the events of a type. */
const changed = <E extends RunEvent["type"]>(
  type: E,
  change: (event: RunEvent<E>) => Partial<Fact<E>>,
  script?: AgentScript,
) =>
  edited((event) => {
    return event.type === type
      ? [{ ...event, ...change(event as unknown as RunEvent<E>) } as RunEvent]
      : [event];
  }, script);

/** A log that was told step by step, whatever the core would have decided. */
const told = (...steps: readonly Step[]): readonly RunEvent[] => {
  const story = new Story();
  story.tell(steps);
  return story.log;
};

describe("nothing is found", () => {
  test.each<[string, AgentScript]>([
    ["all goes well", {}],
    ["a task is escalated", { review: { a: { haiku: reject("No.") } } }],
    ["an input is blamed", { review: { b: [blame("a", "It is wrong."), (request) => reject("")(request)] } }],
    ["a person is needed", { execute: { a: fault("refused") } }],
    ["nobody answers", { execute: { b: fault("transport") } }],
    ["an answer cannot be read", { execute: { a: [fault("invalid_output"), ok("42")] } }],
  ])("in the log of a run in which %s", async (_, script) => {
    expect(checkInvariants(await log(script), { slots: 8, isOver: true })).toEqual([]);
  });

  test("in a log in which an answer comes after the end", async () => {
    const events = await log();
    const late = events.findLast(({ type }) => type === "call.answered") as RunEvent;
    const moved = renumbered([...events.filter((event) => event !== late), late]);

    expect(checkInvariants(moved).map(({ invariant }) => invariant)).not.toContain("I-27");
  });
});

test("a violation says which invariant, which event, and what is wrong", async () => {
  expect(checkInvariants((await log()).filter(({ seq }) => seq !== 3))[0]).toEqual({
    invariant: "I-07",
    seq: 4,
    message: "Event 4 (call.sent): expected seq 3.",
  });
});

test("a watch finds the same, event by event", async () => {
  const watch = watchInvariants();
  const events = await log();
  for (const event of events.slice(0, 3)) watch.hear(event);
  expect(watch.violations).toEqual([]);
  watch.hear(events[4] as RunEvent);

  expect(watch.violations).toEqual([
    { invariant: "I-07", seq: 4, message: "Event 4 (call.sent): expected seq 3." },
  ]);
});

describe("the order of a log", () => {
  test("I-07: an event of another run, a second beginning, and none", async () => {
    const events = await log();
    const foreign = events.map((event, seq) => (seq === 2 ? { ...event, runId: "run_2" } : event));

    expect(broken(foreign)).toEqual(['I-07 (attempt.queued): it speaks of run "run_2", and not of "run_1".']);
    expect(broken(renumbered([events[0] as RunEvent, events[0] as RunEvent]))).toEqual([
      "I-07 (run.submitted): a log begins with run.submitted, and has it once.",
    ]);
    expect(broken(renumbered(events.slice(1)))[0]).toBe(
      "I-07 (plan.accepted): a log begins with run.submitted, and has it once.",
    );
  });

  test("I-07: a log that does not fold", async () => {
    const events = await changed("task.accepted", () => ({ taskId: "c" }));

    expect(broken(events).at(-1)).toBe(
      'I-07The log does not fold: The log speaks of task "c", which its plan does not hold.',
    );
  });

  test("I-27: something after the end that is no end of a call", async () => {
    expect(broken(renumbered([...(await log()), { type: "run.cancelled", reason: "" }]))).toEqual([
      "I-27 (run.cancelled): the run had ended (run.completed).",
    ]);
  });

  test("I-28: work that begins while the run is paused", () => {
    expect(broken(told(planned({ a: {} }), paused("network"), started("a")))).toEqual([
      "I-28 (attempt.queued): the run is paused: nothing may begin.",
    ]);
  });
});

describe("calls", () => {
  test("I-01: one that nothing licensed", async () => {
    const found = broken(await without(({ type }) => type === "review.queued"));

    expect(found.filter((each) => each.startsWith("I-01"))).toHaveLength(3);
  });

  test("I-02: an answer that is used before it is recorded", async () => {
    const found = broken(await without((event) => event.type === "call.answered"));

    expect(found).toContain("I-02 (attempt.finished): its call is still under way: no answer is recorded.");
    expect(found).toContain("I-02 (review.returned): it was asked for, and no answer is recorded.");
  });

  test("I-03: one that ends twice, never began, is sent twice or never ends", async () => {
    const twice = await edited((event) => (event.type === "call.answered" ? [event, event] : [event]));
    expect(broken(twice)).toContain('I-03 (call.answered): call "call_1" is not under way.');
    const unsent = await without(({ type }) => type === "call.sent");
    expect(broken(unsent)).toContain('I-03 (call.answered): call "call_1" is not under way.');
    const sentTwice = await edited((event) => (event.type === "call.sent" ? [event, event] : [event]));
    expect(broken(sentTwice)).toContain('I-03 (call.sent): call "call_1" was sent before.');

    const events = await log();
    const open = events.slice(0, 1 + events.findIndex(({ type }) => type === "call.sent"));
    expect(broken(open)).toEqual([]);
    expect(broken(open, { isOver: true })).toEqual(['I-03 (call.sent): call "call_1" never ended.']);
  });

  test("I-04: a request that was answered already", async () => {
    const events = await log();
    const first = events.find((event) => event.type === "call.sent") as RunEvent<"call.sent">;
    const again = events.flatMap((event) =>
      event.type === "call.answered" && event.callId === first.callId
        ? [event, { ...first, callId: "call_1_again" }]
        : [event],
    );

    expect(broken(renumbered(again))).toContain("I-04 (call.sent): this very request was answered already.");
  });

  test("I-05: an orphan that is charged something else, and more of them than slots", async () => {
    const events = await edited((event) =>
      event.type === "call.answered" ? [{ type: "call.orphaned", ...orphan(event.callId) }] : [event],
    );

    expect(broken(events).filter((each) => each.startsWith("I-05"))).toContain(
      "I-05 (call.orphaned): charged 7, and 100 was reserved.",
    );
    const many = broken(events, { slots: 2 });
    expect(many).toContain("I-05 (call.orphaned): 3 calls were orphaned at once, of 2 slots.");
  });

  test("I-11: more calls under way than slots", async () => {
    const { run } = launch(diamond(), { usage });
    await run.result();

    expect(broken(run.log, { slots: 2 })).toEqual([]);
    expect(broken(run.log, { slots: 1 })).toContain("I-11 (call.sent): 2 calls are under way, and 1 may be.");
  });

  test("I-20: a cut answer that is used", async () => {
    const cut = await changed("call.answered", () => ({ stopReason: "max_tokens" }));

    expect(broken(cut)[0]).toBe(
      "I-20 (attempt.finished): its answer was cut (max_tokens), so it must not be used.",
    );
  });
});

describe("money", () => {
  const budget = (hardMicroUsd: number, maxCalls: number) =>
    toBudgetData({ hardUsd: hardMicroUsd / 1e6, maxCalls });

  test("I-22: a call that the budget does not bear", async () => {
    const tight = await changed("run.submitted", () => ({ budget: budget(120, 100) }));
    expect(broken(tight)[0]).toBe("I-22 (call.sent): 30 spent and 100 reserved, of 120 micro-dollars.");
    const few = await changed("run.submitted", () => ({ budget: budget(10_000, 5) }));

    expect(broken(few)).toEqual(["I-22 (call.sent): call 6, of at most 5."]);
  });

  test("I-25: what a budget denied is asked for again under another one, and breaks nothing", async () => {
    const { run } = launch(
      twoTasks,
      { usage },
      { budget: { perTaskUsd: 0.0001 }, limits: { maxRetries: 0 } },
    );
    // Before anything comes to rest, so that nothing is resumed.
    run.on("task.flagged", () => run.changeBudget(null));
    await atRest(run);

    expect(run.state.status).toBe("completed");
    expect(broken(run.log, { isOver: true })).toEqual([]);
  });

  test("I-22: a call that may use more tokens than are left", async () => {
    const few = await edited((event) => {
      if (event.type === "run.submitted") return [{ ...event, budget: toBudgetData({ maxTokens: 99 }) }];
      return [event.type === "call.sent" ? { ...event, reservedTokens: 100 } : event];
    });

    expect(broken(few)[0]).toBe("I-22 (call.sent): 100 tokens used and reserved, of 99.");
  });

  test("I-22: is kept when the budget is raised in time", async () => {
    const raised = await edited((event) => {
      if (event.type === "run.submitted") return [{ ...event, budget: budget(120, 100) }];
      const isThird = event.type === "call.sent" && event.callId === "call_4";
      return isThird ? [{ type: "budget.changed", budget: null, by: "ana" }, event] : [event];
    });

    expect(broken(raised)).toEqual([]);
  });
});

describe("acceptance", () => {
  test("I-06: an attempt before what it needs", async () => {
    const found = broken(await without((event) => event.type === "task.accepted" && event.taskId === "a"));

    expect(found.slice(0, 3)).toEqual([
      'I-06 (attempt.queued): "b" needs "a", which is not accepted.',
      'I-06 (attempt.started): "b" needs "a", which is not accepted.',
      'I-06 (task.accepted): "b" needs "a", which is not accepted.',
    ]);
    expect(found.at(-1)).toBe("I-13 (run.completed): the run is complete, and a is not settled.");
  });

  test("I-16: a second plan, and a task that no plan holds", async () => {
    const twice = await edited((event) => (event.type === "plan.accepted" ? [event, event] : [event]));
    expect(broken(twice)[0]).toBe(
      "I-16 (plan.accepted): the plan was accepted before, and changes by revisions only.",
    );

    const foreign = await changed("attempt.queued", () => ({ taskId: "c" }));
    expect(broken(foreign)[0]).toBe('I-16 (attempt.queued): the plan holds no task "c".');
  });

  test("I-19: an acceptance without checks, without a verdict, without a person, or twice", async () => {
    const ofB = (event: RunEvent): boolean => "taskId" in event && event.taskId === "b";
    expect(broken(await without((event) => event.type === "attempt.checked" && ofB(event)))).toEqual([
      "I-19 (review.queued): attempt 1 passed no checks.",
      "I-19 (task.accepted): attempt 1 passed no checks.",
    ]);
    expect(broken(await without((event) => event.type === "review.returned" && ofB(event)))).toEqual([
      "I-19 (task.accepted): attempt 1 has no verdict that accepts it.",
    ]);
    expect(broken(await changed("task.accepted", () => ({ by: "person" as const })))).toEqual([
      "I-19 (task.accepted): no person stands for attempt 2.",
      "I-19 (task.accepted): no person stands for attempt 1.",
    ]);
    const twice = await edited((event) =>
      event.type === "task.accepted" && ofB(event) ? [event, event] : [event],
    );
    expect(broken(twice)).toContain('I-19 (task.accepted): "b" was accepted before.');
  });
});

describe("escalation", () => {
  test("I-17: a tier that nobody escalated to, from another than it was, and two at once", async () => {
    expect(broken(await without(({ type }) => type === "task.escalated"))).toEqual([
      'I-17 (attempt.queued): "a" is at haiku, and not at sonnet.',
    ]);
    expect(broken(await changed("task.escalated", () => ({ from: "sonnet", to: "opus" })))[0]).toBe(
      'I-17 (task.escalated): "a" is at haiku, and not at sonnet.',
    );
    expect(broken(await changed("task.escalated", () => ({ to: "opus" })))[0]).toBe(
      "I-17 (task.escalated): haiku → opus is not one tier up.",
    );
  });

  test("I-18: too many retries, repairs, plans and blames", async () => {
    expect(broken(await changed("attempt.queued", () => ({ retry: 4 })))[0]).toBe(
      "I-18 (attempt.queued): retry 4, of at most 3.",
    );
    expect(broken(await changed("attempt.queued", () => ({ reason: "repair" as const })))).toContain(
      "I-18 (attempt.queued): repair 2, of at most 1.",
    );
    const pausing = [planned({ a: {} }, { limits: { maxRetries: 0 } }), failed("a", "transport")];
    const again = queued("a", { attempt: 1, retry: 1 });
    expect(broken(told(...pausing, paused("network", ["a"]), resumed(), again))).toEqual([]);
    expect(broken(told(...pausing, again))[0]).toBe("I-18 (attempt.queued): retry 1, of at most 0.");
    const reviews = await edited((event) =>
      event.type === "review.queued"
        ? [event, { ...event, issues: ["?"] }, { ...event, issues: ["?"] }]
        : [event],
    );
    expect(broken(reviews)).toContain("I-18 (review.queued): repair 2, of at most 1.");
    const plans = told(planned({ a: {} }), {
      type: "plan.queued",
      attempt: 3,
      retry: 0,
      route: { tier: "opus", model: "m", effort: null },
      issues: [],
      after: null,
      delayMs: 0,
    });
    expect(broken(plans)[0]).toBe("I-18 (plan.queued): the planner is asked for attempt 3, of at most 2.");
    const blames = await edited((event) => (event.type === "task.blamed" ? [event, event] : [event]), {
      review: { b: [blame("a", "It is wrong."), (request) => reject("")(request)] },
    });
    expect(broken(blames)[0]).toBe('I-18 (task.blamed): "b" blamed "a" before.');
  });

  test("I-21: a victim that is escalated instead of the blamed", () => {
    const events = told(
      planned({ a: {}, b: { dependsOn: ["a"] } }),
      accepted("a"),
      returned("b", "blame", "It is wrong.", { blame: "a" }),
      escalated("b", "sonnet"),
    );

    expect(broken(events)).toEqual(['I-21 (task.escalated): "a" was blamed, and "b" is escalated instead.']);
  });

  test("I-25: what cannot succeed, asked again", async () => {
    const hopeless = await changed(
      "attempt.failed",
      ({ fault: found }) => ({ fault: { ...found, retryable: false } }),
      { execute: { a: [fault("transport"), ok("42")] } },
    );

    expect(broken(hopeless)).toEqual([
      "I-25 (attempt.queued): TRANSPORT cannot succeed, and is asked again.",
    ]);
  });
});

describe("tools", () => {
  const ofA = { taskId: "a", attempt: 1, useId: "toolu_1" };
  const begun = (changes: Partial<Fact<"tool.started">> = {}): Fact => ({
    type: "tool.started",
    ...ofA,
    tool: "send",
    input: {},
    hasEffect: true,
    ...changes,
  });
  const ended: Fact = { type: "tool.ended", ...ofA, isError: false, content: "", ms: 0 };
  const of = (...steps: readonly Step[]) =>
    broken(told(planned({ a: {}, b: { role: "writer" } }, { team: withTools(["send"]) }), ...steps));

  test("nothing is wrong with one that ends, or was broken off and has no effect", () => {
    expect(of(started("a"), begun(), ended)).toEqual([]);
    const look = begun({ hasEffect: false });
    expect(of(started("a"), look, paused("interrupted", []), resumed(), look, ended)).toEqual([]);
  });

  test("I-31: one that acts where nobody granted it", () => {
    expect(of(started("a"), begun({ tool: "shell" }))).toEqual([
      'I-31 (tool.started): task "a" was not granted the tool "shell".',
    ]);
    expect(of(started("b"), begun({ taskId: "b" }))[0]).toBe(
      'I-31 (tool.started): task "b" was not granted the tool "send".',
    );
  });

  test("I-37: one that is made again, begins twice, or acts for an attempt that is over", () => {
    expect(of(started("a"), begun(), ended, begun())[0]).toBe(
      'I-37 (tool.started): tool call "toolu_1" has ended, and was made again.',
    );
    expect(of(started("a"), begun(), paused("interrupted", []), resumed(), begun())[0]).toBe(
      'I-37 (tool.started): tool call "toolu_1" has an effect, and was begun twice.',
    );
    const look = begun({ hasEffect: false });
    expect(of(started("a"), look, look)[0]).toBe(
      'I-37 (tool.started): tool call "toolu_1" is under way already.',
    );
    expect(of(started("a"), begun({ attempt: 2 }))[0]).toBe(
      'I-37 (tool.started): attempt 2 of "a" is not under way.',
    );
  });

  test("I-38: one that no person allowed", () => {
    const held: Fact = { type: "tool.held", ...ofA, tool: "send", input: {} };
    const settled = { ...ofA, by: "ana" };
    const approved: Fact = { type: "tool.approved", ...settled, tool: "send" };
    const denied: Fact = { type: "tool.denied", ...settled, reason: "" };
    const notAllowed = 'I-38 (tool.started): tool call "toolu_1" is held, and no person allowed it.';

    expect(of(started("a"), held, begun())[0]).toBe(notAllowed);
    expect(of(started("a"), held, denied, begun())[0]).toBe(notAllowed);
    expect(of(started("a"), held, approved, begun(), ended)).toEqual([]);
  });

  test("I-37: an end without a beginning, and a model that is asked on before the end", () => {
    expect(of(started("a"), ended)[0]).toBe('I-37 (tool.ended): tool call "toolu_1" is not under way.');
    const call: Fact<"call.sent"> = {
      type: "call.sent",
      callId: "call_1",
      purpose: "execute",
      tier: "haiku",
      role: "worker",
      taskId: "a",
      attempt: 1,
      model: "m",
      effort: null,
      maxTokens: 1,
      key: "k",
      reservedMicroUsd: 0,
      reservedTokens: null,
      urgency: "live",
      standsInFor: null,
    };
    expect(of(started("a"), begun(), call)[0]).toBe(
      'I-37 (call.sent): the model is asked on before the end of tool call "toolu_1" is recorded.',
    );
  });
});

test("I-13: a run that is complete before all of its tasks are settled", () => {
  const early = told(planned({ a: {}, b: { dependsOn: ["a"] } }), { type: "run.completed", answer: null });
  expect(broken(early)).toEqual(["I-13 (run.completed): the run is complete, and a, b is not settled."]);

  const lost = told(
    planned({ a: {}, b: { dependsOn: ["a"] } }),
    givenUp("a"),
    { type: "task.skipped", taskId: "b", dueTo: "a" },
    {
      type: "run.completed",
      answer: null,
    },
  );
  expect(broken(lost)).toEqual([]);
});

test("I-23: a ledger that is not the sum of its calls", async () => {
  // Settled once in the ledger, whatever is reported again.
  const events = await edited((event) => (event.type === "call.answered" ? [event, event] : [event]));

  expect(broken(events).at(-1)).toMatch(
    /^I-23The ledger says \d+ micro-dollars, and its calls come to \d+\.$/,
  );
});
