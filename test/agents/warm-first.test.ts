import { manualClock, settled } from "@terrace/core/testing";
import { expect, test } from "vitest";
import { WarmFirst } from "../../packages/agents/src/warm-first.js";

const MINUTE = 60_000;

/** Calls that ask for their turn, each under a name; `going` has those that may go. */
function calls() {
  const clock = manualClock();
  const warmth = new WarmFirst(clock);
  const going: string[] = [];
  return {
    clock,
    going,
    async ask(name: string, prefix = "p", signal = new AbortController().signal) {
      const turn = warmth.turn(prefix, signal).then((given) => {
        going.push(name);
        return given;
      });
      await settled();
      return { turn };
    },
  };
}

test("the first call of a prefix goes ahead, and the others when it has begun to be answered", async () => {
  const { ask, going } = calls();
  const { turn } = await ask("a");
  for (const name of ["b", "c"]) await ask(name);
  expect(going).toEqual(["a"]);

  (await turn).began();
  await settled();
  expect(going).toEqual(["a", "b", "c"]);
});

test("calls with other prefixes wait for nobody", async () => {
  const { ask, going } = calls();
  await ask("a", "one");
  await ask("b", "two");

  expect(going).toEqual(["a", "b"]);
});

test("when the first fails before it is answered, the next goes ahead, alone", async () => {
  const { ask, going } = calls();
  const { turn } = await ask("a");
  for (const name of ["b", "c"]) await ask(name);
  (await turn).end();
  await settled();

  expect(going).toEqual(["a", "b"]);
});

test("a prefix stays warm for five minutes from the start of the last call that was answered", async () => {
  const { ask, going, clock } = calls();
  const first = await (await ask("a")).turn;
  await clock.advance(MINUTE);
  first.began();
  await clock.advance(3 * MINUTE);
  (await (await ask("b")).turn).began();
  await clock.advance(5 * MINUTE - 1);
  const third = await (await ask("c")).turn;
  third.end();
  await clock.advance(1);
  await ask("d");
  await ask("e");

  expect(going).toEqual(["a", "b", "c", "d"]);
});

test("nobody waits longer than half a minute", async () => {
  const { ask, going, clock } = calls();
  await ask("a");
  await ask("b");
  await clock.advance(29_999);
  expect(going).toEqual(["a"]);

  await clock.advance(1);
  expect(going).toEqual(["a", "b"]);
  expect(clock.timers).toEqual([]);
});

test("who is told to stop waits no longer, and leaves nothing behind", async () => {
  const { ask, going, clock } = calls();
  const stop = new AbortController();
  await ask("a");
  await ask("b", "p", stop.signal);
  stop.abort();
  await settled();

  expect(going).toEqual(["a", "b"]);
  expect(clock.timers).toEqual([]);
});

test("a thousand prefixes are remembered, and the one that was used longest ago is forgotten", async () => {
  const { ask, going } = calls();
  await ask("first", "p0");
  for (let index = 1; index <= 1_000; index += 1) await ask("x", `p${index}`);
  going.length = 0;
  await ask("again", "p1000");
  await ask("forgotten", "p0");

  expect(going).toEqual(["forgotten"]);
});
