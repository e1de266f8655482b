import type Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { asking, simulate } from "./support.js";

type Ttl = "5m" | "1h";

/** A system prompt of 1,000 tokens that ends in a breakpoint. */
const shared = (ttl: Ttl = "5m", first = "x"): Anthropic.TextBlockParam[] => [
  { type: "text", text: first + "x".repeat(3_999), cache_control: { type: "ephemeral", ttl } },
];
const about = (task: string, changes: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) =>
  asking({ system: shared(), messages: [{ role: "user", content: task }], ...changes });
const figures = ({ usage }: Anthropic.Message) => [
  usage.input_tokens,
  usage.cache_creation_input_tokens,
  usage.cache_read_input_tokens,
];

test("a prefix is written once and then read", async () => {
  const { client, simulator } = await simulate();

  const first = await client.messages.create(about("one!"));
  const second = await client.messages.create(about("two!"));

  expect(figures(first)).toEqual([1, 1_000, 0]);
  expect(figures(second)).toEqual([1, 0, 1_000]);
  // Haiku: 1 × 0.10 + 1,000 × 0.125 + 2 × 0.50 = 126.1; 1 × 0.10 + 1,000 × 0.01 + 2 × 0.50 = 11.1
  expect(simulator.bill.calls.map((call) => call.microUsd)).toEqual([126, 11]);
});

test("writes are split by how long they live", async () => {
  const { client } = await simulate();

  const { usage } = await client.messages.create(
    asking({
      system: shared("1h"),
      messages: [
        {
          role: "user",
          content: [{ type: "text", text: "y".repeat(400), cache_control: { type: "ephemeral" } }],
        },
      ],
    }),
  );

  expect(usage.cache_creation).toEqual({ ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 1_000 });
});

test("a prefix below 512 tokens is not cached, and nobody complains", async () => {
  const { client } = await simulate();
  const short = (tokens: number) =>
    asking({
      system: [{ type: "text", text: "x".repeat(tokens * 4), cache_control: { type: "ephemeral" } }],
    });

  expect(figures(await client.messages.create(short(511)))).toEqual([514, 0, 0]);
  expect(figures(await client.messages.create(short(512)))).toEqual([3, 512, 0]);
});

test("a fan-out into a cold cache writes as often as it asks", async () => {
  // Long enough for the last to arrive before the first has an answer, however busy the machine is.
  const { client } = await simulate({ latency: 500 });

  const messages = await Promise.all(["a", "b", "c", "d"].map((task) => client.messages.create(about(task))));
  const late = await client.messages.create(about("e"));

  expect(messages.map(figures)).toEqual(Array(4).fill([1, 1_000, 0]));
  expect(figures(late)).toEqual([1, 0, 1_000]);
});

test.each<[string, Partial<Anthropic.MessageCreateParamsNonStreaming>]>([
  ["another model", { model: "claude-sonnet-5-5" }],
  ["a changed first byte", { system: shared("5m", "y") }],
  ["a tool in front", { tools: [{ name: "look", input_schema: { type: "object" } }] }],
  [
    "another output format",
    {
      output_config: {
        format: {
          type: "json_schema",
          schema: { type: "object", properties: {}, additionalProperties: false },
        },
      },
    },
  ],
])("%s reads nothing", async (_, changes) => {
  const { client } = await simulate();
  await client.messages.create(about("one"));

  const { usage } = await client.messages.create(about("one", changes));

  expect(usage.cache_read_input_tokens).toBe(0);
  expect(usage.cache_creation_input_tokens).toBeGreaterThanOrEqual(1_000);
});

test("another effort keeps the system prompt but not the messages", async () => {
  const { client } = await simulate();
  const request = (effort: "low" | "high") =>
    about("", {
      cache_control: { type: "ephemeral" },
      messages: [{ role: "user", content: "y".repeat(4_000) }],
      output_config: { effort },
    });

  await client.messages.create(request("low"));

  expect(figures(await client.messages.create(request("low")))).toEqual([0, 0, 2_000]);
  expect(figures(await client.messages.create(request("high")))).toEqual([0, 1_000, 1_000]);
});

test("an entry lives five minutes from when it was last used, or an hour", async () => {
  let now = 0;
  const { client } = await simulate({ now: () => now });
  const minutes = async (at: number, ttl: Ttl) => {
    now = at * 60_000;
    return figures(await client.messages.create(about("t", { system: shared(ttl, ttl) })));
  };

  expect(await minutes(0, "5m")).toEqual([1, 1_001, 0]);
  expect(await minutes(4, "5m")).toEqual([1, 0, 1_001]);
  expect(await minutes(8.9, "5m")).toEqual([1, 0, 1_001]);
  expect(await minutes(14, "5m")).toEqual([1, 1_001, 0]);
  expect(await minutes(14, "1h")).toEqual([1, 1_001, 0]);
  expect(await minutes(73, "1h")).toEqual([1, 0, 1_001]);
});

test("a grown conversation reads what an earlier turn wrote, up to 20 blocks back", async () => {
  const { client } = await simulate();
  const talk = (blocks: number) =>
    asking({
      cache_control: { type: "ephemeral" },
      messages: [
        {
          role: "user",
          content: Array.from({ length: blocks }, (_, n) => ({
            type: "text" as const,
            text: `${n}`.padEnd(400, "z"),
          })),
        },
      ],
    });
  await client.messages.create(talk(10));

  expect(figures(await client.messages.create(talk(29)))).toEqual([0, 1_900, 1_000]);
  const far = await simulate();
  await far.client.messages.create(talk(10));
  expect(figures(await far.client.messages.create(talk(30)))).toEqual([0, 3_000, 0]);
});
