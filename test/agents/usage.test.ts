import { describe, expect, test } from "vitest";
import { saysBatch, toUsage, unpricedIn } from "../../packages/agents/src/usage.js";

const counts = { input_tokens: 10, output_tokens: 20 };

describe("The usage of a message", () => {
  test("is told apart by class", () => {
    const raw = {
      ...counts,
      cache_creation_input_tokens: 7,
      cache_read_input_tokens: 5,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
      output_tokens_details: { thinking_tokens: 12 },
      service_tier: "standard",
    };

    expect(toUsage(raw)).toEqual({
      inputTokens: 10,
      outputTokens: 20,
      thinkingTokens: 12,
      cacheReadTokens: 5,
      cacheWrite5mTokens: 3,
      cacheWrite1hTokens: 4,
    });
  });

  test("counts cache writes of unknown life as five-minute ones", () => {
    expect(toUsage({ ...counts, cache_creation_input_tokens: 7, cache_creation: null })).toMatchObject({
      cacheWrite5mTokens: 7,
      cacheWrite1hTokens: 0,
    });
  });

  test("takes what is `null` or left out for none", () => {
    const raw = { ...counts, cache_creation_input_tokens: null, cache_read_input_tokens: null };

    expect(toUsage(raw)).toMatchObject({ cacheReadTokens: 0, cacheWrite5mTokens: 0, thinkingTokens: 0 });
  });

  test.each([
    undefined,
    null,
    {},
    "10",
    { output_tokens: 1 },
    { ...counts, input_tokens: -1 },
    { ...counts, input_tokens: 0.5 },
    { ...counts, input_tokens: "10" },
    { ...counts, output_tokens: Number.NaN },
    { ...counts, output_tokens: 1e12 },
    { ...counts, cache_read_input_tokens: -1 },
    { ...counts, output_tokens_details: { thinking_tokens: 21 } },
    { ...counts, cache_creation_input_tokens: 1, cache_creation: { ephemeral_1h_input_tokens: 2 } },
  ])("[A33] is unknown when it cannot be true (%j)", (raw) => {
    expect(toUsage(raw)).toBeNull();
  });
});

describe("[B11] What a usage counts besides tokens", () => {
  test.each([
    {},
    { service_tier: "standard", inference_geo: "global", server_tool_use: null, speed: null },
    { cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 } },
    { cache_read_input_tokens: 5, output_tokens_details: { thinking_tokens: 12 } },
    { server_tool_use: { web_search_requests: 0 } },
    { iterations: [] },
    { service_tier: "batch" },
  ])("is nothing in %j", (more) => {
    expect(unpricedIn({ ...counts, ...more })).toBeUndefined();
  });

  test.each([
    ["server_tool_use", { server_tool_use: { web_search_requests: 2 } }],
    ["video_input_tokens", { video_input_tokens: 1 }],
    ["cache_creation", { cache_creation: { ephemeral_24h_input_tokens: 9 } }],
    ["output_tokens_details", { output_tokens_details: { thinking_tokens: 1, drafting_tokens: 2 } }],
    ["iterations", { iterations: [{ type: "advisor_message", input_tokens: 9, output_tokens: 1_500 }] }],
    ["service_tier", { service_tier: "priority" }],
    ["speed", { speed: "fast" }],
  ])("is told by its field, %s", (field, more) => {
    expect(unpricedIn({ ...counts, ...more })).toBe(field);
  });

  test("is not looked for without end", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}`);

    expect(unpricedIn(deep)).toBeUndefined();
  });
});

test.each([
  [{ service_tier: "batch" }, true],
  [{ service_tier: "standard" }, false],
  [{ service_tier: null }, undefined],
  [{}, undefined],
  [null, undefined],
])("[B11] of %j, whether it went with a batch is %j", (raw, isBatch) => {
  expect(saysBatch(raw)).toBe(isBatch);
});
