import Anthropic from "@anthropic-ai/sdk";
import type { Fault } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { asking, meet, post, simulate } from "./support.js";

describe("A JSON body", () => {
  test("[A30] cut to a stated length is no JSON", async () => {
    const { error, simulator } = await meet({ kind: "cut-body", afterBytes: 50, end: "clean" });

    expect(error).toBeInstanceOf(SyntaxError);
    expect(simulator.bill.requests).toBe(1);
  });

  test.each(["close", "reset"] as const)("[A21] cut by a %s terminates", async (end) => {
    for (const afterBytes of [0, 1, 50, 300]) {
      const { error } = await meet({ kind: "cut-body", afterBytes, end });
      expect(error?.message).toMatch(/terminated|Connection error/);
    }
  });

  test("[A26] comes a few bytes at a time", async () => {
    const { message, error } = await meet({ kind: "drip", everyMs: 1, bytes: 100 });
    const slow = await meet({ kind: "drip", everyMs: 20 }, "json", 100);

    expect(error).toBeUndefined();
    expect(message?.stop_reason).toBe("end_turn");
    expect(slow.error?.name).toBe("AbortError"); // the SDK's own abort error covers only the wait for headers
    await expect.poll(() => slow.simulator.inFlight).toBe(0);
  });

  test("[A38] is blown up by padding, plain or compressed", async () => {
    const plain = await meet({ kind: "flood", bytes: 5_000_000 });
    const bomb = await meet({ kind: "gzip-bomb", bytes: 50_000_000 });

    expect(plain.message?.stop_reason).toBe("end_turn");
    expect(bomb.message?.stop_reason).toBe("end_turn");
  });

  test("without content-type is a string to the SDK", async () => {
    expect(typeof (await meet({ kind: "no-content-type" })).message).toBe("string");
  });

  test("cannot meet a fault of streams", async () => {
    const { error } = await meet({ kind: "crlf" });

    expect(error).toMatchObject({ status: 500, apiMessage: expect.stringContaining('"crlf" fits only') });
  });
});

describe("A stream", () => {
  test("[A22] is reset after any event", async () => {
    for (let afterEvents = 1; afterEvents < 8; afterEvents += 1) {
      const { error } = await meet({ kind: "cut-stream", afterEvents, end: "reset" }, "stream");
      expect(error?.message).toMatch(/terminated|ended|closed|reset/i);
    }
  });

  test("[A23] ends cleanly without message_stop", async () => {
    const { error } = await meet({ kind: "cut-stream", afterEvents: 2, end: "clean" }, "stream");

    expect(error?.message).toMatch(/stream ended/);
  });

  test("[A22] is cut after any byte", async () => {
    for (const afterBytes of [0, 10, 333, 800]) {
      const { error } = await meet({ kind: "cut-body", afterBytes, end: "reset" }, "stream");
      expect(error).toBeDefined();
    }
  });

  test("[A15] says that the API is overloaded", async () => {
    const { error } = await meet({ kind: "stream-error", afterEvents: 3 }, "stream");

    expect(error).toMatchObject({ type: "overloaded_error", status: undefined });
  });

  test.each([undefined, 10])("[A24] stalls, with pings every %s ms", async (pingEveryMs) => {
    const stall = {
      kind: "stall-stream",
      afterEvents: 3,
      ...(pingEveryMs === undefined ? {} : { pingEveryMs }),
    } as const;
    const { error, simulator } = await meet(stall, "stream", 100);

    expect(error).toBeInstanceOf(Anthropic.APIUserAbortError);
    await expect.poll(() => simulator.inFlight).toBe(0);
    expect(simulator.bill.requests).toBe(1);
  });

  test("[A27] holds an event that is no JSON", async () => {
    expect((await meet({ kind: "malformed-event", afterEvents: 3 }, "stream")).error).toBeDefined();
  });

  test.each<Fault>([
    { kind: "crlf" },
    { kind: "one-byte-chunks" },
    { kind: "drip", everyMs: 1, bytes: 50 },
    { kind: "flood", bytes: 1_000_000 },
    { kind: "gzip-bomb", bytes: 10_000_000 },
    { kind: "unknown-event" },
    { kind: "no-content-type" },
  ])("[A27] [A28] is understood by the SDK for all that: $kind", async (fault) => {
    const { message, error } = await meet(fault, "stream");

    expect(error).toBeUndefined();
    expect(message?.content).toMatchObject([{ type: "text", text: "Hello, world. ".repeat(20) }]);
  });

  test("[A35] may stop twice", async () => {
    const { simulator } = await simulate({ faults: [{ kind: "duplicate-stop" }] });

    const { text } = await post(simulator.url, { ...asking(), stream: true });

    expect(text.match(/event: message_stop/g)).toHaveLength(2);
    expect(simulator.bill.requests).toBe(1);
  });
});

describe.each(["json", "stream"] as const)("An answer (%s)", (form) => {
  test("[A28] holds a block of an unknown type", async () => {
    const { message } = await meet({ kind: "unknown-block" }, form);

    expect(message?.content.map((block) => block.type)).toEqual(["hologram", "text"]);
  });

  test("[A32] names another model and is billed as that", async () => {
    const { message, simulator } = await meet({ kind: "wrong-model", model: "claude-opus-5-5" }, form);

    expect(message?.model).toBe("claude-opus-5-5");
    expect(Object.keys(simulator.bill.byModel)).toEqual(["claude-opus-5-5"]);
  });

  test.each([
    ["negative", -1],
    ["fractional", 3.5],
    ["huge", 1e12],
  ] as const)("[A33] has %s usage and is billed by the true one", async (usage, inputTokens) => {
    const { message, simulator } = await meet({ kind: "usage", usage }, form);

    expect(message?.usage.input_tokens).toBe(inputTokens);
    expect(simulator.bill.inputTokens).toBe(3);
  });

  test("[A33] has any usage one likes", async () => {
    const { message } = await meet({ kind: "usage", usage: { input_tokens: "3", output_tokens: 1 } }, form);

    expect(message?.usage.input_tokens).toBe("3");
  });
});

test("[A33] usage may be missing", async () => {
  const { message } = await meet({ kind: "usage", usage: "missing" });
  const { simulator } = await simulate({ faults: [{ kind: "usage", usage: "missing" }] });
  const { text } = await post(simulator.url, { ...asking(), stream: true });

  expect(message).not.toHaveProperty("usage");
  expect(text).toContain("message_stop");
  expect(text).not.toContain("usage");
});
