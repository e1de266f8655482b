import Anthropic from "@anthropic-ai/sdk";
import { costMicroUsd } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { asking, post, saying, simulate } from "./support.js";

const HOUR = 60 * 60_000;

/** Requests that differ, with ids of their own. */
const requests = (count: number, changes: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) =>
  Array.from({ length: count }, (_, index) => ({
    custom_id: `item-${index}`,
    params: asking({ messages: [{ role: "user", content: `Say hello ${index}.` }], ...changes }),
  }));

type Line = Anthropic.Messages.MessageBatchIndividualResponse;

async function linesOf(client: Anthropic, id: string): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of await client.messages.batches.results(id)) lines.push(line);
  return lines;
}

/** A simulator whose clock is moved by hand. */
async function timed(options: Parameters<typeof simulate>[0] = {}) {
  let now = Date.UTC(2026, 10, 21);
  const staged = await simulate({ now: () => now, ...options });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { ...staged, pass };
}

describe("a batch", () => {
  test("ends after its time, and has a result for each request, in another order", async () => {
    const { client, pass } = await timed({ batches: { latency: HOUR } });
    const created = await client.messages.batches.create({ requests: requests(5) });
    expect(created).toMatchObject({ processing_status: "in_progress", results_url: null, ended_at: null });
    expect(created.request_counts).toEqual({
      processing: 5,
      succeeded: 0,
      errored: 0,
      canceled: 0,
      expired: 0,
    });
    await expect(linesOf(client, created.id)).rejects.toThrow("No batch `results_url`");
    pass(HOUR);
    const ended = await client.messages.batches.retrieve(created.id);
    const lines = await linesOf(client, created.id);

    expect(ended).toMatchObject({
      processing_status: "ended",
      request_counts: { succeeded: 5, processing: 0 },
    });
    expect(lines.map(({ custom_id }) => custom_id)).toEqual([2, 3, 4, 0, 1].map((n) => `item-${n}`));
    expect(lines[0]?.result).toMatchObject({
      type: "succeeded",
      message: { content: [{ type: "text", text: "Hello." }], usage: { service_tier: "batch" } },
    });
  });

  test("costs half, to the half micro-dollar, cached tokens too", async () => {
    const { client, simulator } = await simulate({ world: saying("x".repeat(400)) });
    const params = asking({
      system: [{ type: "text", text: "x".repeat(8_000), cache_control: { type: "ephemeral", ttl: "1h" } }],
    });
    await client.messages.create(params);
    const live = simulator.bill.microUsd;
    const { client: other, simulator: fresh } = await simulate({ world: saying("x".repeat(400)) });
    const { id } = await other.messages.batches.create({ requests: [{ custom_id: "a", params }] });
    await linesOf(other, id);

    expect(fresh.bill.microUsd).toBe(Math.round(live / 2));
    expect(fresh.bill.calls).toMatchObject([{ serviceTier: "batch", cacheWrite1hTokens: 2_000 }]);
    const usage = {
      inputTokens: 5,
      outputTokens: 0,
      cacheReadTokens: 0,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
    };
    // 5 × 2 ÷ 2; then 5 × 0.10 ÷ 2 = 0.25 and, of 10 tokens, 0.5, which is rounded up.
    expect(costMicroUsd("claude-sonnet-5-5", { ...usage, serviceTier: "batch" })).toBe(5);
    expect(costMicroUsd("claude-haiku-5-5", { ...usage, serviceTier: "batch" })).toBe(0);
    expect(costMicroUsd("claude-haiku-5-5", { ...usage, inputTokens: 10, serviceTier: "batch" })).toBe(1);
  });

  test("writes a shared prefix once and reads it from then on", async () => {
    const { client, simulator } = await simulate();
    const system = [
      { type: "text" as const, text: "x".repeat(8_000), cache_control: { type: "ephemeral" as const } },
    ];
    await client.messages.batches.create({ requests: requests(10, { system }) });

    expect(simulator.bill).toMatchObject({
      requests: 10,
      cacheWrite5mTokens: 2_000,
      cacheReadTokens: 18_000,
    });
  });

  test("is billed request by request as time passes, whether anybody looks or not", async () => {
    const { client, simulator, pass } = await timed({ batches: { latency: HOUR } });
    await client.messages.batches.create({ requests: requests(4) });
    expect(simulator.bill.requests).toBe(0);
    pass(HOUR / 2);
    expect(simulator.bill.requests).toBe(2);
    pass(HOUR);
    expect(simulator.bill.requests).toBe(4);
    expect(simulator.batches).toMatchObject([{ status: "ended", items: { length: 4 } }]);
  });

  test("that is cancelled keeps what was done, and the rest is not billed", async () => {
    const { client, simulator, pass } = await timed({ batches: { latency: HOUR } });
    const { id } = await client.messages.batches.create({ requests: requests(4) });
    pass(HOUR / 4);
    const canceled = await client.messages.batches.cancel(id);
    expect(canceled).toMatchObject({ processing_status: "canceling", results_url: null });
    const ended = await client.messages.batches.retrieve(id);

    expect(ended.cancel_initiated_at).not.toBeNull();
    expect(ended.request_counts).toMatchObject({ succeeded: 1, canceled: 3 });
    expect((await linesOf(client, id)).map(({ result }) => result.type).sort()).toEqual([
      "canceled",
      "canceled",
      "canceled",
      "succeeded",
    ]);
    expect(simulator.bill.requests).toBe(1);
  });

  test("expires after a day", async () => {
    const { client, simulator, pass } = await timed({ batches: { latency: 48 * HOUR } });
    const { id } = await client.messages.batches.create({ requests: requests(4) });
    pass(48 * HOUR);

    expect((await client.messages.batches.retrieve(id)).request_counts).toMatchObject({
      succeeded: 2,
      expired: 2,
    });
    expect(simulator.bill.requests).toBe(2);
  });

  test("can be told what becomes of each request", async () => {
    const { client, simulator } = await simulate({
      batches: {
        outcome: ({ index }) =>
          [undefined, { type: "errored", status: 529 }, { type: "expired" }, { type: "canceled" }][
            index
          ] as never,
      },
    });
    const { id } = await client.messages.batches.create({ requests: requests(4) });
    const byId = new Map((await linesOf(client, id)).map(({ custom_id, result }) => [custom_id, result]));

    expect(byId.get("item-1")).toMatchObject({
      type: "errored",
      error: { type: "error", error: { type: "overloaded_error" }, request_id: expect.any(String) },
    });
    expect(byId.get("item-2")).toEqual({ type: "expired" });
    expect(byId.get("item-3")).toEqual({ type: "canceled" });
    expect(simulator.bill.requests).toBe(1);
  });
});

describe("what is wrong with one request of a batch", () => {
  test.each([
    ["streaming", { stream: true }, "stream: streaming is not supported in batches"],
    ["a speed", { speed: "fast" }, "speed: Extra inputs are not permitted"],
    ["warming the cache", { max_tokens: 0 }, "max_tokens: 0 is not supported in batches"],
    ["a fallback", { fallbacks: "default" }, "fallbacks: Extra inputs are not permitted"],
    [
      "sampling",
      { temperature: 1 },
      "temperature: sampling parameters are not supported in API version 2026-10-21.",
    ],
    ["no such model", { model: "claude-nobody" }, "model: claude-nobody"],
  ])("%s is found when it is processed, and not billed", async (_, changes, message) => {
    const { client, simulator } = await simulate();
    const [fine, wrong] = requests(2);
    const params = { ...wrong?.params, ...changes } as never;
    const { id } = await client.messages.batches.create({
      requests: [fine as never, { custom_id: "wrong", params }],
    });
    const lines = await linesOf(client, id);

    expect(lines.find(({ custom_id }) => custom_id === "wrong")?.result).toMatchObject({
      type: "errored",
      error: { error: { message } },
    });
    expect(simulator.bill.requests).toBe(1);
  });
});

describe("what is refused as a whole:", () => {
  const item = (custom_id: unknown) => ({ custom_id, params: asking() });
  test.each([
    ["no request", [], "requests: at least one request is required"],
    [
      "an id with a dot",
      [item("a.b")],
      "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
    ],
    ["an id that is too long", [item("a".repeat(65))], "requests.0.custom_id: String should match"],
    ["an id that comes twice", [item("a"), item("a")], 'requests: custom_id "a" is not unique'],
    ["a request without params", [{ custom_id: "a" }], "requests.0.params: "],
  ])("%s", async (_, list, message) => {
    const { simulator } = await simulate();
    const { status, json } = await post(simulator.url, { requests: list }, { path: "/v1/messages/batches" });

    expect(status).toBe(400);
    expect(json.error.message).toContain(message);
    expect(simulator.batches).toEqual([]);
  });

  test("a request without a key or a version", async () => {
    const { simulator } = await simulate();
    const path = "/v1/messages/batches";
    const keyless = await post(
      simulator.url,
      { requests: requests(1) },
      { path, headers: { authorization: "" } },
    );

    expect(keyless.status).toBe(401);
  });
});

describe("batches", () => {
  test("are listed a page at a time, the newest first", async () => {
    const { client } = await simulate();
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1)
      ids.unshift((await client.messages.batches.create({ requests: requests(1) })).id);
    const listed: string[] = [];
    for await (const { id } of client.messages.batches.list({ limit: 2 })) listed.push(id);
    const before = await client.messages.batches.list({ limit: 2, before_id: ids[3] as string });

    expect(listed).toEqual(ids);
    expect(before.data.map(({ id }) => id)).toEqual(ids.slice(1, 3));
    expect(before.has_more).toBe(true);
  });

  test("can be deleted once they have ended, and are not found then", async () => {
    const { client, pass } = await timed({ batches: { latency: HOUR } });
    const { id } = await client.messages.batches.create({ requests: requests(1) });
    await expect(client.messages.batches.delete(id)).rejects.toMatchObject({ status: 400 });
    pass(HOUR);

    expect(await client.messages.batches.delete(id)).toEqual({ id, type: "message_batch_deleted" });
    await expect(client.messages.batches.retrieve(id)).rejects.toMatchObject({ status: 404 });
  });

  test("meet the faults they are told to: refused, created unheard, cut in the middle of the results", async () => {
    const { client, simulator } = await simulate({
      batches: {
        fault: (call, n) => {
          if (call === "create" && n === 1) return { kind: "status", status: 529 };
          if (call === "create" && n === 2) return { kind: "reset", billed: true };
          return call === "results" && n === 1 ? { kind: "cut-body", afterBytes: 700 } : undefined;
        },
      },
    });
    const create = () => client.messages.batches.create({ requests: requests(10) });
    await expect(create()).rejects.toMatchObject({ status: 529 });
    await expect(create()).rejects.toBeInstanceOf(Anthropic.APIConnectionError);
    expect(simulator.batches).toHaveLength(1);
    const [{ id } = { id: "" }] = simulator.batches;
    await expect(linesOf(client, id)).rejects.toThrow("terminated");

    expect(await linesOf(client, id)).toHaveLength(10);
  });
});
