import { decide, type Fact, type RunState } from "@terrace/core";
import {
  accepted,
  failed,
  given,
  givenUp,
  paused,
  planned,
  queued,
  resumed,
  type Step,
  started,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";

const plan = planned({ a: {}, b: {} });

const call = (useId: string, attempt = 1) => ({
  taskId: "a",
  attempt,
  useId,
  tool: "mail",
  input: { to: "Ana" },
});

const begun = (useId: string, hasEffect = true, attempt = 1): Fact => ({
  type: "tool.started",
  ...call(useId, attempt),
  hasEffect,
});

const ended = (useId: string, attempt = 1): Fact => {
  const { tool: _, input: __, ...which } = call(useId, attempt);
  return { type: "tool.ended", ...which, isError: false, content: "Sent.", ms: 12 };
};

const held = (useId: string): Fact => ({ type: "tool.held", ...call(useId) });
const approved = (useId: string, attempt = 1): Fact => {
  const { input: _, ...which } = call(useId, attempt);
  return { type: "tool.approved", ...which, by: "ana" };
};
const denied = (useId: string): Fact => {
  const { tool: _, input: __, ...which } = call(useId);
  return { type: "tool.denied", ...which, by: "ana", reason: "Not today." };
};

/** The attempt is broken off, since a person must allow a call of it first. */
const brokenOff = failed("a", "transport", { code: "TOOL_HELD", pause: "person" });

const task = ({ tasks }: RunState, id = "a") => {
  const found = tasks.get(id);
  if (found === undefined) throw new Error(`Expected a task "${id}".`);
  return found;
};

describe("of what tools did for a task", () => {
  const { taskId: _, ...act } = call("x");

  test("what has an effect is remembered, with its end once it has one", () => {
    expect(task(given(plan, started("a"), begun("x"))).acts).toEqual([
      { ...act, hasEffect: true, end: null },
    ]);
    expect(task(given(plan, started("a"), begun("x"), ended("x"))).acts).toEqual([
      { ...act, hasEffect: true, end: { isError: false, content: "Sent.", ms: 12 } },
    ]);
  });

  test("what has none is not", () => {
    expect(task(given(plan, started("a"), begun("x", false), ended("x"))).acts).toEqual([]);
  });

  test("an end is that of the latest call under its id and in its attempt", () => {
    const { acts } = task(
      given(plan, started("a"), begun("x"), begun("x"), begun("y"), begun("x", true, 2), ended("x")),
    );

    expect(acts.map(({ end }) => end !== null)).toEqual([false, true, false, false]);
  });

  test("it is remembered of no other task", () => {
    expect(task(given(plan, started("a"), begun("x")), "b").acts).toEqual([]);
  });
});

describe("an attempt that is broken off for calls that a person must allow", () => {
  const waits: Step = [plan, started("a"), held("x"), held("y"), brokenOff];

  test("waits, with what is held", () => {
    const { taskId: _, ...x } = call("x");
    const { taskId: __, ...y } = call("y");

    expect(task(given(waits))).toMatchObject({ status: "stalled", held: [x, y] });
  });

  test("waits on while one of them is held", () => {
    const state = given(waits, approved("x"));

    expect(task(state)).toMatchObject({ status: "stalled", held: [{ useId: "y" }] });
    expect(task(given(waits, approved("x", 2)))).toMatchObject({ held: [{ useId: "x" }, { useId: "y" }] });
  });

  test("goes on once all are decided: the same attempt is asked for again, at once", () => {
    const state = given(waits, approved("x"), denied("y"));

    expect(task(state)).toMatchObject({ status: "unanswered", held: [], retries: 0 });
    expect(task(state).attempts).toMatchObject([{ fault: null }]);
    expect(decide(state)).toMatchObject([
      { type: "attempt.queued", taskId: "b" },
      { type: "attempt.queued", taskId: "a", attempt: 1, retry: 1, delayMs: 0 },
    ]);
  });

  test("goes on at once when all were decided before it was broken off", () => {
    expect(task(given(plan, started("a"), held("x"), approved("x"), brokenOff)).status).toBe("unanswered");
  });

  test("is not asked for again after a pause, before they are decided", () => {
    expect(task(given(waits, accepted("b"), paused("person"), resumed())).status).toBe("stalled");
  });

  test("is what the run waits for, and not for a retry", () => {
    expect(decide(given(waits, accepted("b")))).toMatchObject([
      { type: "run.paused", reason: "person", tasks: ["a"] },
    ]);
  });
});

test("a decision about a call changes nothing of a task that does not wait for it", () => {
  expect(task(given(plan, started("a"), held("x"), approved("x"))).status).toBe("executing");
  expect(task(given(plan, started("a"), held("x"), givenUp("a"), approved("x"))).status).toBe("failed");
});

test("a decision does not bring back an attempt that could not be had for another reason", () => {
  const lost = failed("a", "transport", { scope: "run", pause: "auth" });

  expect(task(given(plan, started("a"), held("x"), lost, approved("x"))).status).toBe("stalled");
});

test("what was held in one attempt is not held in the next", () => {
  const again = [plan, started("a"), held("x"), failed("a", "empty"), queued("a")];

  expect(task(given(again)).held).toEqual([]);
});
