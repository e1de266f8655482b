import { type Fault, NO_USAGE } from "@terrace/core";
import { expect, test } from "vitest";
import { governorOf } from "../../packages/agents/src/governors.js";
import { RateGovernor } from "../../packages/agents/src/rate-governor.js";
import { vendorClient } from "./client-support.js";

const SECOND = 1_000;

const headers = (kind: string, limit: number, remaining: number) =>
  new Headers({
    [`anthropic-ratelimit-${kind}-limit`]: String(limit),
    [`anthropic-ratelimit-${kind}-remaining`]: String(remaining),
  });

const answered = (inputTokens = 0) => ({ usage: { ...NO_USAGE, inputTokens } });

const failed = (changes: Partial<Fault>) => ({
  usage: null,
  fault: {
    outcome: "transport",
    code: "RATE_LIMITED",
    message: "",
    retryable: true,
    scope: "tier",
    pause: "rate_limit",
    retryAfterMs: 0,
    issues: [],
    ...changes,
  } satisfies Fault,
});

/** How many calls may start at a moment. */
function starts(governor: RateGovernor, now: number): number {
  let count = 0;
  while (count < 5_000 && governor.pace(now) === 0) count += 1;
  return count;
}

/** A governor that has heard of a limit. */
function knowing(limit: number, remaining: number): RateGovernor {
  const governor = new RateGovernor();
  governor.pace(0);
  const call = governor.begin(0);
  call.heard(headers("requests", limit, remaining), 0);
  call.end(answered(), 0);
  return governor;
}

test("before anything is known four calls may start, then one more with each answer, which doubles them", () => {
  const governor = new RateGovernor();
  expect(starts(governor, 0)).toBe(4);
  const calls = Array.from({ length: 4 }, () => governor.begin(0));
  expect(governor.pace(0)).toBeGreaterThan(0);

  for (const call of calls) call.end(answered(), SECOND);
  expect(starts(governor, SECOND)).toBe(8);
});

test("once the limits are known, starts are spread over the minute: half as many again while there is plenty", () => {
  const governor = knowing(600, 600);
  const inASecond = (from: number) => {
    let count = 0;
    for (let now = from; now < from + SECOND; now += 10) count += starts(governor, now);
    return count;
  };

  expect(inASecond(1)).toBeGreaterThanOrEqual(14);
  expect(inASecond(1 + SECOND)).toBeLessThanOrEqual(16);
});

test("with nothing left it says how long until there is", () => {
  const governor = knowing(60, 0);

  expect(governor.pace(0)).toBeGreaterThanOrEqual(SECOND);
  expect(governor.pace(59 * SECOND)).toBe(0);
});

test("what another process takes is seen in the headers, and left to it", () => {
  const alone = knowing(600, 600);
  const sharing = knowing(600, 600);
  const call = sharing.begin(10);
  call.heard(headers("requests", 600, 20), 10);
  call.end(answered(), 10);
  const within = (governor: RateGovernor) => {
    let count = 0;
    for (let now = 20; now < 1_020; now += 10) count += starts(governor, now);
    return count;
  };

  expect(within(sharing)).toBeLessThan(within(alone) / 2);
});

test("calls are as large as they usually are: the limit of tokens bounds how many there are", () => {
  const governor = new RateGovernor();
  const call = governor.begin(0);
  call.heard(headers("input-tokens", 60_000, 60_000), 0);
  call.end(answered(10_000), 0);
  let count = 0;
  for (let now = 0; now < 60 * SECOND; now += 100) count += starts(governor, now);

  // Ten thousand tokens are a sixth of a minute's.
  expect(count).toBeGreaterThanOrEqual(6);
  expect(count).toBeLessThanOrEqual(10);
});

test("a refusal holds everybody back as long as the provider asks, and halves the pace once for all that had left", () => {
  const governor = knowing(6_000, 6_000);
  starts(governor, SECOND);
  const calls = Array.from({ length: 16 }, () => governor.begin(SECOND));
  for (const call of calls) call.end(failed({ retryAfterMs: 5_000 }), SECOND);

  expect(governor.pace(SECOND)).toBe(5_000);
  expect(governor.pace(6 * SECOND - 1)).toBe(1);
  // Half of the sixteen, and not a sixteenth's half again and again.
  expect(starts(governor, 6 * SECOND)).toBeGreaterThanOrEqual(4);
  expect(starts(governor, 6 * SECOND)).toBeLessThanOrEqual(8);
});

test("an overloaded provider is asked half as much at once", () => {
  const governor = new RateGovernor();
  starts(governor, 0);
  const calls = Array.from({ length: 4 }, () => governor.begin(0));
  for (const call of calls) call.end(failed({ code: "OVERLOADED", pause: "overloaded" }), 0);

  expect(starts(governor, 1)).toBeLessThanOrEqual(2);
});

test("a wait that pauses the run, and a fault that is not the pace's, hold nobody else back", () => {
  const governor = knowing(6_000, 6_000);
  governor.begin(0).end(failed({ scope: "run", retryAfterMs: 3_600_000 }), 0);
  governor.begin(0).end(failed({ scope: "work", code: "CONNECTION", pause: "network" }), 0);

  expect(governor.pace(SECOND)).toBe(0);
});

test("a start that nobody uses counts for ten seconds", () => {
  const governor = new RateGovernor();
  expect(starts(governor, 0)).toBe(4);
  expect(governor.pace(9_999)).toBeGreaterThan(0);
  expect(governor.pace(10_000)).toBe(0);
});

test("clients of one account share a governor for each model, and other accounts have their own", () => {
  const url = "https://api.example.com";
  const [one, two] = [vendorClient(url), vendorClient(url)];
  const other = vendorClient(url, { apiKey: "another-key" });

  expect(governorOf(one, "m")).toBe(governorOf(two, "m"));
  expect(governorOf(one, "m")).not.toBe(governorOf(one, "n"));
  expect(governorOf(one, "m")).not.toBe(governorOf(other, "m"));
});

test("a client that shows no key shares with nobody", () => {
  const [one, two] = [{}, {}];

  expect(governorOf(one, "m")).toBe(governorOf(one, "m"));
  expect(governorOf(one, "m")).not.toBe(governorOf(two, "m"));
});
