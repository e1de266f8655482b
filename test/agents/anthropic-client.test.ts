import { getEventListeners } from "node:events";
import type Anthropic from "@anthropic-ai/sdk";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { anthropicClient, type MessagesClient } from "../../packages/agents/src/anthropic-client.js";
import {
  askOnce,
  journal,
  meet,
  meetJson,
  PARIS,
  question,
  STREAMED,
  serve,
  stage,
  vendorClient,
  wireMessage,
} from "./client-support.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("A question", () => {
  test.each([
    [1_000, {}],
    [8_000, {}],
    [8_001, { stream: true }],
  ])("of %i tokens goes out as one request and nothing else", async (maxTokens, stream) => {
    const { client, bodies } = await listening();
    await askOnce(client, { request: { maxTokens } });
    const { schema } = question();

    expect(bodies).toEqual([
      {
        model: "claude-haiku-5-5",
        max_tokens: maxTokens,
        system: [{ type: "text", text: "You answer questions." }],
        messages: [{ role: "user", content: "What is the capital of France?" }],
        output_config: { effort: "low", format: { type: "json_schema", schema } },
        ...stream,
      },
    ]);
  });

  test("that is not answered is not repeated, though the vendor's client would", async () => {
    const { client, bodies } = await listening();
    expect(client.maxRetries).toBe(2);
    const { fault } = await askOnce(client);

    expect(fault).toMatchObject({ code: "SERVER_ERROR", retryable: true });
    expect(bodies).toHaveLength(1);
  });

  test("does not leave before it is recorded", async () => {
    const { client, simulator } = await stage();
    let record = (_: string): void => {};
    const recorded = new Promise<string>((resolve) => {
      record = resolve;
    });
    const calls = { ...journal(), sent: () => recorded };
    const answer = anthropicClient({ client }).ask(question(), calls);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(simulator.requests).toHaveLength(0);
    record("call_1");

    expect(await answer).toEqual({ outcome: "ok", value: { text: PARIS } });
  });

  test("does not leave at all when it cannot be recorded", async () => {
    const { client, simulator } = await stage();
    const calls = { ...journal(), sent: () => Promise.reject(new Error("disk full")) };

    await expect(anthropicClient({ client }).ask(question(), calls)).rejects.toThrow("disk full");
    expect(simulator.requests).toHaveLength(0);
  });

  test("that is cancelled before it leaves is not recorded", async () => {
    const { answer, told, simulator } = await meet({ request: { signal: AbortSignal.abort() } });

    expect(answer).toMatchObject({ outcome: "transport", fault: { code: "CANCELLED" } });
    expect(told).toEqual([]);
    expect(simulator.requests).toHaveLength(0);
  });

  test("lets go of the signal it was given", async () => {
    const { client } = await stage({ faults: (_, n) => (n % 2 === 0 ? { kind: "html" } : undefined) });
    const { signal } = new AbortController();
    const model = anthropicClient({ client, warn: () => {} });
    for (let n = 0; n < 20; n += 1) {
      await model.ask(question({ signal, maxTokens: n % 3 === 0 ? STREAMED : 1_000 }), journal());
    }

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("An answer", () => {
  test.each([1_000, STREAMED])(
    "is recorded with what it used and cost, and as it came (%i)",
    async (maxTokens) => {
      const { answer, told, simulator } = await meet({ request: { maxTokens } });
      const [sent, answered] = told;
      const [billed] = simulator.bill.calls;

      expect(answer).toEqual({ outcome: "ok", value: { text: PARIS } });
      expect(sent).toEqual({
        event: "sent",
        intent: {
          model: "claude-haiku-5-5",
          effort: "low",
          maxTokens,
          key: expect.stringMatching(/^[0-9a-f]{64}$/),
          reservedMicroUsd: expect.any(Number),
          reservedTokens: expect.any(Number),
        },
      });
      expect(answered).toMatchObject({
        event: "answered",
        callId: "call_1",
        model: "claude-haiku-5-5",
        requestId: billed?.requestId,
        stopReason: "end_turn",
        usage: { inputTokens: billed?.inputTokens, outputTokens: billed?.outputTokens },
        costMicroUsd: billed?.microUsd,
        priceAsOf: "2026-10-07",
        latencyMs: expect.any(Number),
        raw: { type: "message", content: [{ type: "text", text: PARIS }], stop_reason: "end_turn" },
      });
      expect(told).toHaveLength(2);
    },
  );

  test("is recorded before anybody reads it", async () => {
    const { client } = await stage();
    const calls = { ...journal(), answered: () => Promise.reject(new Error("disk full")) };

    await expect(anthropicClient({ client }).ask(question(), calls)).rejects.toThrow("disk full");
  });

  test("that never came is recorded, too", async () => {
    const { client } = await stage({ faults: [{ kind: "html" }] });
    const calls = { ...journal(), failed: () => Promise.reject(new Error("disk full")) };

    await expect(anthropicClient({ client }).ask(question(), calls)).rejects.toThrow("disk full");
  });

  test.each([1_000, STREAMED])("is its text blocks, joined, without the thinking (%i)", async (maxTokens) => {
    const content = [
      { type: "thinking", thinking: "Hm. {", signature: "sig" },
      { type: "text", text: '{"answer":' },
      { type: "text", text: '"Paris"}' },
    ];
    const { answer } = await meet({ world: { answer: () => ({ content }) }, request: { maxTokens } });

    expect(answer).toEqual({ outcome: "ok", value: { text: '{"answer":"Paris"}' } });
  });

  test.each([
    [
      {
        stop_reason: "refusal",
        stop_details: { type: "refusal", category: "cyber", explanation: 'No "exploits".' },
      },
      { outcome: "refused", code: "REFUSED" },
      `The model declined ("claude-haiku-5-5" at HOST): "cyber: No 'exploits'". Asking the same model again does not help.`,
    ],
    [
      { stop_reason: "refusal", content: [] },
      { outcome: "refused", code: "REFUSED" },
      'The model declined ("claude-haiku-5-5" at HOST). Asking the same model again does not help.',
    ],
    [
      { stop_reason: "max_tokens" },
      { outcome: "truncated", code: "MAX_TOKENS" },
      'The answer was cut at its token limit ("claude-haiku-5-5" at HOST). Allow more tokens, or ask for less.',
    ],
    [
      { stop_reason: "model_context_window_exceeded" },
      { outcome: "context_exceeded", code: "CONTEXT_EXCEEDED" },
      'The request is too long for the model ("claude-haiku-5-5" at HOST). Shorten the inputs of the task, or split it.',
    ],
    [
      { stop_reason: "pause_turn" },
      { outcome: "invalid_output", code: "UNEXPECTED_STOP" },
      'The model stopped for something it was not offered ("claude-haiku-5-5" at HOST): "pause_turn". Answer with the JSON alone.',
    ],
    [
      { content: [{ type: "thinking", thinking: "", signature: "sig" }] },
      { outcome: "empty", code: "EMPTY" },
      'The model answered without a word ("claude-haiku-5-5" at HOST). Ask again, or at another effort.',
    ],
  ])(
    "that cannot be used (%j) is recorded and paid, and no fault of the transport",
    async (changes, fault, line) => {
      const met = await meetJson(wireMessage(changes));

      expect(met.fault).toMatchObject({ ...fault, retryable: false, scope: "work", retryAfterMs: 0 });
      expect(met.message).toBe(line);
      expect(met.last).toMatchObject({ event: "answered", requestId: "req_1", costMicroUsd: 150 });
    },
  );

  test("that says the prompt is too long is told from other errors", async () => {
    const message = "prompt is too long: 1200345 tokens > 1000000 maximum";
    const { fault } = await meet({ faults: [{ kind: "status", status: 400, message }] });

    expect(fault).toMatchObject({ outcome: "context_exceeded", code: "CONTEXT_EXCEEDED", retryable: false });
  });
});

describe("The client", () => {
  test("needs no key until it is asked, and then names the variable", async () => {
    for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"])
      vi.stubEnv(name, undefined);
    vi.stubEnv("HOME", "/nonexistent");
    vi.stubEnv("ANTHROPIC_BASE_URL", "http://127.0.0.1:4010");
    const { fault, message, last } = await askOnce(undefined);

    expect(fault).toMatchObject({ code: "AUTH", retryable: false, scope: "run", pause: "auth" });
    expect(message).toMatch(
      /^Nothing was sent, for there is no key \("claude-haiku-5-5" at HOST\): ".*"\. Set ANTHROPIC_API_KEY, then resume the run\.$/,
    );
    expect(last).toMatchObject({ event: "failed", costMicroUsd: 0 });
  });

  test("is Anthropic's own when none is given", async () => {
    const { simulator } = await stage();
    vi.stubEnv("ANTHROPIC_API_KEY", "key");
    vi.stubEnv("ANTHROPIC_BASE_URL", simulator.url);
    const { answer } = await askOnce(undefined);

    expect(answer.outcome).toBe("ok");
    expect(simulator.requests).toHaveLength(1);
  });

  test("may be any that creates messages", () => {
    type Elsewhere = { messages: Omit<Anthropic.Messages, "batches" | "countTokens"> };

    expectTypeOf<Anthropic>().toExtend<MessagesClient>();
    expectTypeOf<Elsewhere>().toExtend<MessagesClient>();
  });

  test("may be a plain object: what it gives is checked all the same", async () => {
    const client = (create: () => unknown): MessagesClient => ({
      messages: { create } as unknown as MessagesClient["messages"],
    });
    const whole = await askOnce(client(async () => wireMessage()));
    const odd = await askOnce(client(async () => "<html>"));
    const broken = await askOnce(
      client(() => {
        throw new RangeError("no such option");
      }),
    );

    expect(whole.answer.outcome).toBe("ok");
    expect(odd.fault).toMatchObject({ code: "BAD_RESPONSE", outcome: "transport" });
    expect(broken.fault).toMatchObject({ code: "REQUEST_FAILED", retryable: false });
    expect(broken.message).toBe(
      'The request could not be made ("claude-haiku-5-5" at api.anthropic.com): "no such option". Check the options of the client.',
    );
  });

  test.each([
    [{ idleMs: 0 }, "Expected `idleMs` to be a number above 0, got `0`."],
    [{ deadlineMs: Number.NaN }, "Expected `deadlineMs` to be a number above 0, got `NaN`."],
    [{ firstByteMs: -1 }, "Expected `firstByteMs` to be a number above 0, got `-1`."],
  ])("refuses %j", (options, message) => {
    expect(() => anthropicClient(options)).toThrow(message);
  });
});

/** A vendor's client as it comes, and the bodies it sends to a server that always fails. */
async function listening(): Promise<{ client: Anthropic; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const url = await serve(
    (_, response) => response.writeHead(500).end("{}"),
    (body) => bodies.push(JSON.parse(body)),
  );
  return { client: vendorClient(url), bodies };
}
