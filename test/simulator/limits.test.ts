import { expect, test } from "vitest";
import { asking, saying, simulate } from "./support.js";

const OPUS = "claude-opus-5-5";

/** A simulator whose minute passes when the test says so. */
async function limited(rateLimits: object, world = saying("Hello.")) {
  let now = Date.UTC(2026, 10, 21);
  const simulated = await simulate({ rateLimits, world, now: () => now });
  const outcome = (changes = {}) =>
    simulated.client.messages.create(asking(changes)).then(
      () => "ok",
      (error) => `${error.status} after ${error.headers.get("retry-after")}`,
    );
  const pass = (seconds: number) => {
    now += seconds * 1_000;
  };
  return { ...simulated, outcome, pass };
}

test("requests beyond the minute's wait for the bucket to refill", async () => {
  const { outcome, pass } = await limited({ requestsPerMinute: 2 });

  expect([await outcome(), await outcome(), await outcome()]).toEqual(["ok", "ok", "429 after 30"]);
  pass(29);
  expect(await outcome()).toBe("429 after 1");
  pass(1);
  expect([await outcome(), await outcome()]).toEqual(["ok", "429 after 30"]);
});

test("each model has buckets of its own, and may have limits of its own", async () => {
  const { outcome } = await limited({ requestsPerMinute: 1, byModel: { [OPUS]: { requestsPerMinute: 2 } } });

  expect([await outcome(), await outcome()]).toEqual(["ok", "429 after 60"]);
  expect([await outcome({ model: OPUS }), await outcome({ model: OPUS })]).toEqual(["ok", "ok"]);
});

test("input tokens count, except those read from the cache", async () => {
  const { outcome } = await limited({ inputTokensPerMinute: 1_100 });
  const system = [{ type: "text", text: "x".repeat(4_000), cache_control: { type: "ephemeral" } }];

  expect([await outcome({ system }), await outcome({ system })]).toEqual(["ok", "ok"]);
  expect(await outcome({ system: "y".repeat(2_000) })).toBe("429 after 23");
});

test("output tokens are taken when an answer begins", async () => {
  const { outcome, pass } = await limited({ outputTokensPerMinute: 100 }, saying("x".repeat(800)));

  expect([await outcome(), await outcome()]).toEqual(["ok", "429 after 61"]);
  pass(61);
  expect(await outcome()).toBe("ok");
});

test("answers and refusals carry the rate-limit headers", async () => {
  const { client } = await limited({ requestsPerMinute: 60, inputTokensPerMinute: 1_000 });

  const { response } = await client.messages.create(asking()).withResponse();
  const header = (name: string) => response.headers.get(`anthropic-ratelimit-${name}`);

  expect(["requests-limit", "requests-remaining", "requests-reset"].map(header)).toEqual([
    "60",
    "59",
    "2026-11-21T00:00:01Z",
  ]);
  expect(["input-tokens-limit", "input-tokens-remaining", "tokens-remaining"].map(header)).toEqual([
    "1000",
    "997",
    "997",
  ]);
});

test("more requests at once than allowed are refused, not queued", async () => {
  // Long enough for the fifth to arrive while the first is under way, however busy the machine is.
  const { client, simulator } = await simulate({ rateLimits: { concurrent: 3 }, latency: 1_000 });

  const calls = await Promise.allSettled(Array.from({ length: 5 }, () => client.messages.create(asking())));

  expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  expect(simulator.requests.filter(({ status }) => status === 429)).toHaveLength(2);
  expect(simulator.bill.requests).toBe(3);
});
