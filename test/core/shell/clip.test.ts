import { type Check, parseEvent } from "@terrace/core";
import { eventsOf, fault, ok, planOf, reject } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { atRest, launch } from "../support.js";

const long = "x".repeat(2_000_000);
const one = planOf({ a: {} });

test("a log can be read again however much agents and checks had to say", async () => {
  const wordy: Check = { name: "wordy", run: () => Array.from({ length: 500 }, () => long) };
  const runs = [
    launch(one, {
      execute: ok("short", { because: long, unverified: Array.from({ length: 500 }, () => long) }),
    }),
    launch(one, { execute: fault("invalid_output", { message: long, issues: [long, long] }) }),
    launch(one, { review: reject("y".repeat(90_000)) }),
    launch(one, {}, { checks: { worker: [wordy] } }),
  ];
  for (const { run } of runs) {
    await atRest(run);
    expect(run.log.length).toBeGreaterThan(5);
    expect(() => run.log.map((event) => parseEvent(JSON.parse(JSON.stringify(event))))).not.toThrow();
  }
});

test("a call whose key no log can hold is not sent, and its agent is told why", async () => {
  const intent = { model: "m", effort: null, maxTokens: 1, key: "k".repeat(257), reservedMicroUsd: null };
  const { run } = launch(one, { execute: async ({ calls }) => ok(await calls.sent(intent)) });
  await atRest(run);

  expect(eventsOf(run.log, "call.sent")).toEqual([]);
  expect(eventsOf(run.log, "attempt.failed")[0]?.fault.message).toBe(
    "The agent gave no answer that can be used: Expected the key of a call to have at most 256 characters, " +
      "got 257. Nothing was sent. Hash what it names.",
  );
});

test("of too many remarks the first are kept, and how many more there were", async () => {
  const many: Check = {
    name: "many",
    run: () => Array.from({ length: 150 }, (_, index) => `issue ${index}`),
  };
  const { run } = launch(one, {}, { checks: { worker: [many] } });
  await atRest(run);
  const [checked] = eventsOf(run.log, "attempt.checked");

  expect(checked?.issues).toHaveLength(100);
  expect(checked?.issues.at(-1)).toBe("… and 51 more.");
});
