import type Anthropic from "@anthropic-ai/sdk";
import {
  BudgetError,
  type CallAnswer,
  type CallFailure,
  type CallIntent,
  type CallJournal,
  DeclarationError,
  type PendingCall,
} from "@terrace/core";
import { type BatchOptions, type SimulatorOptions, startSimulator } from "@terrace/simulator";
import { afterEach, describe, expect, test } from "vitest";
import { anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import type { BatchSettings } from "../../packages/agents/src/batches/batch-settings.js";
import { customIdOf } from "../../packages/agents/src/batches/custom-id.js";
import type { ModelRequest } from "../../packages/agents/src/model-client.js";
import { PARIS, question, vendorClient } from "./client-support.js";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const FAST: BatchSettings = { lingerMs: 20, pollMs: 5, maxPollMs: 20, appearMs: 30 };

/** A simulator, and clients of it as if of one process after the other. */
async function stage(batches: BatchOptions = {}, options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({ world: { answer: () => ({ text: PARIS }) }, batches, ...options });
  closing.push(() => simulator.close());
  const process = (settings: BatchSettings = {}, client: object = vendorClient(simulator.url)) =>
    anthropicClient({
      client: client as Anthropic,
      batches: { ...FAST, ...settings },
      env: { random: () => 0 },
      warn: () => {},
    });
  /** What was asked of the endpoints of batches, in order. */
  const calls = () => simulator.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);
  return { simulator, process, calls };
}

/** What became of a call. */
type End = ({ readonly type: "answered" } & CallAnswer) | ({ readonly type: "failed" } & CallFailure);

interface Book extends CallJournal {
  readonly intents: CallIntent[];
  readonly batches: Map<string, string>;
  readonly ends: Map<string, End>;
}

let made = 0;

/** A journal with ids of its own; `waiting` is what an earlier process left. */
function book(waiting?: PendingCall, deny?: Error): Book {
  const [intents, batches, ends] = [[] as CallIntent[], new Map<string, string>(), new Map<string, End>()];
  let pending = waiting;
  return {
    intents,
    batches,
    ends,
    recorded: () => undefined,
    pending: (key) => {
      const found = pending?.intent.key === key ? pending : undefined;
      pending = undefined;
      return found;
    },
    left: () => null,
    async sent(intent) {
      if (deny !== undefined) throw deny;
      intents.push(intent);
      made += 1;
      return `call_${made}`;
    },
    async batched(callId, batchId) {
      batches.set(callId, batchId);
    },
    async answered(callId, answer) {
      ends.set(callId, { type: "answered", ...answer });
    },
    async failed(callId, failure) {
      ends.set(callId, { type: "failed", ...failure });
    },
  };
}

const LONG = "You answer questions about cities. ".repeat(200);

/** Questions that may wait, each different from the others. */
const questions = (count: number, changes: Partial<ModelRequest> = {}): ModelRequest[] =>
  Array.from({ length: count }, (_, index) =>
    question({
      urgency: "batch",
      system: [LONG],
      user: `What is the capital of country ${index}?`,
      ...changes,
    }),
  );

/** Asks them all at once, each with a journal of its own. */
async function askAll(
  client: ReturnType<typeof anthropicClient>,
  asked: readonly ModelRequest[],
  books: readonly Book[] = asked.map(() => book()),
) {
  const answers = await Promise.all(asked.map((request, index) => client.ask(request, books[index] as Book)));
  return { answers, books, ends: books.map(({ ends }) => [...ends.values()].at(-1)) };
}

/** Waits for something to come true over there. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** An early process that sends and is told to leave; what its log would hold of each call. */
async function leaveBehind(staged: Awaited<ReturnType<typeof stage>>, asked: readonly ModelRequest[]) {
  const leaving = new AbortController();
  const books = asked.map(() => book());
  const answering = askAll(
    staged.process(),
    asked.map((request) => ({ ...request, signal: leaving.signal })),
    books,
  );
  await until(() => books.every(({ batches }) => batches.size > 0));
  leaving.abort("left");
  const { answers } = await answering;
  const pending = books.map(({ intents, batches }): PendingCall => {
    const [[callId, batchId] = ["", ""]] = [...batches];
    return { callId, batchId, intent: intents[0] as CallIntent, sentAt: Date.now() };
  });
  return { answers, books, pending };
}

describe("requests that may wait", () => {
  test("and come together go in one batch, each under the id of its call, and each gets its answer", async () => {
    const { simulator, process } = await stage(
      {},
      { world: { answer: ({ lastUserText }) => ({ text: lastUserText.replace(/\D/g, "") }) } },
    );
    const { answers, books } = await askAll(process(), questions(5));
    const [batch] = simulator.batches;

    expect(simulator.batches).toHaveLength(1);
    expect(answers).toMatchObject([0, 1, 2, 3, 4].map((n) => ({ outcome: "ok", value: { text: `${n}` } })));
    expect(books.map(({ batches }) => [...batches])).toEqual(
      batch?.items.map(({ customId }) => [[customId, batch.id]]),
    );
    expect(books.map(({ intents }) => intents[0]?.urgency)).toEqual(Array(5).fill("batch"));
  });

  test("[B11] cost half, as the simulator bills them, and never more than was reserved", async () => {
    const live = await stage();
    await askAll(live.process(), questions(5, { urgency: "live" }));
    const batched = await stage();
    const { books, ends } = await askAll(batched.process(), questions(5));
    const costs = ends.map((end) => end?.costMicroUsd ?? Number.NaN);

    expect(costs.reduce((sum, cost) => sum + cost)).toBe(batched.simulator.bill.microUsd);
    expect(batched.simulator.bill.requests).toBe(5);
    expect(batched.simulator.bill.calls.every(({ serviceTier }) => serviceTier === "batch")).toBe(true);
    for (const [index, { intents }] of books.entries())
      expect(intents[0]?.reservedMicroUsd).toBeGreaterThanOrEqual(costs[index] as number);
    expect(live.simulator.batches).toEqual([]);
  });

  test("share what is cached for an hour, are not streamed, and keep the key of the same request alone", async () => {
    const { simulator, process } = await stage();
    const { books } = await askAll(process(), questions(3, { maxTokens: 32_000 }));
    const alone = await stage();
    const [first] = questions(1, { urgency: "live", maxTokens: 32_000 });
    const liveBook = book();
    await alone.process().ask(first as ModelRequest, liveBook);
    const body = simulator.requests.find(({ method }) => method === "POST")?.body as {
      requests: { params: { stream?: boolean; system: { cache_control: object }[] } }[];
    };

    expect(body.requests[0]?.params.stream).toBeUndefined();
    expect(body.requests[0]?.params.system.at(-1)?.cache_control).toEqual({ type: "ephemeral", ttl: "1h" });
    expect(books[0]?.intents[0]?.key).toBe(liveBook.intents[0]?.key);
    expect(simulator.bill).toMatchObject({ cacheWrite5mTokens: 0 });
  });

  test("and are alone are sent at once, in a slot, at the whole price", async () => {
    const { simulator, process } = await stage();
    const slots: string[] = [];
    const inSlot: ModelRequest["inSlot"] = (work) => {
      slots.push("taken");
      return work();
    };
    const { answers, books } = await askAll(process(), questions(1, { inSlot }));

    expect(answers).toMatchObject([{ outcome: "ok" }]);
    expect(slots).toEqual(["taken"]);
    expect(simulator.batches).toEqual([]);
    expect(books[0]?.intents[0]?.urgency ?? "live").toBe("live");
  });

  test("and are alone go in a batch when that is asked for", async () => {
    const { simulator, process } = await stage();
    await askAll(process({ single: true }), questions(1));

    expect(simulator.batches).toMatchObject([{ items: { length: 1 } }]);
  });

  test("are sent at once, each in a slot, by a client that has no batches", async () => {
    const { simulator, process } = await stage();
    const { messages } = vendorClient(simulator.url);
    let slots = 0;
    const inSlot: ModelRequest["inSlot"] = (work) => {
      slots += 1;
      return work();
    };
    const client = { messages: { create: messages.create.bind(messages) } };
    const { answers } = await askAll(process({}, client), questions(3, { inSlot }));

    expect(answers.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok"]);
    expect(slots).toBe(3);
  });

  test("fill one batch after the other, by number and by size", async () => {
    const byNumber = await stage();
    await askAll(byNumber.process({ maxRequests: 2 }), questions(5));
    const bySize = await stage();
    await askAll(bySize.process({ maxBytes: 20_000 }), questions(5));

    expect(byNumber.simulator.batches.map(({ items }) => items.length)).toEqual([2, 2]);
    expect(bySize.simulator.batches.map(({ items }) => items.length)).toEqual([2, 2]);
  });

  test("that the budget does not bear are dropped alone", async () => {
    const { simulator, process } = await stage();
    const denied = new BudgetError("run", "The budget is spent.");
    const client = process();
    const [first, second, third] = questions(3) as [ModelRequest, ModelRequest, ModelRequest];
    const refused = client.ask(second, book(undefined, denied));
    const [one, , three] = await Promise.all([
      client.ask(first, book()),
      expect(refused).rejects.toBe(denied),
      client.ask(third, book()),
    ]);

    expect([one.outcome, three.outcome]).toEqual(["ok", "ok"]);
    expect(simulator.batches).toMatchObject([{ items: { length: 2 } }]);
  });

  test("whose answer is recorded are not sent", async () => {
    const { simulator, process } = await stage();
    const kept = book();
    await askAll(process({ single: true }), questions(1), [kept]);
    const [end] = [...kept.ends.values()];
    const raw = end?.type === "answered" ? end : undefined;
    const again = { ...book(), recorded: () => raw } as unknown as Book;
    const { answers } = await askAll(process({ single: true }), questions(1), [again]);

    expect(answers).toMatchObject([{ outcome: "ok", value: { text: PARIS } }]);
    expect(simulator.batches).toHaveLength(1);
  });
});

describe("a request of a batch that", () => {
  test.each([
    ["cannot be answered is refused for good", 400, "INVALID_REQUEST", false],
    ["meets an overloaded provider may be asked again", 529, "OVERLOADED", true],
    ["meets a broken server may be asked again", 500, "SERVER_ERROR", true],
  ])("%s", async (_, status, code, retryable) => {
    const { process } = await stage({
      outcome: ({ index }) => (index === 1 ? { type: "errored", status } : undefined),
    });
    const { answers, ends } = await askAll(process(), questions(3));

    expect(answers.map(({ outcome }) => outcome)).toEqual(["ok", "transport", "ok"]);
    expect(answers[1]).toMatchObject({ fault: { code, retryable } });
    expect(ends[1]).toMatchObject({ type: "failed", costMicroUsd: 0 });
  });

  test.each([
    ["expired", "BATCH_EXPIRED"],
    ["canceled", "CANCELLED"],
  ] as const)("%s cost nothing, and may be asked again", async (type, code) => {
    const { process } = await stage({ outcome: ({ index }) => (index === 0 ? { type } : undefined) });
    const { answers, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({ outcome: "transport", fault: { code, retryable: true } });
    expect(ends[0]).toMatchObject({ type: "failed", costMicroUsd: 0 });
  });

  test("was cut at its token limit is truncated, and paid for", async () => {
    const { process } = await stage(
      {},
      { world: { answer: () => ({ text: "x", stopReason: "max_tokens" }) } },
    );
    const { answers, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({ outcome: "truncated" });
    expect(ends[0]).toMatchObject({ type: "answered", stopReason: "max_tokens" });
  });
});

describe("[A20] [A22] a connection that breaks", () => {
  test("in the middle of the results costs no answer and doubles none", async () => {
    const { process, calls } = await stage({
      fault: (call, n) =>
        call === "results" && n < 4 ? { kind: "cut-body", afterBytes: 900 * n } : undefined,
    });
    const { answers } = await askAll(process(), questions(8));

    expect(answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(calls().filter((call) => call.endsWith("/results"))).toHaveLength(4);
  });

  test("when a batch was created and nobody heard of it: it is found, and not sent again", async () => {
    const { simulator, process } = await stage({
      fault: (call) => (call === "create" ? { kind: "reset", billed: true } : undefined),
    });
    const { answers, books } = await askAll(process(), questions(3));

    expect(answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(simulator.batches).toHaveLength(1);
    expect(books.map(({ batches }) => [...batches.values()])).toEqual(
      Array(3).fill([simulator.batches[0]?.id]),
    );
  });

  test("before a batch was created costs nothing, and each request may be asked again", async () => {
    const { simulator, process } = await stage({
      fault: (call) => (call === "create" ? { kind: "reset" } : undefined),
    });
    const { answers, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({
      outcome: "transport",
      fault: { code: "CONNECTION", retryable: true },
    });
    expect(ends).toMatchObject(Array(2).fill({ type: "failed", costMicroUsd: 0 }));
    expect(simulator.batches).toEqual([]);
  });
});

describe("a provider that", () => {
  test("[A01] takes no batch for now is asked again by whoever asked", async () => {
    const { process } = await stage({
      fault: (call) => (call === "create" ? { kind: "status", status: 429, retryAfter: 7 } : undefined),
    });
    const { answers, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({ fault: { code: "RATE_LIMITED", retryAfterMs: 7_000 } });
    expect(ends[0]).toMatchObject({ type: "failed", costMicroUsd: 0 });
  });

  test("fails while it is asked how far it is, is asked again", async () => {
    const { process } = await stage({
      fault: (call, n) =>
        call === "retrieve" && n !== 5 && n < 8 ? { kind: "status", status: 503 } : undefined,
    });
    const { answers } = await askAll(process(), questions(2));

    expect(answers.every(({ outcome }) => outcome === "ok")).toBe(true);
  });

  test("does not take the key any more stops the run, and the calls stay open", async () => {
    const { process } = await stage({
      fault: (call) => (call === "retrieve" ? { kind: "status", status: 401 } : undefined),
    });
    const { answers, books, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({ fault: { code: "AUTH", scope: "run" } });
    expect(ends).toEqual([undefined, undefined]);
    expect(books[0]?.batches.size).toBe(1);
  });

  test("has lost a batch leaves its cost unknown", async () => {
    const { process } = await stage({
      fault: (call) => (call === "retrieve" ? { kind: "status", status: 404 } : undefined),
    });
    const { answers, ends } = await askAll(process(), questions(2));

    expect(answers[0]).toMatchObject({ fault: { code: "BATCH_LOST", retryable: true } });
    expect(ends[0]).toMatchObject({ type: "failed", usage: null, costMicroUsd: null });
  });
});

describe("whoever is told", () => {
  test("to leave leaves the batch as it is, and whoever comes after reads its results", async () => {
    const staged = await stage({ latency: 60_000 }, { now: () => now });
    let now = Date.now();
    const { simulator, process, calls } = staged;
    const { answers, books, pending } = await leaveBehind(staged, questions(3));
    expect(answers).toMatchObject(Array(3).fill({ fault: { code: "CANCELLED" } }));
    expect(books.every(({ ends }) => ends.size === 0)).toBe(true);
    now += 60_000;
    const after = await askAll(
      process(),
      questions(3),
      pending.map((call) => book(call)),
    );

    expect(after.answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(after.books.map(({ ends }) => [...ends.keys()])).toEqual(pending.map(({ callId }) => [callId]));
    expect(calls().filter((call) => call.startsWith("POST"))).toEqual(["POST /v1/messages/batches"]);
    expect(simulator.bill.requests).toBe(3);
  });

  test("that the run is cancelled cancels the batch once, and records what was done as paid", async () => {
    let now = Date.now();
    const { simulator, process, calls } = await stage({ latency: 90_000 }, { now: () => now });
    const cancelling = new AbortController();
    const books = [book(), book(), book()];
    const asked = questions(3, { signal: cancelling.signal });
    const answering = askAll(process(), asked, books);
    await until(() => books.every(({ batches }) => batches.size > 0));
    now += 30_000;
    cancelling.abort("cancelled");
    const { answers, ends } = await answering;

    expect(ends.map((end) => end?.type)).toEqual(["answered", "failed", "failed"]);
    expect(answers[1]).toMatchObject({ fault: { code: "CANCELLED" } });
    expect(calls().filter((call) => call.endsWith("/cancel"))).toHaveLength(1);
    expect(simulator.bill.requests).toBe(1);
    expect(ends[0]?.costMicroUsd).toBe(simulator.bill.microUsd);
  });

  test("that the run is cancelled cancels no batch that another run waits for", async () => {
    let now = Date.now();
    const { process, calls } = await stage({ latency: 60_000 }, { now: () => now });
    const cancelling = new AbortController();
    const books = [book(), book()];
    const [mine, theirs] = questions(2) as [ModelRequest, ModelRequest];
    const answering = askAll(process(), [{ ...mine, signal: cancelling.signal }, theirs], books);
    await until(() => books.every(({ batches }) => batches.size > 0));
    cancelling.abort("cancelled");
    now += 60_000;
    const { answers } = await answering;

    expect(answers.map(({ outcome }) => outcome)).toEqual(["ok", "ok"]);
    expect(calls().some((call) => call.endsWith("/cancel"))).toBe(false);
  });

  test("to stop before anything was sent sends nothing", async () => {
    const { simulator, process } = await stage();
    const stopping = new AbortController();
    const client = process({ lingerMs: 60_000 });
    const answering = askAll(client, questions(2, { signal: stopping.signal }));
    stopping.abort("left");
    const { answers, books } = await answering;

    expect(answers).toMatchObject(Array(2).fill({ fault: { code: "CANCELLED" } }));
    expect(books.every(({ intents }) => intents.length === 0)).toBe(true);
    expect(simulator.requests).toEqual([]);
  });
});

describe("[K02] a process that died before it could record the batch of its calls", () => {
  const unrecorded = (pending: readonly PendingCall[]) =>
    pending.map((call) => book({ ...call, batchId: null }));

  test("had sent them: they are found among the batches of that time, and nothing is sent", async () => {
    const staged = await stage();
    const { simulator, process } = staged;
    // Batches of somebody else, before and after.
    await askAll(process(), questions(2, { user: "Who else is here?" }));
    const { pending } = await leaveBehind(staged, questions(3));
    await askAll(process(), questions(2, { user: "And now?" }));
    const after = await askAll(process(), questions(3), unrecorded(pending));

    expect(after.answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(after.books.map(({ batches }) => [...batches])).toEqual(
      pending.map(({ callId, batchId }) => [[callId, batchId]]),
    );
    expect(simulator.batches).toHaveLength(3);
    expect(simulator.bill.requests).toBe(7);
  });

  test("and had recorded it for some of them: the others are found in the same batch", async () => {
    const staged = await stage();
    const { simulator, process } = staged;
    const { pending } = await leaveBehind(staged, questions(4));
    const books = pending.map((call, index) => book(index < 2 ? call : { ...call, batchId: null }));
    const after = await askAll(process(), questions(4), books);

    expect(after.answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(simulator.batches).toHaveLength(1);
  });

  test("had not sent them: each is closed at no cost, and sent anew", async () => {
    const staged = await stage();
    const { simulator, process } = staged;
    const { pending } = await leaveBehind(staged, questions(3));
    const never = pending.map(
      (call, index): PendingCall => ({ ...call, callId: `never_${index}`, batchId: null }),
    );
    const after = await askAll(
      process(),
      questions(3),
      never.map((call) => book(call)),
    );

    expect(after.answers.every(({ outcome }) => outcome === "ok")).toBe(true);
    expect(
      after.books.map(({ ends }) => [...ends].map(([id, { type }]) => `${id.split("_")[0]} ${type}`)),
    ).toEqual(Array(3).fill(["never failed", "call answered"]));
    expect(after.books[0]?.ends.get("never_0")).toMatchObject({
      costMicroUsd: 0,
      fault: { code: "BATCH_LOST" },
    });
    expect(simulator.batches).toHaveLength(2);
  });

  test("is asked for when nobody can say: the calls stay open", async () => {
    const staged = await stage({
      fault: (call) => (call === "list" ? { kind: "status", status: 500 } : undefined),
    });
    const leaving = new AbortController();
    const { pending } = await leaveBehind(staged, questions(2));
    const books = unrecorded(pending);
    const answering = askAll(staged.process(), questions(2, { signal: leaving.signal }), books);
    await until(() => staged.calls().some((call) => call === "GET /v1/messages/batches"));
    leaving.abort("left");
    const { answers, ends } = await answering;

    expect(answers[0]).toMatchObject({ fault: { code: "CANCELLED" } });
    expect(ends).toEqual([undefined, undefined]);
  });
});

test("a batch knows a call by its id, or by the hash of an id that the API would not take", () => {
  expect(customIdOf("call_V1StGXR8_Z5jdHi6B-myT")).toBe("call_V1StGXR8_Z5jdHi6B-myT");
  expect(customIdOf("call.1")).toMatch(/^[0-9a-f]{64}$/);
  expect(customIdOf("a".repeat(65))).toMatch(/^[0-9a-f]{64}$/);
  expect(customIdOf("call.1")).not.toBe(customIdOf("call.2"));
});

test("settings of batches that cannot be are refused, each with what was expected", () => {
  const settings = { lingerMs: 0, maxRequests: 100_001, pollMs: -1 };
  let issues: readonly string[] = [];
  try {
    anthropicClient({ batches: settings });
  } catch (error) {
    issues = error instanceof DeclarationError ? error.issues : [];
  }

  expect(issues).toEqual([
    "Expected `batches.lingerMs` to be a number above 0, got `0`.",
    "Expected `batches.maxRequests` to be a number above 0 and up to 100000, got `100001`.",
    "Expected `batches.pollMs` to be a number above 0, got `-1`.",
  ]);
});
