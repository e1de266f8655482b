import type Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  call,
  FABLE,
  format,
  many,
  mark,
  OPUS,
  object,
  result,
  SONNET,
  text,
  tool,
  turns,
} from "./requests.js";
import { asking, post, simulate } from "./support.js";

const accepted: [title: string, changes: object][] = [
  ["a forced tool on Haiku", { tools: [tool("look")], tool_choice: { type: "tool", name: "look" } }],
  [
    "thinking turned off on Haiku at high",
    { thinking: { type: "disabled" }, output_config: { effort: "high" } },
  ],
  ["between_tools on Sonnet at its default effort", { ...SONNET, thinking: { type: "between_tools" } }],
  ["adaptive thinking on Fable", { ...FABLE, thinking: { type: "adaptive", display: "summarized" } }],
  [
    "a budget and a prefill on Haiku 4.5",
    {
      model: "claude-haiku-4-5",
      max_tokens: 4_000,
      thinking: { type: "enabled", budget_tokens: 2_000 },
      ...turns("a", "b"),
    },
  ],
  [
    "two turns in a row by one role",
    {
      messages: [
        { role: "user", content: "a" },
        { role: "user", content: "b" },
      ],
    },
  ],
  [
    "a system turn in the conversation",
    {
      messages: [
        { role: "user", content: "a" },
        { role: "system", content: "b" },
        { role: "user", content: "c" },
      ],
    },
  ],
  [
    "a tool call with its result",
    {
      tools: [tool("look")],
      ...turns("a", [call("t1"), call("t2")], [result("t2"), result("t1"), text("b")]),
    },
  ],
  [
    "four cache breakpoints, the longer ones first",
    { system: [text("a", mark("1h")), text("b", mark("1h")), text("c", mark()), text("d", mark())] },
  ],
  ["fast mode on Opus", { ...OPUS, speed: "fast" }],
  [
    "24 optionals and 16 unions",
    format(
      object(
        {
          ...many(24, () => ({ type: "string" })),
          o: object(many(16, () => ({ anyOf: [{ type: "string" }, { type: "null" }] }))),
        },
        { required: ["o"] },
      ),
    ),
  ],
  [
    "definitions, enums, formats and minItems 1",
    format(
      object(
        {
          a: { $ref: "#/$defs/x" },
          b: { enum: ["x", 1, null] },
          c: { const: "y" },
          d: { type: "string", format: "date" },
          e: { type: "array", items: { type: "integer" }, minItems: 1 },
        },
        { $defs: { x: object({ s: { type: "string", pattern: "^[a-z]+$" } }) } },
      ),
    ),
  ],
];

describe("The API accepts", () => {
  test.each(accepted)("%s", async (_, changes) => {
    const { simulator } = await simulate();

    const { status, text: body } = await post(simulator.url, { ...asking(), ...changes });

    expect({ status, body: status === 200 ? "" : body }).toEqual({ status: 200, body: "" });
  });

  test("the schema the SDK makes of a zod object", async () => {
    const { client } = await simulate({
      world: { answer: () => ({ json: { confidence: "high", notes: [] } }) },
    });
    const schema = z.object({
      confidence: z.enum(["high", "low"]),
      notes: z.array(z.string().max(10)).max(3),
      why: z.string().nullish(),
    });

    const message = await client.messages
      .stream(asking({ output_config: { format: zodOutputFormat(schema) } }) as Anthropic.MessageStreamParams)
      .finalMessage();

    expect(message.content[0]).toMatchObject({ text: '{"confidence":"high","notes":[]}' });
  });
});
