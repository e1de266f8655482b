// A tool call that a person must allow: the attempt waits without a slot, and goes on where it was.
import { claudeAgents } from "@terrace/agents";
import { checkInvariants, createOrchestrator, memoryStore, type Run } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { scriptedWorld, startSimulator } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { vendorClient } from "../agents/client-support.js";
import { atRest, complaintOf } from "../core/support.js";
import { laterClock } from "../resume/processes.js";
import { asks, playTools, shownOf, teamWith, tool, use } from "./tooling.js";
import { met, one, planFor } from "./whole-run.js";

/** A tool that sends, and whom it has sent to. */
const sending = (approve: NonNullable<Parameters<typeof tool>[0]>["approve"]) => {
  const sent: string[] = [];
  const send = tool({
    name: "send",
    hasEffect: true,
    ...(approve === undefined ? {} : { approve }),
    run: (input) => {
      sent.push((input as { to: string }).to);
      return "sent";
    },
  });
  return { send, sent };
};
const to = (name: string, id = `toolu_${name}`) => use("send", { to: name }, id);
const names = ["send", "look"];

describe("a call that a person must allow", () => {
  test("is held, and the run rests; once allowed it is made, and nothing before it again", async () => {
    const { send, sent } = sending("always");
    let looked = 0;
    const look = tool({ run: () => ++looked });
    const turns = [asks(use("look")), asks(to("ana"))];
    const { run, message, simulator } = await playTools([send, look], turns, { names });

    expect(run.state.halt).toMatchObject({ reason: "person" });
    expect(message).toContain(
      'A person must allow "send" ("toolu_ana") first. Settle each with `run.approveTool` or `run.denyTool`.',
    );
    expect(run.state.tasks.get("a")?.held).toEqual([
      { attempt: 1, useId: "toolu_ana", tool: "send", input: { to: "ana" } },
    ]);
    expect(sent).toEqual([]);
    const asked = simulator.requests.length;
    await run.approveTool("a", "toolu_ana", { by: "ben@laptop" });
    const { answer } = await run.result();

    expect(answer).toBe("done");
    expect(sent).toEqual(["ana"]);
    expect(looked).toBe(1);
    // One more turn, and the review.
    expect(simulator.requests).toHaveLength(asked + 2);
    expect(eventsOf(run.log, "tool.approved")).toMatchObject([{ useId: "toolu_ana", by: "ben@laptop" }]);
    expect(run.ledger.usd * 1_000_000).toBeCloseTo(simulator.bill.usd * 1_000_000);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("is not made when it is denied, and the executor is told why", async () => {
    const { send, sent } = sending("always");
    const { run, simulator } = await playTools([send], [asks(to("ana"))], { names: ["send"] });
    await run.denyTool("a", "toolu_ana", { by: "ben", reason: "She is on leave." });
    const { answer } = await run.result();

    expect(answer).toBe("done");
    expect(sent).toEqual([]);
    expect(shownOf(simulator)).toEqual([
      [
        {
          id: "toolu_ana",
          isError: true,
          content:
            "A person did not allow this call, and it was not made. Do without, and do not ask for it again. The reason: She is on leave.",
        },
      ],
    ]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("holds no slot: with one slot in all, the other tasks are done meanwhile", async () => {
    const { send } = sending("always");
    const simulator = await startSimulator({
      world: scriptedWorld({
        execute: { a: { "*": [asks(to("ana")), { output: "done" }] }, "*": { "*": { output: "done" } } },
        review: { "*": { "*": met } },
      }),
    });
    const agents = claudeAgents({ client: vendorClient(simulator.url), tools: [send] });
    const team = teamWith("send");
    const run = createOrchestrator({ agents, team, concurrency: 1 }).submit(planFor({ a: {}, b: {}, c: {} }));
    await atRest(run as unknown as Run);
    const standing = [...run.state.tasks.values()].map(({ status }) => status);
    await run.approveTool("a", "toolu_ana");
    await run.result();

    expect(standing).toEqual(["stalled", "accepted", "accepted"]);
    expect(run.state.status).toBe("completed");
    await simulator.close();
  });

  test("beside others: those are made at once, and shown together with it, in order", async () => {
    const { send, sent } = sending("always");
    let looked = 0;
    const look = tool({ run: () => ++looked });
    const turn = asks(to("ana"), use("look"), to("ben"));
    const { run, simulator } = await playTools([send, look], [turn], { names });
    expect(looked).toBe(1);
    await run.approveTool("a", "toolu_ana");
    await atRest(run);
    expect(sent).toEqual([]);
    await run.denyTool("a", "toolu_ben");
    await run.result();

    expect(sent).toEqual(["ana"]);
    expect(looked).toBe(1);
    expect(shownOf(simulator)[0]?.map(({ id, isError }) => [id, isError])).toEqual([
      ["toolu_ana", false],
      ["toolu_look", false],
      ["toolu_ben", true],
    ]);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("waits in the log: another process finds it held, and a person settles it there", async () => {
    const { send, sent } = sending("always");
    const store = memoryStore();
    const simulator = await startSimulator({
      world: scriptedWorld({
        execute: { a: { "*": [asks(to("ana")), { output: "done" }] } },
        review: { "*": { "*": met } },
      }),
    });
    const process = (generation: number) =>
      createOrchestrator({
        agents: claudeAgents({ client: vendorClient(simulator.url), tools: [send] }),
        team: teamWith("send"),
        store,
        env: laterClock(generation),
        enforceInvariants: true,
      });
    const first = process(0).submit(one);
    await atRest(first as unknown as Run);
    const run = await process(1).resume(first.id);
    await atRest(run as unknown as Run);
    expect(run.state.halt?.reason).toBe("person");
    const asked = simulator.requests.length;
    await run.approveTool("a", "toolu_ana");
    const { answer } = await run.result();

    expect(answer).toBe("done");
    expect(sent).toEqual(["ana"]);
    expect(asked).toBe(1);
    expect(simulator.requests).toHaveLength(3);
    expect(eventsOf(run.log, "tool.held")).toHaveLength(1);
    await simulator.close();
  });
});

describe("what must be allowed", () => {
  test("once, is held the first time in a run", async () => {
    const { send, sent } = sending("once");
    const turns = [asks(to("ana")), asks(to("ben"))];
    const { run } = await playTools([send], turns, { names: ["send"] });
    await run.approveTool("a", "toolu_ana");
    await run.result();

    expect(sent).toEqual(["ana", "ben"]);
    expect(eventsOf(run.log, "tool.held")).toHaveLength(1);
  });

  test("by what a function says of the input, is held when it says so, or cannot say", async () => {
    const { send, sent } = sending((input) => {
      const { to: name } = input as { to: string };
      if (name === "eve") throw new Error("Who is that?");
      return name !== "ana";
    });
    const turns = [asks(to("ana")), asks(to("ben")), asks(to("eve"))];
    const { run } = await playTools([send], turns, { names: ["send"] });
    const held = () => run.state.tasks.get("a")?.held.map(({ useId }) => useId);
    expect(held()).toEqual(["toolu_ben"]);
    await run.approveTool("a", "toolu_ben");
    await atRest(run);
    expect(held()).toEqual(["toolu_eve"]);
    await run.approveTool("a", "toolu_eve");
    await run.result();

    expect(sent).toEqual(["ana", "ben", "eve"]);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

test("a decision is taken once, by whoever comes first, and on what is held alone", async () => {
  const { send } = sending("always");
  const { run } = await playTools([send], [asks(to("ana"))], { names: ["send"] });

  expect(await complaintOf(run.approveTool("b", "toolu_ana"))).toEqual({
    code: "TASK_UNKNOWN",
    message: 'Run "run_1" has no task `"b"`. Its tasks: "a".',
  });
  expect(await complaintOf(run.approveTool("a", "toolu_ben"))).toEqual({
    code: "TOOL_NOT_HELD",
    message:
      'Expected tool call `"toolu_ben"` of task "a" to be held for a person, but those of the task are "toolu_ana".',
  });
  await run.approveTool("a", "toolu_ana", { by: "ana" });
  await run.approveTool("a", "toolu_ana", { by: "ben" });
  expect(await complaintOf(run.denyTool("a", "toolu_ana"))).toMatchObject({
    code: "ALREADY_DECIDED",
    message: expect.stringMatching(
      /^Tool call "toolu_ana" of task "a" was settled by "ana" at .*Z \(tool\.approved\)\. What was decided first stands\.$/,
    ),
  });
  await run.result();
  expect(eventsOf(run.log, "tool.approved")).toHaveLength(1);
  expect(await complaintOf(run.approveTool("a", "toolu_x"))).toMatchObject({
    message:
      'Expected tool call `"toolu_x"` of task "a" to be held for a person, but its run has ended (completed).',
  });
});
