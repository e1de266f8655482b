import type Anthropic from "@anthropic-ai/sdk";
import { type Script, type ScriptOptions, scriptedWorld } from "@terrace/simulator";
import { expect, test } from "vitest";
import { object } from "./requests.js";
import { asking, simulate } from "./support.js";

async function stage(script: Script, options?: ScriptOptions) {
  const { client } = await simulate({ world: scriptedWorld(script, options) });
  const ask = async (system: string, text: string, model = "claude-haiku-5-5") => {
    const message = await client.messages.create(
      asking({ model, system, messages: [{ role: "user", content: text }] }),
    );
    const [block] = message.content as Anthropic.TextBlock[];
    return block?.text ?? "";
  };
  return {
    plan: async () => JSON.parse(await ask("You are the planner of a team.", "Goal: tea")),
    execute: async (taskId: string, model?: string) =>
      JSON.parse(await ask("You are an executor.", `Task id: ${taskId}\nDo it.`, model)),
    review: async (taskId: string, tier: string) =>
      JSON.parse(
        await ask(
          "You are the reviewer.",
          `Task id: ${taskId}\nAttempt: 2 at ${tier}\nOutput: …`,
          "claude-opus-5-5",
        ),
      ),
    ask,
  };
}

test("a script answers by purpose, task and tier", async () => {
  const { plan, execute, review } = await stage({
    plan: { tasks: [{ id: "brew" }] },
    execute: {
      brew: {
        haiku: { output: "cold", confidence: "low", because: "No kettle." },
        sonnet: { output: "hot" },
      },
    },
    review: { brew: { haiku: { verdict: "rerun" }, "*": { verdict: "accept" } } },
  });

  expect(await plan()).toEqual({ tasks: [{ id: "brew" }] });
  expect(await execute("brew")).toEqual({
    output: "cold",
    confidence: "low",
    because: "No kettle.",
    unverified: [],
  });
  expect(await execute("brew", "claude-sonnet-5-5")).toMatchObject({ output: "hot", confidence: "high" });
  expect(await review("brew", "haiku")).toEqual({ verdict: "rerun" });
  expect(await review("brew", "opus")).toEqual({ verdict: "accept" });
});

test("a plan that is changed for a task is answered by that task, whatever the goal says", async () => {
  const { ask } = await stage({ plan: { first: true }, revise: { market: { of: "market" }, "*": [1, 2] } });
  const plan = async (words: string) => JSON.parse(await ask("You are the planner.", words));

  expect(await plan("Plan attempt: 1\nTask id: market")).toEqual({ first: true });
  expect(await plan("Task id: market\nPlan attempt: 1")).toEqual({ of: "market" });
  expect([await plan("Task id: a\n"), await plan("Task id: a\n2"), await plan("Task id: b\n")]).toEqual([
    1, 2, 1,
  ]);
});

test("what contradicts a plan is answered only where the form has it", async () => {
  const { client } = await simulate({
    world: scriptedWorld({ execute: { "*": { "*": { output: 1, contradiction: "It is closed." } } } }),
  });
  const asked = async (...fields: readonly string[]) => {
    const schema = { ...object(Object.fromEntries(fields.map((field) => [field, { type: "string" }]))) };
    const { content } = await client.messages.create(
      asking({
        system: "You are an executor.",
        messages: [{ role: "user", content: "Task id: a" }],
        output_config: { format: { type: "json_schema", schema } },
      }),
    );
    return JSON.parse((content as Anthropic.TextBlock[])[0]?.text ?? "").contradiction;
  };

  expect(await asked("output")).toBeUndefined();
  expect(await asked("output", "contradiction")).toBe("It is closed.");
});

test("a list answers one after the other, its last again and again, for each key on its own", async () => {
  const answers = [{ output: 1 }, { output: 2 }];
  const { execute } = await stage({ execute: { a: { "*": answers }, b: { "*": answers } } });

  const outputs: unknown[] = [];
  for (const id of ["a", "a", "b", "a", "b"]) outputs.push((await execute(id)).output);

  expect(outputs).toEqual([1, 2, 1, 2, 2]);
});

test("a request that comes again may get what it got before", async () => {
  const script = { execute: { "*": { "*": [{ output: 1 }, { output: 2 }] } } };
  const { ask } = await stage(script, { repeated: "same" });
  const execute = (words: string) => ask("You are an executor.", `Task id: a\n${words}`);

  const texts = [await execute("Do it."), await execute("Do it."), await execute("Do it better.")];

  expect(texts.map((text) => JSON.parse(text).output)).toEqual([1, 1, 2]);
});

test("raw words and extras go out as they are", async () => {
  const { client } = await simulate({
    world: scriptedWorld({
      execute: { a: { haiku: { raw: '{"output": "cu', stopReason: "max_tokens", thinkingTokens: 7 } } },
    }),
  });

  const message = await client.messages.create(
    asking({ system: "You are an executor.", messages: [{ role: "user", content: "Task id: a" }] }),
  );

  expect(message.content.at(-1)).toMatchObject({ text: '{"output": "cu' });
  expect(message.stop_reason).toBe("max_tokens");
  expect(message.usage.output_tokens_details?.thinking_tokens).toBe(7);
});

test.each([
  [
    "You are an executor.",
    "Task id: b",
    'The script has no answer for purpose "execute", task "b", tier "haiku". Add it to the script.',
  ],
  ["You are an executor.", "Task id: constructor", 'purpose "execute", task "constructor", tier "haiku"'],
  ["You are the planner.", "Goal", 'The script has no answer for purpose "plan", tier "haiku".'],
  ["You are a poet.", "Task id: a", 'purpose "unknown", task "a"'],
])("what the script does not foresee fails loudly: %s %s", async (system, text, message) => {
  const { ask } = await stage({ execute: { a: { "*": { output: 1 } } } });

  await expect(ask(system, text)).rejects.toMatchObject({
    status: 500,
    apiMessage: expect.stringContaining(message),
  });
});

test("the caller may read requests in a way of their own", async () => {
  const { ask } = await stage(
    { execute: { t7: { gold: { output: "ok" } } } },
    { read: ({ lastUserText }) => ({ purpose: "execute", taskId: lastUserText.slice(1), tier: "gold" }) },
  );

  expect(JSON.parse(await ask("Work.", "#t7"))).toMatchObject({ output: "ok" });
});
