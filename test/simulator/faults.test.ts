import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import type { Fault } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { asking, meet, post, simulate } from "./support.js";

describe("A status", () => {
  test.each([
    ["A06", 400, "invalid_request_error"],
    ["A08", 401, "authentication_error"],
    ["A07", 402, "billing_error"],
    ["A09", 403, "permission_error"],
    ["A10", 404, "not_found_error"],
    ["A11", 408, "timeout_error"],
    ["A11", 409, "conflict_error"],
    ["A12", 413, "request_too_large"],
    ["A03", 429, "rate_limit_error"],
    ["A13", 500, "api_error"],
    ["A13", 502, "api_error"],
    ["A13", 503, "api_error"],
    ["A13", 504, "timeout_error"],
    ["A14", 529, "overloaded_error"],
  ])("[%s] %i reaches the SDK as %s", async (_, status, type) => {
    const { error, simulator } = await meet({ kind: "status", status });

    expect(error).toMatchObject({ status, type, requestID: expect.stringMatching(/^req_/) });
    expect(error?.headers?.get("retry-after")).toBeNull();
    expect(simulator.requests[0]).toMatchObject({ status, fault: "status" });
  });

  test.each([
    ["A01", { retryAfter: 7 }, "retry-after", "7"],
    ["A02", { retryAfter: "Sat, 21 Nov 2026 12:00:00 GMT" }, "retry-after", "Sat, 21 Nov 2026 12:00:00 GMT"],
    ["A04", { retryAfter: -5 }, "retry-after", "-5"],
    ["A04", { retryAfter: "soon" }, "retry-after", "soon"],
    ["A04", { retryAfter: 1e9 }, "retry-after", "1000000000"],
    ["A01", { retryAfterMs: 150 }, "retry-after-ms", "150"],
    ["A41", { shouldRetry: false }, "x-should-retry", "false"],
    ["A41", { shouldRetry: true }, "x-should-retry", "true"],
    ["A14", { headers: { "x-envoy-overloaded": "true" } }, "x-envoy-overloaded", "true"],
  ])("[%s] comes with %j", async (_, more, header, value) => {
    const { error } = await meet({ kind: "status", status: 429, ...more });

    expect(error?.headers?.get(header)).toBe(value);
  });

  test("[A05] names the spend limit", async () => {
    const { error } = await meet({ kind: "status", status: 429, errorCode: "enforced_spend_limit_reached" });

    expect(error).toMatchObject({ status: 429, errorCode: "enforced_spend_limit_reached" });
  });

  test("[A07] may have another type and message", async () => {
    const { error } = await meet({
      kind: "status",
      status: 400,
      type: "billing_error",
      message: "Credit is too low.",
    });

    expect(error).toMatchObject({ status: 400, type: "billing_error", apiMessage: "Credit is too low." });
  });

  test("[A02] comes with the date of the simulator's clock", async () => {
    const { simulator } = await simulate({ now: () => 0 });

    expect((await post(simulator.url, asking())).response.headers.get("date")).toBe(
      "Thu, 01 Jan 1970 00:00:00 GMT",
    );
  });
});

describe("An impostor", () => {
  test("[A29] of HTML is taken for a message by the SDK", async () => {
    const { message, simulator } = await meet({ kind: "html" });

    expect(message).toContain("Sign in");
    expect(simulator.bill.requests).toBe(0);
  });

  test("[A31] of {} is taken for a message by the SDK", async () => {
    expect((await meet({ kind: "empty-object" })).message).toEqual({});
  });

  test("[A20] resets the connection before headers", async () => {
    const { error, simulator } = await meet({ kind: "reset" });

    expect(error).toBeInstanceOf(Anthropic.APIConnectionError);
    expect(simulator.requests[0]?.status).toBeUndefined();
  });

  test.each(["reset", "hang"] as const)("[A20] may lose an answer that was paid for: %s", async (kind) => {
    const { error, simulator } = await meet({ kind, billed: true }, "json", 80);

    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(simulator.bill.requests).toBe(1);
  });

  test("[A25] sends no first byte", async () => {
    const { error, simulator } = await meet({ kind: "hang" }, "stream", 80);

    expect(error).toBeInstanceOf(Anthropic.APIUserAbortError);
    await expect.poll(() => simulator.inFlight).toBe(0);
    expect(simulator.bill.requests).toBe(0);
  });

  test("[A37] redirects to another host", async () => {
    const { simulator } = await simulate({
      faults: [{ kind: "redirect", location: "http://other.invalid/v1/messages" }],
    });

    const response = await fetch(`${simulator.url}/v1/messages`, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", "anthropic-version": "2026-10-21", "x-api-key": "k" },
      body: JSON.stringify(asking()),
    });

    expect(response.status).toBe(307);
    expect(response.headers.get("location")).toBe("http://other.invalid/v1/messages");
  });
});

describe("A fault befalls", () => {
  const failing = async (faults: readonly Fault[], requests: Parameters<typeof asking>[0][]) => {
    const { client } = await simulate({ faults });
    const statuses: number[] = [];
    for (const request of requests) {
      statuses.push(
        await client.messages.create(asking(request)).then(
          () => 200,
          (error) => error.status,
        ),
      );
    }
    return statuses;
  };

  test("the nth request that matches", async () => {
    const faults: Fault[] = [{ kind: "status", status: 529, on: { model: "claude-opus-5-5", nth: [1, 3] } }];
    const opus = { model: "claude-opus-5-5" };

    expect(await failing(faults, [{}, opus, opus, {}, opus, opus])).toEqual([200, 529, 200, 200, 529, 200]);
  });

  test("every nth, and what a predicate says", async () => {
    const faults: Fault[] = [
      { kind: "status", status: 500, on: { every: 3 } },
      {
        kind: "status",
        status: 503,
        on: { line: "haiku", matches: ({ system }) => system.includes("slow") },
      },
    ];

    expect(await failing(faults, [{}, { system: "slow" }, { system: "slow" }, {}])).toEqual([
      200, 503, 500, 200,
    ]);
  });

  test("what a function chooses", async () => {
    const { client, simulator } = await simulate({
      faults: (request, n) =>
        n === 2 && request.occurrence === 2 ? { kind: "status", status: 504 } : undefined,
    });

    await client.messages.create(asking());
    await expect(client.messages.create(asking())).rejects.toMatchObject({ status: 504 });
    await client.messages.create(asking());
    expect(simulator.requests.map(({ fault }) => fault)).toEqual([undefined, "status", undefined]);
  });
});

test("closing ends what hangs, and frees the port", async () => {
  const { client, simulator } = await simulate({ faults: [{ kind: "hang" }] });
  const call = client.messages.create(asking());
  const failed = expect(call).rejects.toThrow();
  await expect.poll(() => simulator.inFlight).toBe(1);

  await simulator.close();
  await simulator.close();

  await failed;
  expect(simulator.inFlight).toBe(0);
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(Number(new URL(simulator.url).port), "127.0.0.1", resolve),
  );
  await new Promise((resolve) => server.close(resolve));
});

test("a port that is taken is said to be taken", async () => {
  const { simulator } = await simulate();

  await expect(simulate({ port: Number(new URL(simulator.url).port) })).rejects.toThrow("EADDRINUSE");
});
