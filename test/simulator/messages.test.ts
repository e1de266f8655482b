import type { World } from "@terrace/simulator";
import { expect, test } from "vitest";
import { asking, saying, simulate } from "./support.js";

test("create() gets the world's words with usage and ids", async () => {
  const { client } = await simulate({ world: saying("Good morning.") });

  const { data: message, request_id, response } = await client.messages.create(asking()).withResponse();

  expect(message.content).toEqual([{ type: "text", text: "Good morning.", citations: null }]);
  expect(message).toMatchObject({ model: "claude-haiku-5-5", role: "assistant", stop_reason: "end_turn" });
  expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 4, service_tier: "standard" });
  expect(message.id).toMatch(/^msg_[0-9a-f]{24}0001$/);
  expect(request_id).toBe(message.id.replace("msg_", "req_"));
  expect(response.headers.get("anthropic-ratelimit-requests-remaining")).not.toBeNull();
});

test("a stream gives the same message as JSON does", async () => {
  const world = { answer: () => ({ json: { greeting: "Grüße 👋 ".repeat(200) }, thinkingTokens: 20 }) };
  const { client } = await simulate({ world });

  const streamed = await client.messages.stream(asking()).finalMessage();
  const whole = await client.messages.create(asking());

  expect(streamed.content).toEqual(whole.content);
  expect(streamed.usage).toEqual(whole.usage);
  expect(streamed.stop_reason).toBe(whole.stop_reason);
});

test("a stream sends its events in the order of the API", async () => {
  const { client } = await simulate();

  const types: string[] = [];
  for await (const event of await client.messages.create({ ...asking(), stream: true }))
    types.push(event.type);

  expect(types).toEqual([
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});

test("the same request gets the same answer and the same ids in every simulator", async () => {
  const first = await simulate();
  const second = await simulate();

  const one = await first.client.messages.create(asking());
  const again = await second.client.messages.create(asking());

  expect(again).toEqual(one);
});

test("a request that comes again gets an id of its own", async () => {
  const { client } = await simulate();

  const ids = [await client.messages.create(asking()), await client.messages.create(asking())].map(
    ({ id }) => id,
  );

  expect(ids[1]).toBe(ids[0]?.replace(/0001$/, "0002"));
});

test("the world sees the request with its handy fields", async () => {
  let seen: unknown;
  const { client } = await simulate({
    world: {
      answer: (request) => {
        seen = request;
        return { text: "ok" };
      },
    },
  });
  const schema = { type: "object", properties: {}, additionalProperties: false };

  await client.messages.create(
    asking({
      model: "claude-opus-5-5",
      system: [{ type: "text", text: "Be brief." }],
      output_config: { effort: "low", format: { type: "json_schema", schema } },
    }),
  );

  expect(seen).toMatchObject({
    line: "opus",
    system: "Be brief.",
    lastUserText: "Say hello.",
    schema,
    effort: "low",
    occurrence: 1,
    stream: false,
  });
});

test("an answer longer than max_tokens is cut there", async () => {
  const { client } = await simulate({ world: saying("x".repeat(100)) });

  const message = await client.messages.create(asking({ max_tokens: 10 }));

  expect(message.content).toMatchObject([{ text: "x".repeat(40) }]);
  expect(message.stop_reason).toBe("max_tokens");
  expect(message.usage.output_tokens).toBe(10);
});

test("thinking counts as output and eats max_tokens", async () => {
  const { client } = await simulate({ world: { answer: () => ({ text: "yes", thinkingTokens: 500 }) } });

  const message = await client.messages.create(asking());
  const cut = await client.messages.create(asking({ max_tokens: 100 }));

  expect(message.content.map(({ type }) => type)).toEqual(["thinking", "text"]);
  expect(message.usage.output_tokens).toBe(501);
  expect(message.usage.output_tokens_details?.thinking_tokens).toBe(500);
  expect(cut.content.map(({ type }) => type)).toEqual(["thinking"]);
  expect(cut.stop_reason).toBe("max_tokens");
});

test("a stop sequence ends the answer before it", async () => {
  const { client } = await simulate({ world: saying("one END two") });

  const message = await client.messages.create(asking({ stop_sequences: ["END"] }));

  expect(message.content).toMatchObject([{ text: "one " }]);
  expect(message).toMatchObject({ stop_reason: "stop_sequence", stop_sequence: "END" });
});

test("a refusal is a 200 with its category", async () => {
  const stopDetails = { type: "refusal", category: "cyber", explanation: null };
  const { client } = await simulate({ world: { answer: () => ({ stopReason: "refusal", stopDetails }) } });

  const message = await client.messages.create(asking());

  expect(message).toMatchObject({ content: [], stop_reason: "refusal", stop_details: stopDetails });
});

test.each(["pause_turn", "model_context_window_exceeded", "compaction", null])(
  "the world may stop for %s",
  async (stopReason) => {
    const { client } = await simulate({ world: { answer: () => ({ text: "…", stopReason }) } });

    expect((await client.messages.create(asking())).stop_reason).toBe(stopReason);
    expect((await client.messages.stream(asking()).finalMessage()).stop_reason).toBe(stopReason);
  },
);

test("[A34] the world may call a tool that nobody offered", async () => {
  const call = {
    type: "tool_use",
    id: "toolu_1",
    name: "rm",
    input: { path: "/" },
    caller: { type: "direct" },
  };
  const { client } = await simulate({ world: { answer: () => ({ content: [call] }) } });

  const streamed = await client.messages.stream(asking()).finalMessage();

  expect(streamed.stop_reason).toBe("tool_use");
  expect(streamed.content).toEqual([call]);
});

test("max_tokens 0 warms the cache, asks nobody and says nothing", async () => {
  let asked = 0;
  const count = () => {
    asked += 1;
    return { text: "never said" };
  };
  const { client } = await simulate({ world: { answer: count } });

  const message = await client.messages.create(
    asking({
      max_tokens: 0,
      system: [{ type: "text", text: "x".repeat(4_000), cache_control: { type: "ephemeral" } }],
    }),
  );

  expect(asked).toBe(0);
  expect(message).toMatchObject({ content: [], stop_reason: "max_tokens" });
  expect(message.usage).toMatchObject({ output_tokens: 0, cache_creation_input_tokens: 1_000 });
});

test("a world that throws is an HTTP 500 with its words", async () => {
  const { client } = await simulate({
    world: {
      answer: () => {
        throw new Error("Nobody wrote an answer.");
      },
    },
  });

  await expect(client.messages.create(asking())).rejects.toMatchObject({
    status: 500,
    type: "api_error",
    apiMessage: "Nobody wrote an answer.",
  });
});

test("count_tokens counts the whole prompt, cached or not", async () => {
  const { client, simulator } = await simulate();

  const { input_tokens } = await client.messages.countTokens({
    model: "claude-haiku-5-5",
    system: [{ type: "text", text: "x".repeat(401), cache_control: { type: "ephemeral" } }],
    messages: [{ role: "user", content: "ééé" }],
  });

  expect(input_tokens).toBe(101 + 2);
  expect(simulator.bill.requests).toBe(0);
});

test("the models are listed and found one by one", async () => {
  const { client } = await simulate();

  const ids: string[] = [];
  for await (const model of client.models.list({ limit: 3 })) ids.push(model.id);
  const opus = await client.models.retrieve("claude-opus-5-5");

  expect(ids).toContain("claude-haiku-5-5");
  expect(ids).toHaveLength(8);
  expect(opus).toMatchObject({ line: "opus", max_tokens: 128_000, lifecycle: "active" });
  await expect(client.models.retrieve("claude-3-opus")).rejects.toMatchObject({ status: 404 });
});

test("requests are kept with their headers but never with their key", async () => {
  const { client, simulator } = await simulate();

  await client.messages.create(asking());

  expect(simulator.requests).toHaveLength(1);
  expect(simulator.requests[0]).toMatchObject({
    n: 1,
    path: "/v1/messages",
    authorization: "bearer",
    status: 200,
    model: "claude-haiku-5-5",
    body: asking(),
    headers: { "anthropic-version": "2026-10-21", "x-stainless-retry-count": "0" },
  });
  expect(JSON.stringify(simulator.requests)).not.toContain("Bearer");
});

test("the high-water mark counts what is under way at once, in all and by model", async () => {
  let asked = 0;
  let answerAll = () => {};
  const allAsked = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const world: World = {
    async answer() {
      asked += 1;
      if (asked === 7) answerAll();
      await allAsked;
      return { text: "Hello." };
    },
  };
  const { client, simulator } = await simulate({ world });

  await Promise.all([
    ...Array.from({ length: 5 }, () => client.messages.create(asking())),
    ...Array.from({ length: 2 }, () => client.messages.create(asking({ model: "claude-opus-5-5" }))),
  ]);
  await client.messages.create(asking());

  expect(simulator.maxInFlight).toBe(7);
  expect(simulator.maxInFlightByModel).toEqual({ "claude-haiku-5-5": 5, "claude-opus-5-5": 2 });
  expect(simulator.inFlight).toBe(0);
});

test("a client that leaves before the answer begins is no longer in flight and is not billed", async () => {
  const { client, simulator } = await simulate({ latency: 5_000 });
  const leaving = new AbortController();

  const call = client.messages.create(asking(), { signal: leaving.signal });
  await expect.poll(() => simulator.inFlight).toBe(1);
  leaving.abort();

  await expect(call).rejects.toThrow();
  await expect.poll(() => simulator.inFlight).toBe(0);
  expect(simulator.bill.requests).toBe(0);
  expect(simulator.requests[0]).toMatchObject({ aborted: true });
});

test("[A36] the world may answer later than the client waits", async () => {
  const { client } = await simulate({ world: { answer: () => ({ text: "late", latencyMs: 200 }) } });

  await expect(client.messages.create(asking(), { timeout: 50 })).rejects.toThrow("timed out");
});

test("[A17] a closed simulator refuses connections", async () => {
  const { client, simulator } = await simulate();
  await simulator.close();

  await expect(client.messages.create(asking())).rejects.toThrow("Connection error");
});
