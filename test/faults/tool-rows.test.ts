import { checkInvariants } from "@terrace/core";
import { eventsOf } from "@terrace/core/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { asks, playTools, tool, use } from "./tooling.js";
import { workOf } from "./whole-run.js";

test("a tool that an executor asks for is run, and what it brought is shown", async () => {
  const inputs: unknown[] = [];
  const price = tool({
    name: "price",
    input: z.object({ item: z.string() }),
    run: (input) => {
      inputs.push(input);
      return { usd: 900 };
    },
  });
  const { answer, shown, run } = await playTools([price], [asks(use("price", { item: "A" }))], {
    names: ["price"],
  });

  expect(answer).toBe("done");
  expect(inputs).toEqual([{ item: "A" }]);
  expect(shown).toEqual([[{ id: "toolu_price", content: '{"usd":900}', isError: false }]]);
  expect(eventsOf(run.log, "tool.started")).toMatchObject([
    { tool: "price", input: { item: "A" }, hasEffect: false },
  ]);
  expect(eventsOf(run.log, "tool.ended")).toMatchObject([{ isError: false, content: '{"usd":900}' }]);
  expect(checkInvariants(run.log)).toEqual([]);
});

test("calls of the loop are calls of the attempt: they are billed, and the cache holds what was said before", async () => {
  const long = tool({ run: () => "x".repeat(20_000) });
  const turns = ["1", "2", "3"].map((id) => asks(use("look", { id }, id)));
  const { run, simulator } = await playTools([long], turns);
  const executed = simulator.bill.calls.filter(({ model }) => model === "claude-haiku-5-5");

  expect(run.ledger.calls).toBe(5);
  expect(run.ledger.usd * 1_000_000).toBeCloseTo(simulator.bill.usd * 1_000_000);
  expect(executed.map(({ cacheReadTokens }) => cacheReadTokens > 5_000)).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});

test("[E09] the same call for the third time is refused with a note, and not made", async () => {
  let made = 0;
  const look = tool({ run: () => ++made });
  const again = ["1", "2", "3", "4"].map((id) => asks(use("look", { at: { x: 1, y: 2 } }, id)));
  const other = asks(use("look", { at: { y: 3, x: 1 } }, "5"));
  const { shown, answer } = await playTools([look], [...again, other]);

  expect(made).toBe(3);
  expect(shown.flat().map(({ isError }) => isError)).toEqual([false, false, true, true, false]);
  expect(shown[2]?.[0]?.content).toBe(
    "This very call was made 2 times already. It is not made again: use what it brought, or do something else.",
  );
  expect(answer).toBe("done");
});

test("[E10] after nineteen turns with tools the executor must answer without", async () => {
  let made = 0;
  const look = tool({ run: () => ++made });
  const turns = Array.from({ length: 19 }, (_, n) => asks(use("look", { n }, `toolu_${n}`)));
  const { answer, simulator } = await playTools([look], turns);
  const last = simulator.requests[19]?.body as {
    tool_choice: unknown;
    messages: { content: { type: string; text?: string }[] }[];
  };

  expect(answer).toBe("done");
  expect(made).toBe(19);
  expect(last.tool_choice).toEqual({ type: "none" });
  expect(last.messages.at(-1)?.content.at(-1)).toEqual({
    type: "text",
    text: "No tool can be used any more. Answer now, with what you have.",
  });
});

test("[E10] an executor that asks for tools without end is stopped, and the task goes up", async () => {
  let n = 0;
  const look = tool();
  const { run, asked } = await playTools([look], [], {
    world: {
      answer: ({ system, line }) => {
        if (system.startsWith("You are the reviewer"))
          return { json: { criteria: [{ criterion: 0, met: true, finding: "" }], problems: [], blame: "" } };
        if (line !== "haiku")
          return { json: { output: "done", confidence: "high", because: "It is.", unverified: [] } };
        n += 1;
        return { text: "", content: [use("look", { n }, `toolu_${n}`)] };
      },
    },
  });

  expect(workOf(asked).filter((work) => work === "execute a haiku")).toHaveLength(40);
  expect(eventsOf(run.log, "attempt.failed")[0]?.fault).toMatchObject({
    code: "TOOL_TURNS",
    outcome: "invalid_output",
  });
  expect(eventsOf(run.log, "task.escalated")).toHaveLength(1);
});

test("[E11] whatever a tool throws is shown as a failure, and the executor goes on", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything({ withBigInt: true, withDate: true, withMap: true }), async (thrown) => {
      const look = tool({
        run: () => {
          throw thrown;
        },
      });
      const { shown, answer } = await playTools([look], [asks(use("look"))]);
      expect(answer).toBe("done");
      expect(shown[0]?.[0]?.isError).toBe(true);
      expect(shown[0]?.[0]?.content).toMatch(/^It failed: /);
    }),
    { numRuns: 15 },
  );
});

test("[E12] a tool that hangs is told to stop when its time is up, and its work ends with it", async () => {
  let isStopped = false;
  const look = tool({
    timeoutMs: 20,
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          isStopped = true;
          reject(signal.reason);
        });
      }),
  });
  const { shown, answer, warnings } = await playTools([look], [asks(use("look"))]);

  expect(isStopped).toBe(true);
  expect(shown[0]?.[0]).toMatchObject({
    isError: true,
    content: "It did not end within 20 ms and was stopped.",
  });
  expect(answer).toBe("done");
  expect(warnings).toEqual([]);
});

test("[E13] a tool that will not stop is waited for no longer than a grace, and what it still brings is dropped", async () => {
  let finish = (_: string): void => {};
  const look = tool({
    timeoutMs: 20,
    run: () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  });
  const { shown, run, answer, warnings } = await playTools([look], [asks(use("look"))]);
  finish("too late");
  await new Promise((resolve) => setTimeout(resolve, 10));

  expect(answer).toBe("done");
  expect(shown[0]?.[0]?.isError).toBe(true);
  expect(eventsOf(run.log, "tool.ended")).toHaveLength(1);
  expect(JSON.stringify(run.log)).not.toContain("too late");
  expect(warnings).toEqual(['The tool "look" did not stop when its time was up; it may still be at work.']);
});

test("[E14] of a hundred megabytes the model is shown, and the log keeps, what fits", async () => {
  const look = tool({ run: () => "é".repeat(50_000_000), maxBytes: 1_001 });
  const { shown, run } = await playTools([look], [asks(use("look"))]);

  expect(shown[0]?.[0]?.content).toBe(`${"é".repeat(500)}\n(cut here: 1001 of 100000000 bytes are shown)`);
  expect(JSON.stringify(run.log).length).toBeLessThan(50_000);
});

test("[E14] tools of one attempt bring no more together than an attempt has room for", async () => {
  const look = tool({ run: () => "x".repeat(65_536) });
  const turns = Array.from({ length: 8 }, (_, n) => asks(use("look", { n }, `toolu_${n}`)));
  const { shown, answer } = await playTools([look], turns);
  const bytes = shown.flat().map(({ content }) => content.length);

  expect(answer).toBe("done");
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(262_144 + 8 * 200);
  expect(shown.at(-1)?.[0]?.content).toContain("(The tools of this task may bring no more than this.)");
});

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

test.each<[string, unknown, string]>([
  ["a big number", { n: 10n ** 20n }, '{"n":"100000000000000000000"}'],
  ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["a map", new Map([["a", new Set([1])]]), '[["a",[1]]]'],
  ["an error", { e: new Error("no") }, '{"e":{"error":"no"}}'],
  ["bytes", Buffer.from("abc"), '"(3 bytes)"'],
  ["no number", [Number.NaN, Number.POSITIVE_INFINITY], '["NaN","Infinity"]'],
  ["nothing", undefined, "(nothing)"],
  ["a key that reaches for a prototype", JSON.parse('{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}'],
  ["a circle", { a: [cyclic] }, "It returned what is no data: the result.a[0].self holds itself."],
  ["a function", { run: () => 1 }, "It returned what is no data: the result.run is a function."],
  ["a symbol", Symbol("s"), "It returned what is no data: the result is a symbol."],
])("[E15] %s is encoded, or refused with its place", async (_, value, content) => {
  const { shown } = await playTools([tool({ run: () => value })], [asks(use("look"))]);

  expect(shown[0]?.[0]?.content).toBe(content);
});

test("[E16] a call with an effect that failed may have acted, and is not made again", async () => {
  const sent: unknown[] = [];
  const send = tool({
    name: "send",
    hasEffect: true,
    run: (input) => {
      sent.push(input);
      throw new Error("the connection broke");
    },
  });
  const turns = [asks(use("send", { to: "ana" }, "1")), asks(use("send", { to: "ana" }, "2"))];
  const { shown, answer } = await playTools([send], turns, { names: ["send"] });

  expect(sent).toHaveLength(1);
  expect(shown.flat()).toEqual([
    { id: "1", isError: true, content: "It failed: the connection broke\nIt may have acted all the same." },
    {
      id: "2",
      isError: true,
      content:
        "This very call failed before, and may have acted all the same. It is not made again: find out what became of " +
        "it in another way, or say in your output that nobody knows.",
    },
  ]);
  expect(answer).toBe("done");
});

test("[E19] a tool that the role does not have is refused without running, and the right ones are named", async () => {
  let made = 0;
  const shell = tool({ name: "shell", run: () => ++made });
  const { shown, run } = await playTools([tool(), shell], [asks(use("shell", { command: "id" }))]);

  expect(made).toBe(0);
  expect(shown[0]).toEqual([
    {
      id: "toolu_shell",
      isError: true,
      content: 'There is no tool "shell" for this task. Its tools: "look".',
    },
  ]);
  expect(eventsOf(run.log, "tool.started")).toEqual([]);
});

test("a tool that nobody gave to the agents pauses the run, and says what to do", async () => {
  const { run, message } = await playTools([tool({ name: "lookup" })], []);

  expect(run.state.status).toBe("paused");
  expect(message).toContain(
    'The team declares the tool "look", which these agents do not have; they have "lookup". ' +
      "Add it to `tools`, or take it from the role, then resume the run.",
  );
});

test("[E20] an input that does not fit runs nothing, and what is wrong with it is told", async () => {
  const inputs: unknown[] = [];
  const price = tool({
    input: z.strictObject({ item: z.string(), n: z.number().max(9) }),
    run: (input) => void inputs.push(input),
  });
  const turns = [
    asks(use("look", { item: 7, n: 10 }, "1")),
    asks(use("look", { item: "A", n: 1, more: true }, "2")),
    asks(use("look", { item: "A", n: 1 }, "3")),
  ];
  const { shown, run } = await playTools([price], turns);

  expect(inputs).toEqual([{ item: "A", n: 1 }]);
  expect(shown[0]?.[0]).toEqual({
    id: "1",
    isError: true,
    content: "Nothing was run: item: expected string, got number. n: Too big: expected number to be <=9.",
  });
  expect(shown[1]?.[0]?.content).toBe('Nothing was run: the input: Unrecognized key: "more".');
  expect(eventsOf(run.log, "tool.started")).toHaveLength(1);
});

test.each<[string, unknown]>([
  ["text", '{"at":'],
  ["a list", [1]],
  ["a number", 7],
])("[E20] an input that is %s instead of an object runs nothing", async (_, input) => {
  let made = 0;
  const { answer, run } = await playTools([tool({ run: () => ++made })], [asks(use("look", input))]);

  expect(made).toBe(0);
  expect(eventsOf(run.log, "attempt.failed")[0]?.fault.code).toBe("TOOL_CALL");
  expect(answer).toBe("done");
});

test("[E20] an answer that breaks off in the middle of a call runs nothing", async () => {
  let made = 0;
  const { run, answer } = await playTools(
    [tool({ run: () => ++made })],
    [{ ...asks(use("look")), stopReason: "max_tokens" }],
  );

  expect(made).toBe(0);
  expect(eventsOf(run.log, "attempt.failed")[0]?.fault.outcome).toBe("truncated");
  expect(answer).toBe("done");
});

test("two calls with one id cannot be told apart, and neither is made", async () => {
  let made = 0;
  const { run } = await playTools(
    [tool({ run: () => ++made })],
    [asks(use("look", { a: 1 }, "same"), use("look", { a: 2 }, "same"))],
  );

  expect(made).toBe(0);
  expect(eventsOf(run.log, "attempt.failed")[0]?.fault.code).toBe("TOOL_CALL");
});

test("[E26] of parallel calls each is recorded and shown in the order of the request, whichever fails", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ fails: fc.boolean(), ms: fc.integer({ min: 0, max: 5 }) }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (calls) => {
        const look = tool({
          input: z.object({ n: z.number(), ms: z.number(), fails: z.boolean() }),
          run: async (input) => {
            const { n, ms, fails } = input as { n: number; ms: number; fails: boolean };
            await new Promise((resolve) => setTimeout(resolve, ms));
            if (fails) throw new Error(`no ${n}`);
            return `yes ${n}`;
          },
        });
        const uses = calls.map((call, n) => use("look", { n, ...call }, `toolu_${n}`));
        const { shown, run } = await playTools([look], [asks(...uses)]);
        expect(shown[0]).toEqual(
          calls.map(({ fails }, n) => ({
            id: `toolu_${n}`,
            isError: fails,
            content: fails ? `It failed: no ${n}` : `yes ${n}`,
          })),
        );
        expect(eventsOf(run.log, "tool.ended")).toHaveLength(calls.length);
        expect(checkInvariants(run.log)).toEqual([]);
      },
    ),
    { numRuns: 10 },
  );
});

test("of more than twenty calls in one answer the first twenty are made", async () => {
  let made = 0;
  const uses = Array.from({ length: 22 }, (_, n) => use("look", { n }, `toolu_${n}`));
  const { shown } = await playTools([tool({ run: () => ++made })], [asks(...uses)]);

  expect(made).toBe(20);
  expect(shown[0]?.slice(19).map(({ isError }) => isError)).toEqual([false, true, true]);
});
