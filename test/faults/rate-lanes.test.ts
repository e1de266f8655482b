// A server with limits, in simulated time and over real HTTP. What counts is the server's own record of it.
import { expect, test } from "vitest";
import { limited, orchestrating, seen, tasks, untilOver } from "./rates.js";

/** Simulated time costs none; real requests do. */
const timeout = 120_000;
/** The first seconds, in which the limits are not known yet. */
const RAMP_MS = 5_000;

test("300 tasks keep to the limits of a server: it refuses none in a hundred, and nine tenths of what it allows is used", {
  timeout,
}, async () => {
  const allowed = { requestsPerMinute: 100, inputTokensPerMinute: 60_000 };
  const server = await limited(allowed);
  const side = orchestrating(server).submit(tasks(300));
  await untilOver(server.clock, [side]);
  const all = seen(server.simulator, 0);
  const { refusedShare, requestsPerMinute, inASecond } = seen(server.simulator, RAMP_MS);

  expect(side.run.census).toMatchObject({ accepted: 300, attempts: 300 });
  expect(all.minutes).toBeGreaterThan(2);
  expect(refusedShare).toBeLessThanOrEqual(0.01);
  expect(requestsPerMinute).toBeGreaterThanOrEqual(0.9 * allowed.requestsPerMinute);
  // No bursts: in no second do more than twice as many leave as on average.
  expect(inASecond).toBeLessThanOrEqual((2 * allowed.requestsPerMinute) / 60);
});

test.each([
  ["two runs of one process, each with a client of its own, share one pace", ["key-1", "key-1"]],
  [
    "[B18] processes that share a limit leave one another room, by what its headers say is left",
    ["key-1", "key-2"],
  ],
])("%s", { timeout }, async (_, keys) => {
  const allowed = { requestsPerMinute: 100, inputTokensPerMinute: 30_000 };
  const server = await limited(allowed);
  const sides = keys.map((key, index) => orchestrating(server, key).submit(tasks(100, 100 * index)));
  await untilOver(server.clock, sides);
  const { refusedShare, tokensPerMinute } = seen(server.simulator, RAMP_MS);

  expect(sides.map(({ run }) => run.census.accepted)).toEqual([100, 100]);
  expect(refusedShare).toBeLessThanOrEqual(0.01);
  expect(tokensPerMinute).toBeGreaterThanOrEqual(0.9 * allowed.inputTokensPerMinute);
});
