// What can be wrong with an answer, and what is never sent: rows A27–A34, A38, A39, A43, A44 and B11.
import { gzipSync } from "node:zlib";
import type { World } from "@terrace/simulator";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import {
  askOnce,
  journal,
  meet,
  meetJson,
  PARIS,
  question,
  STREAMED,
  serve,
  sse,
  stage,
  vendorClient,
  wireMessage,
} from "../agents/client-support.js";

const WHERE = '("claude-haiku-5-5" at HOST)';
const streamed = { maxTokens: STREAMED };

describe("An answer in an odd form", () => {
  test("[A27] is the same however its stream is cut into chunks and lines", async () => {
    let frames: Buffer[] = [];
    const url = await serve(async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
      for (const frame of frames) await new Promise<void>((next) => response.write(frame, () => next()));
      response.end();
    });
    const model = anthropicClient({ client: vendorClient(url) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
        async (lineEnd, sizes) => {
          frames = chunks(sse(lineEnd), sizes);
          const answer = await model.ask(question(streamed), journal());

          expect(answer).toEqual({ outcome: "ok", value: { text: PARIS } });
        },
      ),
      { numRuns: 60, seed: 27 },
    );
  }, 60_000);

  test.each(["one-byte-chunks", "crlf", "unknown-event", "unknown-block", "duplicate-stop"] as const)(
    "[A27] [A28] (%s) is read all the same",
    async (kind) => {
      const { answer } = await meet({ faults: [{ kind }], request: streamed });

      expect(answer).toEqual({ outcome: "ok", value: { text: PARIS } });
    },
  );

  test("[A28] with a block of unknown type is recorded as it came", async () => {
    const { answer, last } = await meet({ faults: [{ kind: "unknown-block" }] });

    expect(answer.outcome).toBe("ok");
    expect(last).toHaveProperty("raw.content.0", { type: "hologram", data: "unknown to the client" });
  });

  test("[A27] with an event that is no JSON is not accepted", async () => {
    const { fault } = await meet({
      faults: [{ kind: "malformed-event", afterEvents: 3 }],
      request: streamed,
    });

    expect(fault).toMatchObject({ code: "TRUNCATED_BODY", retryable: true });
  });

  test.each([{}, streamed])(
    "[A29] as a page names the host and shows its beginning (%j)",
    async (request) => {
      const { fault, message, simulator } = await meet({ faults: [{ kind: "html" }], request });

      expect(fault).toMatchObject({ code: "BAD_CONTENT_TYPE", retryable: true, pause: "network" });
      expect(message).toBe(
        `Something other than an answer of the API came ${WHERE}: "text/html; charset=utf-8: <!doctype html><html><head><title>Sign in</title></head><body>Sign in to this ne". Is there a proxy or a captive portal in between?`,
      );
      expect(simulator.requests).toHaveLength(1);
    },
  );

  test("[A29] without a content type is not accepted", async () => {
    const { fault } = await meet({ faults: [{ kind: "no-content-type" }] });

    expect(fault).toMatchObject({ code: "BAD_CONTENT_TYPE", retryable: true });
  });

  test("[A31] as an empty object is asked for again once, and no more", async () => {
    const first = await meet({ faults: [{ kind: "empty-object" }] });
    const second = await meet({ faults: [{ kind: "empty-object" }], request: { retry: 1 } });

    expect(first.fault).toMatchObject({ code: "BAD_RESPONSE", outcome: "transport", retryable: true });
    expect(second.fault).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    expect(first.message).toBe(
      `The answer has not the shape of a message ${WHERE}: "'model': Invalid input: expected string, received undefined". Check the base URL and what is in between.`,
    );
    expect(first.last).toMatchObject({ event: "failed", usage: null, costMicroUsd: null });
  });

  test("[A31] as any JSON but a message never counts as one", async () => {
    let body = "";
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(body);
    });
    const model = anthropicClient({ client: vendorClient(url), env: { random: () => 0 }, warn: () => {} });
    await fc.assert(
      fc.asyncProperty(fc.json(), async (json) => {
        body = json;
        expect(await model.ask(question(), journal())).toMatchObject({ outcome: "transport" });
      }),
      { numRuns: 100, seed: 31 },
    );
  });

  test("[A31] nested beyond all measure does not overflow the log", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const { fault } = await meetJson(JSON.stringify(wireMessage()).replace("{", `{"deep":${deep},`));

    expect(fault?.code).toBe("BAD_RESPONSE");
  });

  test.each([{}, streamed])("[A38] that swells when unpacked is cut at the cap (%j)", async (request) => {
    const { fault, message } = await meet({
      faults: [{ kind: "gzip-bomb", bytes: 200 * 1024 * 1024 }],
      request,
      options: { maxResponseBytes: 1024 * 1024 },
    });

    expect(fault).toMatchObject({ code: "RESPONSE_TOO_LARGE", retryable: false });
    expect(message).toBe(
      `The answer is larger than any message ${WHERE}. Check the base URL and what is in between.`,
    );
  });

  test("[A38] that is packed and of ordinary size is read", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
      response.end(gzipSync(JSON.stringify(wireMessage())));
    });

    expect((await askOnce(vendorClient(url))).answer.outcome).toBe("ok");
  });
});

describe("What answered", () => {
  test("[A32] under the model's dated name is used without a word", async () => {
    const scene = { request: { model: "claude-haiku-4-5", effort: null } };
    const { answer, warnings } = await meetJson(wireMessage({ model: "claude-haiku-4-5-20251001" }), scene);

    expect(answer.outcome).toBe("ok");
    expect(warnings).toEqual([]);
  });

  test("[A32] as another model of the same line is used, priced as what it is, and told", async () => {
    const { answer, last, warnings } = await meetJson(wireMessage({ model: "claude-haiku-4-5" }));

    expect(answer.outcome).toBe("ok");
    expect(last).toMatchObject({ event: "answered", model: "claude-haiku-4-5", costMicroUsd: 1_500 });
    expect(warnings).toEqual([
      '"claude-haiku-5-5" was asked and "claude-haiku-4-5" answered; the call is priced as what answered.',
    ]);
  });

  test("[A32] as a model of another line is not used, yet recorded and priced", async () => {
    const { fault, message, last } = await meet({
      faults: [{ kind: "wrong-model", model: "claude-opus-5-5" }],
    });

    expect(fault).toMatchObject({ code: "MODEL_MISMATCH", outcome: "transport", retryable: false });
    expect(message).toBe(
      `Another kind of model answered than was asked ${WHERE}: "claude-opus-5-5". Check what is between here and the API.`,
    );
    expect(last).toMatchObject({ event: "answered", model: "claude-opus-5-5", priceAsOf: "2026-09-23" });
  });

  test.each(["missing", "negative", "fractional", "huge"] as const)(
    "[A33] with %s token counts is used, and its cost is unknown",
    async (usage) => {
      for (const maxTokens of [1_000, STREAMED]) {
        const { answer, last, warnings } = await meet({
          faults: [{ kind: "usage", usage }],
          request: { maxTokens },
        });

        expect(answer.outcome).toBe("ok");
        expect(last).toMatchObject({ event: "answered", costMicroUsd: null, priceAsOf: null });
        expect(warnings).toEqual([
          'An answer of "claude-haiku-5-5" has no usable token counts; what it cost is unknown.',
        ]);
      }
    },
  );

  test("[B11] that counts what has no price is used, and its tokens are recorded; what it cost is unknown", async () => {
    for (const maxTokens of [1_000, STREAMED]) {
      const usage = { input_tokens: 1_000, output_tokens: 100, video_input_tokens: 7 };
      const { answer, last, warnings } = await meet({
        faults: [{ kind: "usage", usage }],
        request: { maxTokens },
      });

      expect(answer.outcome).toBe("ok");
      expect(last).toMatchObject({
        ...{ event: "answered", costMicroUsd: null, priceAsOf: null },
        usage: { inputTokens: 1_000, outputTokens: 100 },
      });
      expect(warnings).toEqual([
        'An answer of "claude-haiku-5-5" counts "video_input_tokens", which has no known price; what it cost is unknown.',
      ]);
    }
  });

  test("[B11] that says it went with a batch is billed at half, however it was sent", async () => {
    for (const maxTokens of [1_000, STREAMED]) {
      const usage = { input_tokens: 1_000, output_tokens: 100, service_tier: "batch" };
      const { last, warnings } = await meet({ faults: [{ kind: "usage", usage }], request: { maxTokens } });

      expect(last).toMatchObject({ event: "answered", costMicroUsd: 75, priceAsOf: "2026-10-07" });
      expect(warnings).toEqual([]);
    }
  });

  test("[A34] with a tool that was not offered is not run: the answer is to be repaired", async () => {
    const content = [{ type: "tool_use", id: "toolu_1", name: "shell", input: { command: "rm -rf /" } }];
    const { fault, last } = await meetJson(wireMessage({ content, stop_reason: "tool_use" }));

    expect(fault).toMatchObject({ code: "UNEXPECTED_STOP", outcome: "invalid_output" });
    expect(fault?.issues).toEqual([
      "The model stopped for something it was not offered. Answer with the JSON alone.",
    ]);
    expect(last).toMatchObject({ event: "answered", stopReason: "tool_use" });
  });

  test("[A39] at a price nobody knows costs `null`, never 0 and never another model's price", async () => {
    const { last } = await meetJson(wireMessage({ model: "claude-haiku-7" }));

    expect(last).toMatchObject({ event: "answered", costMicroUsd: null, priceAsOf: null });
  });
});

describe("What is not sent", () => {
  test("[A43] goes out with no check of certificates: refused, aloud and once", async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    try {
      const warnings: string[] = [];
      const client = anthropicClient({
        client: vendorClient("https://api.anthropic.com"),
        warn: (line) => void warnings.push(line),
      });
      const calls = journal();
      const answers = [await client.ask(question(), calls), await client.ask(question(), calls)];

      expect(answers.map((answer) => "fault" in answer && answer.fault.code)).toEqual(["TLS", "TLS"]);
      expect(calls.told).toEqual([]);
      expect(warnings).toEqual([
        'Nothing was sent, for NODE_TLS_REJECT_UNAUTHORIZED=0 turns the check of certificates off ("claude-haiku-5-5" at api.anthropic.com). Unset it and give a private authority with NODE_EXTRA_CA_CERTS, then resume the run.',
      ]);
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
  });

  test.each(["http://api.anthropic.com", "http://127.0.0.1.evil.example", "http://user:pw@10.0.0.1:8080"])(
    "[C07] goes to %s without encryption: refused",
    async (url) => {
      const { fault, told } = await askOnce(vendorClient(url));

      expect(fault).toMatchObject({ code: "BASE_URL", retryable: false, scope: "run" });
      expect(fault?.message).not.toContain("pw");
      expect(told).toEqual([]);
    },
  );

  test("[A44] half characters are sent as U+FFFD, and whole ones as they are", async () => {
    let asked = "";
    const world: World = {
      answer({ lastUserText }) {
        asked = lastUserText;
        return { text: PARIS };
      },
    };
    const { client } = await stage({ world });
    const { answer } = await askOnce(client, { request: { user: "a\ud800b\udc00c 🗼" } });

    expect(answer.outcome).toBe("ok");
    expect(asked).toBe("a\ufffdb\ufffdc 🗼");
  });
});

function chunks(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    parts.push(bytes.subarray(from, from + size));
    from += size;
  }
  return parts;
}
