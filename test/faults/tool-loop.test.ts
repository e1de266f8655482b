import { claudeAgents, serverTool } from "@terrace/agents";
import { checkInvariants, createOrchestrator } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { issuesOf } from "../core/support.js";
import { asks, playTools, teamWith, tool, use } from "./tooling.js";
import { begin, met, one, play, unmet } from "./whole-run.js";

const onExecution = (nth: number) => ({ line: "haiku", nth }) as const;

describe("a call of the loop that gets no answer", () => {
  test("is made again, and neither the turns before it nor their tools are", async () => {
    const made: unknown[] = [];
    const send = tool({ name: "send", hasEffect: true, run: (input) => made.push(input) });
    const turns = ["1", "2"].map((n) => asks(use("send", { n }, n)));
    const { run, answer, simulator } = await playTools([send], turns, {
      names: ["send"],
      faults: [{ kind: "status", status: 529, on: onExecution(3) }],
    });

    expect(answer).toBe("done");
    expect(made).toEqual([{ n: "1" }, { n: "2" }]);
    expect(eventsOf(run.log, "attempt.queued").map(({ attempt, retry }) => [attempt, retry])).toEqual([
      [1, 0],
      [1, 1],
    ]);
    // Two turns, the last one twice, and the review.
    expect(simulator.requests).toHaveLength(5);
    expect(run.ledger.usd * 1_000_000).toBeCloseTo(simulator.bill.usd * 1_000_000);
    expect(checkInvariants(run.log)).toEqual([]);
  });

  test("for want of money goes on where it was once there is more", async () => {
    let made = 0;
    const look = tool({ run: () => ++made });
    const { run } = await playTools([look], [asks(use("look"))], { budget: { maxCalls: 1 } });
    expect(run.state.status).toBe("paused");
    await run.changeBudget(null, "ana");
    const { answer } = await run.result();

    expect(answer).toBe("done");
    expect(made).toBe(1);
    expect(eventsOf(run.log, "tool.started")).toHaveLength(1);
    expect(checkInvariants(run.log)).toEqual([]);
  });
});

test("a tool that is at work when the run is cancelled is told to stop, and nothing of it is recorded after", async () => {
  let isStopped = false;
  let begun = (): void => {};
  const hanging = tool({
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          isStopped = true;
          reject(new Error("stopped"));
        });
        begun();
      }),
  });
  const { run } = await begin(one, {
    team: teamWith("look"),
    client: { tools: [hanging] },
    script: { execute: { a: { "*": asks(use("look")) } } },
  });
  begun = () => void run.cancel("Enough.");
  await run.result().catch(() => {});

  expect(isStopped).toBe(true);
  expect(run.state.status).toBe("cancelled");
  expect(run.log.at(-1)?.type).toBe("run.cancelled");
  expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
});

test("an attempt a tier higher is told what was done, and its reviewer that there were tools", async () => {
  const send = tool({ name: "send", hasEffect: true, run: () => "sent" });
  const { simulator, asked } = await play(one, {
    team: teamWith("send"),
    client: { tools: [send] },
    script: {
      execute: {
        a: { haiku: [asks(use("send", { to: "ana" })), { output: "bad" }], "*": { output: "good" } },
      },
      review: { a: { haiku: unmet("It is bad."), "*": met } },
    },
  });
  const users = simulator.requests.map(
    ({ body }) => (body as { messages: { content: string }[] }).messages[0]?.content,
  );

  expect(asked.map(({ purpose, tier }) => `${purpose} ${tier}`)).toEqual([
    "execute haiku",
    "execute haiku",
    "review haiku",
    "execute sonnet",
    "review sonnet",
  ]);
  expect(users[3]).toContain("What tools that change something did in attempts at your task before yours.");
  expect(users[3]).toContain('Attempt 1: send {"to":"ana"} → sent');
  expect(users[3]).toContain("Do nothing a second time that must be done once.");
  expect(users[2]).toContain("The tools: send.");
});

test("what a quote says at most holds for an executor that uses every turn and all that tools may bring", async () => {
  const look = tool({ run: () => "é\n".repeat(20_000) });
  const team = teamWith("look");
  const agents = claudeAgents({ tools: [look] });
  const quote = await createOrchestrator({ agents, team }).quote(one);
  const turns = Array.from({ length: 19 }, (_, n) => asks(use("look", { n }, `toolu_${n}`)));
  const { run } = await playTools([look], turns);
  const plain = await createOrchestrator({ agents, team: teamWith() }).quote(one);

  expect(run.ledger.calls).toBe(21);
  expect(quote.calls).toMatchObject({ min: 2, likely: 5 });
  expect(quote.calls.max).toBeGreaterThanOrEqual(8 * 20);
  expect(run.ledger.usd).toBeLessThan(quote.byTier.haiku?.maxUsd ?? 0);
  expect(quote.minUsd).toBeLessThan(run.ledger.usd);
  expect(plain.calls).toMatchObject({ min: 2, likely: 2 });
  expect(plain.likelyUsd).toBeLessThan(quote.likelyUsd ?? 0);
});

describe("a tool that the provider runs", () => {
  test("is passed through in its own words, and is never run here", async () => {
    const said = [
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "x" } },
      { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] },
      {
        type: "text",
        text: JSON.stringify({ output: "found", confidence: "high", because: "x", unverified: [] }),
      },
    ];
    const { answer, run, simulator } = await playTools(
      [serverTool("web_search", { max_uses: 3 })],
      [{ raw: "", content: said }],
      { names: ["web_search"] },
    );

    expect(answer).toBe("found");
    expect((simulator.requests[0]?.body as { tools?: unknown } | undefined)?.tools).toEqual([
      { max_uses: 3, type: "web_search_20260318", name: "web_search" },
    ]);
    expect(eventsOf(run.log, "tool.started")).toEqual([]);
  });

  test("stands beside tools that are run here", async () => {
    const turns = [
      {
        raw: "",
        content: [
          { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} },
          { type: "web_search_tool_result", tool_use_id: "srvtoolu_1", content: [] },
          use("look"),
        ],
      },
    ];
    const { answer, shown } = await playTools([serverTool("web_search"), tool()], turns, {
      names: ["look", "web_search"],
    });

    expect(answer).toBe("done");
    expect(shown).toEqual([[{ id: "toolu_look", isError: false, content: "found" }]]);
  });

  test("is one that there is", () => {
    expect(issuesOf(() => serverTool("shell" as "web_search"))).toEqual([
      'Expected the name of a tool of the provider ("web_search", "web_fetch", "code_execution"), got `"shell"`.',
    ]);
  });
});

describe("a tool is refused when", () => {
  test.each<[string, Parameters<typeof tool>[0], string]>([
    [
      "its name is none",
      { name: "look up" },
      'Expected the `name` of a tool to be a name of letters, digits, - and _, at most 128, got `"look up"`.',
    ],
    [
      "it does not say what it does",
      { description: " " },
      'Expected the `description` of tool "look" to say what it does in 1 to 8192 characters, got 1.',
    ],
    [
      "its input is no object",
      { input: z.string() },
      'Expected the `input` of tool "look" to be an object schema that has a JSON Schema. Use `z.object({ … })` without transforms.',
    ],
    [
      "its input has no JSON Schema",
      { input: z.object({ a: z.bigint() }) },
      'Expected the `input` of tool "look" to be an object schema that has a JSON Schema. Use `z.object({ … })` without transforms.',
    ],
    [
      "it takes no time",
      { timeoutMs: 0 },
      'Expected the `timeoutMs` of tool "look" to be a whole number from 1 to 2147483647, got `0`.',
    ],
    [
      "it brings too much",
      { maxBytes: 1e7 },
      'Expected the `maxBytes` of tool "look" to be a whole number from 1 to 1000000, got `10000000`.',
    ],
  ])("%s", (_, changes, issue) => {
    expect(issuesOf(() => tool(changes))).toEqual([issue]);
  });

  test("another has its name", async () => {
    await expect(playTools([tool(), tool()], [])).rejects.toMatchObject({
      issues: ['Expected `tools` to have a name for each, got "look" twice. Rename one.'],
    });
  });
});
