// What can go wrong on the wire between a call and its answer: rows A17–A26, A30 and A37.
import type { Fault as SimulatorFault } from "@terrace/simulator";
import { describe, expect, test } from "vitest";
import { anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import {
  askOnce,
  journal,
  meet,
  meetJson,
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

/** A client whose network fails as Node's does. */
const failing = (code: string, message: string) =>
  vendorClient("https://api.example.com", {
    fetch: async () => {
      throw Object.assign(new TypeError("fetch failed"), {
        cause: Object.assign(new Error(message), { code }),
      });
    },
  });

describe("A connection that does not come about", () => {
  test("[A17] names host and port, costs nothing and may be tried again", async () => {
    const { simulator, client } = await stage();
    await simulator.close();
    const { fault, message, last } = await askOnce(client);

    expect(fault).toMatchObject({ code: "CONNECTION", retryable: true, scope: "work", pause: "network" });
    expect(fault?.message).toContain(new URL(simulator.url).host);
    expect(message).toBe(
      `The connection to the server failed ${WHERE}: "connect ECONNREFUSED HOST". Check the network and the base URL.`,
    );
    expect(last).toMatchObject({ event: "failed", costMicroUsd: 0 });
  });

  test("[A18] for a name that is not answered may be tried again; for one that is unknown stops the run", async () => {
    const silent = await askOnce(failing("EAI_AGAIN", "getaddrinfo EAI_AGAIN api.example.com"));
    const unknown = await askOnce(failing("ENOTFOUND", "getaddrinfo ENOTFOUND api.example.com"));

    expect(silent.fault).toMatchObject({ code: "DNS", retryable: true, scope: "work", pause: "network" });
    expect(unknown.fault).toMatchObject({ code: "DNS", retryable: false, scope: "run", pause: "network" });
    expect(unknown.message).toBe(
      'The name of the server is unknown ("claude-haiku-5-5" at api.example.com): "getaddrinfo ENOTFOUND api.example.com". Check the network and the base URL, then resume the run.',
    );
    expect(unknown.last).toMatchObject({ costMicroUsd: 0 });
  });

  test("[A19] for an expired certificate is not tried again, and verification stays on", async () => {
    const { fault, message } = await askOnce(failing("CERT_HAS_EXPIRED", "certificate has expired"));

    expect(fault).toMatchObject({ code: "TLS", retryable: false, scope: "work" });
    expect(message).toBe(
      'The server could not prove who it is ("claude-haiku-5-5" at api.example.com): "certificate has expired". Check its certificate and the clock of this machine; verification stays on.',
    );
  });

  test("[A19] for a server that speaks no TLS is the same", async () => {
    const url = await serve((_, response) => response.end());
    const { fault } = await askOnce(vendorClient(url.replace("http:", "https:")));

    expect(fault).toMatchObject({ code: "TLS", retryable: false });
  });

  test("[A20] is reset before the headers: what it cost is unknown", async () => {
    const { fault, last } = await meet({ faults: [{ kind: "reset" }] });

    expect(fault).toMatchObject({ code: "CONNECTION", retryable: true, scope: "work" });
    expect(last).toMatchObject({ event: "failed", usage: null, costMicroUsd: null });
  });

  test.each([307, 308, 302])(
    "[A37] is redirected by %i: not followed, so that no key leaves",
    async (status) => {
      let arrived = 0;
      const elsewhere = await serve((_, response) => {
        arrived += 1;
        response.end();
      });
      const { fault, message } = await meet({ faults: [{ kind: "redirect", location: elsewhere, status }] });

      expect(arrived).toBe(0);
      expect(fault).toMatchObject({ code: "REDIRECTED", retryable: false, scope: "work" });
      expect(message).toBe(
        `The server redirects to another address, where no key is sent ${WHERE}: "${elsewhere.replace(/127.*/, "HOST")}". Set the base URL to where the API really is.`,
      );
    },
  );
});

describe("An answer that breaks off", () => {
  const ENDINGS = ["clean", "close", "reset"] as const;
  const CODES_OF_CUTS = {
    clean: ["BAD_RESPONSE", "TRUNCATED_BODY"],
    close: ["TRUNCATED_BODY"],
    // A reset may overtake the headers.
    reset: ["CONNECTION", "TRUNCATED_BODY"],
  };

  test.each(ENDINGS)(
    "[A21] [A30] in JSON (%s) is never accepted, wherever it is cut",
    async (end) => {
      let cut = 0;
      const faults = (): SimulatorFault => ({ kind: "cut-body", afterBytes: cut, end });
      const { client, simulator } = await stage({ faults });
      const model = anthropicClient({ client, env: { random: () => 0 }, warn: () => {} });
      const size = await sizeOfAnswer();
      const accepted: number[] = [];
      const codes = new Set<string>();
      for (; cut < size + 3; cut += 1) {
        const calls = journal();
        const answer = await model.ask(question(), calls);
        if ("fault" in answer) {
          codes.add(answer.fault.code);
          expect(answer.fault).toMatchObject({ outcome: "transport", retryable: true });
          expect(calls.told.map(({ event }) => event)).toEqual(["sent", "failed"]);
        } else accepted.push(cut);
      }

      expect(accepted.filter((bytes) => bytes < size)).toEqual([]);
      // A reset may overtake the end of a whole answer; other endings may not.
      if (end !== "reset") expect(accepted).toEqual([size, size + 1, size + 2]);
      expect(CODES_OF_CUTS[end]).toEqual(expect.arrayContaining([...codes]));
      expect(simulator.requests).toHaveLength(size + 3);
    },
    60_000,
  );

  test.each(ENDINGS)(
    "[A22] [A23] in a stream (%s) is never accepted, whatever event it ends after",
    async (end) => {
      let events = 0;
      const faults = (): SimulatorFault => ({ kind: "cut-stream", afterEvents: events, end });
      const { client } = await stage({ faults });
      const model = anthropicClient({ client, env: { random: () => 0 }, warn: () => {} });
      const outcomes: string[] = [];
      const costs: unknown[] = [];
      for (; events < 20; events += 1) {
        const calls = journal();
        const answer = await model.ask(question(streamed), calls);
        outcomes.push("fault" in answer ? answer.fault.code : "ok");
        const last = calls.told.at(-1);
        costs.push(last !== undefined && "costMicroUsd" in last ? last.costMicroUsd : undefined);
      }

      const whole = outcomes.indexOf("ok");
      expect(whole).toBeGreaterThan(5);
      expect(new Set(outcomes.slice(1, whole))).toEqual(new Set(["TRUNCATED_BODY"]));
      expect(["TRUNCATED_BODY", "CONNECTION"]).toContain(outcomes[0]);
      expect(new Set(outcomes.slice(whole))).toEqual(new Set(["ok"]));
      // With its final counts in, what an answer cost is known although it is not accepted; before, it is not.
      expect(costs[whole]).toEqual(expect.any(Number));
      expect(costs[whole - 1]).toBe(costs[whole]);
      expect(new Set(costs.slice(0, whole - 1))).toEqual(new Set([null]));
    },
  );

  test("[A22] in a stream is never accepted, at whatever byte it is cut", async () => {
    const whole = sse("\n");
    let cut = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(whole.subarray(0, cut));
    });
    const model = anthropicClient({ client: vendorClient(url), env: { random: () => 0 }, warn: () => {} });
    // The line ends of the last frame are no part of the message.
    for (const last = whole.length - 2; cut < last; cut += 1) {
      const answer = await model.ask(question(streamed), journal());
      expect(answer, `cut after ${cut} bytes`).toMatchObject({
        outcome: "transport",
        fault: { retryable: true },
      });
    }
  }, 60_000);

  test("[A22] in a stream leaves what it said in the fault, and what it had counted in the log", async () => {
    const { fault, message, last } = await meet({
      faults: [{ kind: "cut-stream", afterEvents: 4, end: "reset" }],
      request: streamed,
    });

    expect(fault).toMatchObject({ code: "TRUNCATED_BODY", retryable: true, scope: "work" });
    expect(message).toMatch(
      /^The answer broke off \("claude-haiku-5-5" at HOST\): "\{'answer':'Pa.*"\. Ask again\.$/,
    );
    expect(last).toMatchObject({ event: "failed", costMicroUsd: null });
    expect(last).toHaveProperty("usage.inputTokens", expect.any(Number));
  });

  test("[A23] without a reason to stop is not accepted", async () => {
    const { fault, last } = await meetJson(wireMessage({ stop_reason: null }));

    expect(fault).toMatchObject({ code: "NO_STOP_REASON", outcome: "transport", retryable: true });
    expect(last).toMatchObject({ event: "failed", costMicroUsd: 150, usage: { inputTokens: 1_000 } });
  });
});

describe("An answer that takes long", () => {
  const quick = { idleMs: 60, firstByteMs: 10_000, deadlineMs: 10_000 };

  test("[A24] in the middle of a stream stalls, and is asked again", async () => {
    const { fault, message, last, simulator } = await meet({
      faults: [{ kind: "stall-stream", afterEvents: 3 }],
      request: streamed,
      options: quick,
    });

    expect(fault).toMatchObject({ code: "STALLED", retryable: true, scope: "work", pause: "network" });
    expect(message).toMatch(/^The answer stalled .* Ask again, or raise `idleMs`\.$/);
    expect(last).toMatchObject({ event: "failed", costMicroUsd: null });
    await expect.poll(() => simulator.inFlight).toBe(0);
  });

  test("[A24] in the middle of a JSON body stalls just the same", async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"id":"msg_1",');
    });
    const { fault } = await askOnce(vendorClient(url), { options: quick });

    expect(fault?.code).toBe("STALLED");
  });

  test("[A24] with pings does not stall, but ends at the deadline", async () => {
    const { fault } = await meet({
      faults: [{ kind: "stall-stream", afterEvents: 3, pingEveryMs: 10 }],
      request: streamed,
      options: { ...quick, idleMs: 200, deadlineMs: 600 },
    });

    expect(fault).toMatchObject({ code: "DEADLINE", retryable: true });
  });

  test.each([{}, streamed])("[A25] does not begin: asked again once, and no more (%j)", async (size) => {
    const scene = { faults: [{ kind: "hang" as const }], options: { firstByteMs: 60 } };
    const first = await meet({ ...scene, request: size });
    const second = await meet({ ...scene, request: { ...size, retry: 1 } });

    expect(first.fault).toMatchObject({ code: "TIMEOUT_FIRST_BYTE", retryable: true });
    expect(first.message).toBe(`No answer began in time ${WHERE}. Ask again, or raise \`firstByteMs\`.`);
    expect(first.last).toMatchObject({ event: "failed", usage: null, costMicroUsd: null });
    expect(second.fault).toMatchObject({ code: "TIMEOUT_FIRST_BYTE", retryable: false });
  });

  test("[A26] byte by byte for ever ends at the deadline", async () => {
    const { fault, message } = await meet({
      faults: [{ kind: "drip", everyMs: 10 }],
      options: { ...quick, idleMs: 200, deadlineMs: 400 },
    });

    expect(fault).toMatchObject({ code: "DEADLINE", retryable: true });
    expect(message).toBe(`The answer took too long ${WHERE}. Ask for less at once, or raise \`deadlineMs\`.`);
  });

  test("[A26] and is cancelled ends at once", async () => {
    const controller = new AbortController();
    const { client, simulator } = await stage({ faults: [{ kind: "hang" }] });
    const calls = journal();
    const answer = anthropicClient({ client }).ask(question({ signal: controller.signal }), calls);
    await expect.poll(() => simulator.inFlight).toBe(1);
    controller.abort();

    expect(await answer).toMatchObject({
      outcome: "transport",
      fault: { code: "CANCELLED", retryAfterMs: 0 },
    });
    expect(calls.told.map(({ event }) => event)).toEqual(["sent", "failed"]);
    await expect.poll(() => simulator.inFlight).toBe(0);
  });
});

/** How many bytes the simulator's answer to the question has. */
async function sizeOfAnswer(): Promise<number> {
  const { last } = await meet();
  return Buffer.byteLength(JSON.stringify(last !== undefined && "raw" in last ? last.raw : ""));
}
