// A person approves what a plan costs before it is carried out.
import { checkInvariants, memoryStore, type PriceOf, type SizeOf } from "@terrace/core";
import { countingIds, eventsOf, planOf, scriptedAgents, typesOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf, issuesOf, launch } from "../core/support.js";
import { mortal } from "../resume/processes.js";
import { start } from "../resume/support.js";

const priceOf: PriceOf = () => ({ microUsd: 1_000, asOf: "2026-11-21" });
const tokens = { least: 1, likely: 1, most: 1 };
const sizeOf: SizeOf = () => ({ promptTokens: tokens, outputTokens: tokens });
const agents = () => ({ ...scriptedAgents({ plan: planOf({ a: {}, b: {} }) }), priceOf, sizeOf });

/** Two tasks, of which one in five goes on to the next tier: likely 0.00496 USD. */
const likely = 0.00496;
const begin = (approveAboveUsd: number) =>
  launch("Do both.", {}, { agents: agents() }, { approveAboveUsd }).run;

describe("a plan that is likely to cost more than may be spent unasked", () => {
  test("waits for a person, and nothing of it is begun", async () => {
    const run = begin(0.004);

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_PAUSED",
      message:
        'Run "run_1" is paused (approval): The plan is likely to cost 0.004960 USD, and above 0.004000 USD a person ' +
        "must approve. (0 of 2 tasks accepted, 0.000000 USD spent). Approve it with `run.approve()`, or cancel the run.",
    });
    expect(typesOf(run.log)).toEqual([
      "run.submitted",
      "plan.queued",
      "plan.proposed",
      "plan.accepted",
      "plan.quoted",
      "run.paused",
    ]);
    expect(eventsOf(run.log, "plan.quoted")).toMatchObject([{ likelyMicroUsd: likely * 1e6 }]);
    expect(run.census.outcome).toBe("paused");
  });

  test("is carried out once it is approved, and the log says by whom", async () => {
    const run = begin(0.004);
    await atRest(run);
    await run.approve("ana");

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "plan.approved")).toMatchObject([{ by: "ana" }]);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("waits again when the run is resumed and nobody has approved", async () => {
    const run = begin(0.004);
    await atRest(run);
    await run.resume();
    await atRest(run);

    expect(run.state).toMatchObject({ status: "paused", halt: { reason: "approval" } });
    expect(eventsOf(run.log, "attempt.queued")).toEqual([]);
  });

  test("is approved in another process", async () => {
    const store = memoryStore();
    const first = launch("Do both.", {}, { agents: agents(), store }, { approveAboveUsd: 0.004 }).run;
    await atRest(first);
    const env = { now: () => Date.now() + 60_000, ...countingIds() };
    const { orchestrator } = start(store, {}, { agents: agents(), env });
    const run = await orchestrator.resume(first.id);
    await atRest(run);
    await run.approve();

    expect((await run.result()).outcome).toBe("complete");
  });

  test("is quoted by the process that takes over when the first died before it could", async () => {
    const inner = memoryStore();
    // It dies when the quote is to be recorded.
    const store = mortal(inner, { append: 5, written: false });
    const first = launch("Do both.", {}, { agents: agents(), store }, { approveAboveUsd: 0.004 }).run;
    await atRest(first);
    expect(typesOf(await inner.read(first.id)).at(-1)).toBe("plan.accepted");
    const env = { now: () => Date.now() + 60_000, ...countingIds() };
    const { orchestrator } = start(inner, {}, { agents: agents(), env });
    const run = await orchestrator.resume(first.id);
    await atRest(run);

    expect(run.state.halt?.reason).toBe("approval");
    expect(eventsOf(run.log, "plan.quoted")).toHaveLength(1);
  });
});

describe("nobody is asked", () => {
  test("when the plan is likely to cost no more than that", async () => {
    const run = begin(likely);

    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "plan.quoted")).toHaveLength(1);
    expect(eventsOf(run.log, "run.paused")).toEqual([]);
  });

  test("to approve a run that does not wait for it", async () => {
    const run = begin(likely);
    await run.result();
    await run.approve("ana");

    expect(eventsOf(run.log, "plan.approved")).toEqual([]);
  });
});

test("what a plan costs that nobody can say must be approved, whatever the bound", async () => {
  const { run } = launch("Do it.", { plan: planOf({ a: {} }) }, {}, { approveAboveUsd: 1_000_000 });

  expect((await complaintOf(run.result())).message).toContain(
    "The plan is likely to cost an amount that nobody can say, and above 1000000.000000 USD a person must approve.",
  );
});

test("a bound that is none is refused before anything starts", () => {
  expect(issuesOf(() => launch("Do it.", {}, {}, { approveAboveUsd: -1 }))).toEqual([
    "Expected `approveAboveUsd` to be valid (Too small: expected number to be >=0), got `-1`.",
  ]);
});
