// A call to the model API that is answered with an error: rows A01–A15, A40 and A41.
import type { StatusFault } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { askOnce, meet, type Scene, STREAMED, serve, vendorClient } from "../agents/client-support.js";

const WHERE = '("claude-haiku-5-5" at HOST)';

const meetStatus = (fault: Omit<StatusFault, "kind">, scene: Scene = {}) =>
  meet({ ...scene, faults: [{ kind: "status", ...fault }] });

describe("A rate limit", () => {
  test("[A01] with `retry-after: 7` asks to wait 7 seconds and a little, and brakes the tier", async () => {
    const { fault, message, last, simulator } = await meetStatus({ status: 429, retryAfter: 7 });

    expect(fault).toMatchObject({
      outcome: "transport",
      code: "RATE_LIMITED",
      retryable: true,
      scope: "tier",
      pause: "rate_limit",
      retryAfterMs: 7_350,
      issues: [],
    });
    expect(message).toBe(
      `Claude limits the rate of requests ${WHERE}: "The simulator was told to answer 429". Lower the concurrency if this goes on.`,
    );
    expect(last).toMatchObject({ event: "failed", fault, costMicroUsd: 0, usage: { inputTokens: 0 } });
    expect(simulator.requests).toHaveLength(1);
  });

  test("[A02] with a date asks to wait by the server's clock, not by the local one", async () => {
    const until = new Date(Date.now() + 12_000).toUTCString();
    const options = { env: { now: () => Date.UTC(2031, 0, 1), random: () => 0 } };
    const { fault } = await meetStatus({ status: 429, retryAfter: until }, { options });

    expect(fault?.retryAfterMs).toBeGreaterThanOrEqual(11_000);
    expect(fault?.retryAfterMs).toBeLessThanOrEqual(13_000);
  });

  test.each([
    [0, 500],
    [1, 1_000],
    [3, 4_000],
    [9, 15_000],
  ])(
    "[A03] without a header after %i retries asks to wait half of the window of its turn",
    async (retry, ms) => {
      const { fault } = await meetStatus({ status: 429 }, { request: { retry } });

      expect(fault?.retryAfterMs).toBe(ms);
    },
  );

  test.each([-5, "NaN", "soon", "1e9", ""])(
    "[A04] with `retry-after: %s` waits by its own schedule",
    async (garbage) => {
      const { fault } = await meetStatus({ status: 429, retryAfter: garbage });

      expect(fault).toMatchObject({ scope: "tier", retryAfterMs: 500 });
    },
  );

  test.each([
    [3_600, 3_600_000],
    [1e9, 2 ** 31 - 1],
  ])("[A04] with `retry-after: %i` pauses the run instead of sleeping", async (retryAfter, ms) => {
    const { fault } = await meetStatus({ status: 429, retryAfter });

    expect(fault).toMatchObject({ scope: "run", pause: "rate_limit", retryAfterMs: ms, retryable: true });
  });

  test.each([
    { status: 429, errorCode: "enforced_spend_limit_reached" },
    { status: 429, errorCode: "contract_spend_limit_reached", retryAfter: 30 },
    { status: 429, message: "Your organization has reached its monthly spend limit." },
    { status: 402, errorCode: "linked_organization_spend_limit_reached" },
  ])("[A05] %j is a spend limit: one request, and the run stops", async (answer) => {
    const { fault, simulator } = await meetStatus(answer);

    expect(fault).toMatchObject({
      code: "SPEND_CAP",
      retryable: false,
      scope: "run",
      pause: "provider_spend_cap",
      retryAfterMs: 0,
    });
    expect(simulator.requests).toHaveLength(1);
  });
});

describe("A request that is not accepted", () => {
  test("[A06] passes the server's own words on, without keys and control characters", async () => {
    const { fault, message } = await meetStatus({
      status: 400,
      message:
        'messages.0: "user"\u001b[31m expected; key sk-ant-api03-abcdef, Bearer abcdefghij, secret-key-1',
    });

    expect(fault).toMatchObject({
      code: "INVALID_REQUEST",
      retryable: false,
      scope: "work",
      retryAfterMs: 0,
    });
    expect(message).toBe(
      `The request was not accepted ${WHERE}: "messages.0: 'user' [31m expected; key [key], [key], [key]". Asking the same again does not help.`,
    );
  });

  test.each([
    { status: 402 },
    { status: 400, message: "Your credit balance is too low to access the Anthropic API." },
    { status: 400, type: "billing_error" },
  ])("[A07] %j stops the run until the account can pay", async (answer) => {
    const { fault } = await meetStatus(answer);

    expect(fault).toMatchObject({ code: "BILLING", retryable: false, scope: "run", pause: "billing" });
  });

  test("[A08] for its key stops the run and names the variable", async () => {
    const { fault, message } = await meetStatus({ status: 401, message: "invalid x-api-key" });

    expect(fault).toMatchObject({ code: "AUTH", retryable: false, scope: "run", pause: "auth" });
    expect(message).toBe(
      `The key was not accepted ${WHERE}: "invalid x-api-key". Check ANTHROPIC_API_KEY, then resume the run.`,
    );
  });

  test("[A09] for its model alone leaves the other tiers alone", async () => {
    const { fault } = await meetStatus({ status: 403 });

    expect(fault).toMatchObject({ code: "FORBIDDEN", retryable: false, scope: "work", pause: "auth" });
  });

  test("[A10] [A40] for a model that is not there names the model and where it is mapped, and pauses", async () => {
    const { fault, message } = await meet({ request: { model: "claude-haiku-3" } });

    expect(fault).toMatchObject({ code: "MODEL_NOT_FOUND", retryable: false, scope: "run", pause: "person" });
    expect(message).toBe(
      'There is no such model ("claude-haiku-3" at HOST): "model: claude-haiku-3". Correct it in `models` of the team, then resume the run.',
    );
  });

  test("[A10] at an address without the API is told from an unknown model", async () => {
    const url = await serve((_, response) => response.writeHead(404).end("404 page not found"));
    const { fault, message } = await askOnce(vendorClient(url));

    expect(fault).toMatchObject({ code: "NOT_FOUND", scope: "run" });
    expect(message).toContain('"404 page not found". Check the base URL');
  });

  test.each([
    [408, "REQUEST_TIMEOUT"],
    [409, "CONFLICT"],
  ])("[A11] with %i is sent again", async (status, code) => {
    const { fault } = await meetStatus({ status });

    expect(fault).toMatchObject({ code, retryable: true, scope: "work", retryAfterMs: 500 });
  });

  test("[A12] for its size says to shorten the inputs", async () => {
    const { fault, message } = await meetStatus({ status: 413, message: "Request too large" });

    expect(fault).toMatchObject({ code: "TOO_LARGE", retryable: false, scope: "work", outcome: "transport" });
    expect(message).toBe(
      `The request is larger than the 32 MB the API takes ${WHERE}: "Request too large". Shorten the inputs of the task.`,
    );
  });

  test("[A12] over 32 MB is not sent at all", async () => {
    const { fault, told, simulator } = await meet({ request: { user: "x".repeat(33 * 1024 * 1024) } });

    expect(fault?.code).toBe("TOO_LARGE");
    expect(told).toEqual([]);
    expect(simulator.requests).toEqual([]);
  });
});

describe("A failing server", () => {
  test.each([500, 502, 503, 504])(
    "[A13] with %i is asked again, and its failure is nobody's work's",
    async (status) => {
      const { fault, simulator } = await meetStatus({ status });

      expect(fault).toMatchObject({
        code: "SERVER_ERROR",
        outcome: "transport",
        retryable: true,
        scope: "work",
      });
      expect(simulator.requests).toHaveLength(1);
    },
  );

  test("[A13] behind a gateway that answers in its place leaves open what was billed", async () => {
    const url = await serve((_, response) => response.writeHead(502).end("<html>Bad Gateway</html>"));
    const { fault, last } = await askOnce(vendorClient(url));

    expect(fault?.code).toBe("SERVER_ERROR");
    expect(last).toMatchObject({ event: "failed", usage: null, costMicroUsd: null });
  });

  test("[A14] that is overloaded brakes the tier", async () => {
    const { fault, message } = await meetStatus({ status: 529, message: "Overloaded" });

    expect(fault).toMatchObject({ code: "OVERLOADED", retryable: true, scope: "tier", pause: "overloaded" });
    expect(message).toBe(`Claude is overloaded ${WHERE}: "Overloaded". Ask again later.`);
  });

  test("[A15] that is overloaded in the middle of an answer is the same, and what it had cost stays unknown", async () => {
    const { fault, last } = await meet({
      faults: [{ kind: "stream-error", afterEvents: 3 }],
      request: { maxTokens: STREAMED },
    });

    expect(fault).toMatchObject({ code: "OVERLOADED", retryable: true, scope: "tier", pause: "overloaded" });
    expect(last).toMatchObject({ event: "failed", costMicroUsd: null });
    expect(last).toHaveProperty("usage.inputTokens", expect.any(Number));
  });

  test("[A41] that says `x-should-retry: false` is not asked again", async () => {
    const { fault } = await meetStatus({ status: 503, shouldRetry: false });

    expect(fault).toMatchObject({ code: "SERVER_ERROR", retryable: false, retryAfterMs: 0 });
  });

  test("[A41] that says `x-should-retry: true` is asked again, but for what stops a run", async () => {
    const invalid = await meetStatus({ status: 400, shouldRetry: true });
    const unpaid = await meetStatus({ status: 402, shouldRetry: true });

    expect(invalid.fault).toMatchObject({ code: "INVALID_REQUEST", retryable: true });
    expect(unpaid.fault).toMatchObject({ code: "BILLING", retryable: false });
  });
});
