import { manualClock, settled } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { Lanes, type PaceOf } from "../../../packages/core/src/shell/lanes.js";
import { Timers } from "../../../packages/core/src/shell/timers.js";

/** Lanes whose work a test finishes by hand; what is under way is told by name. */
function lanes(total: number, byLane: { readonly [name: string]: number } = {}, paceOf?: PaceOf) {
  const clock = manualClock();
  const idle: number[] = [];
  const underWay = new Map<string, () => void>();
  const started: string[] = [];
  const onIdle = (): unknown => idle.push(idle.length);
  const limits = { total, byLane: new Map(Object.entries(byLane)) };
  const subject = new Lanes(limits, new Timers(clock), onIdle, paceOf);
  return {
    lanes: subject,
    clock,
    idle,
    started,
    /** Puts work in line. Its name is `<lane>/<label>`. */
    add(name: string, priority = 0) {
      const lane = name.split("/")[0] ?? "";
      const work = () =>
        new Promise<void>((resolve) => {
          started.push(name);
          underWay.set(name, resolve);
        });
      subject.add(lane, { priority, work });
    },
    /** Puts work in line, and lets start what may. */
    begin(...names: readonly string[]) {
      for (const name of names) this.add(name);
      subject.start();
    },
    /** Lets work end, and whatever follows from that happen. */
    async finish(...names: readonly string[]) {
      for (const name of names) {
        underWay.get(name)?.();
        underWay.delete(name);
      }
      await settled();
    },
    get underWay() {
      return [...underWay.keys()];
    },
  };
}

describe("work starts", () => {
  test("at once while there is room", () => {
    const test = lanes(2);
    test.begin("haiku/1");

    expect(test.underWay).toEqual(["haiku/1"]);
  });

  test("never more at once than the limit over all lanes", async () => {
    const test = lanes(2);
    for (const name of ["haiku/1", "sonnet/1", "opus/1"]) test.begin(name);

    expect(test.underWay).toEqual(["haiku/1", "sonnet/1"]);
    expect(test.lanes.running).toBe(2);
    await test.finish("haiku/1");

    expect(test.underWay).toEqual(["sonnet/1", "opus/1"]);
  });

  test("never more at once than the limit of its lane, and another lane goes on", async () => {
    const test = lanes(3, { opus: 1 });
    for (const name of ["opus/1", "opus/2", "haiku/1"]) test.begin(name);

    expect(test.underWay).toEqual(["opus/1", "haiku/1"]);
    await test.finish("opus/1");

    expect(test.underWay).toEqual(["haiku/1", "opus/2"]);
  });

  test("within the limit over all, however high the limit of a lane is", () => {
    const test = lanes(1, { haiku: 5 });
    test.begin("haiku/1");
    test.begin("haiku/2");

    expect(test.underWay).toEqual(["haiku/1"]);
  });

  test("with the most urgent, over all lanes", async () => {
    const test = lanes(1);
    test.begin("haiku/first");
    test.add("haiku/low", 1);
    test.add("opus/high", 3);
    test.add("sonnet/mid", 2);
    await test.finish("haiku/first");
    await test.finish("opus/high");
    await test.finish("sonnet/mid");

    expect(test.started).toEqual(["haiku/first", "opus/high", "sonnet/mid", "haiku/low"]);
  });

  test("with the most urgent of those that came together", () => {
    const test = lanes(2);
    test.add("haiku/low", 1);
    test.add("opus/high", 3);
    test.add("haiku/mid", 2);
    test.lanes.start();

    expect(test.started).toEqual(["opus/high", "haiku/mid"]);
  });

  test("only when a slot is really free: work that is slow to stop keeps its slot", async () => {
    const test = lanes(1);
    test.begin("haiku/slow");
    test.begin("haiku/next");
    test.lanes.clear();
    await settled();

    expect(test.lanes.running).toBe(1);
    expect(test.underWay).toEqual(["haiku/slow"]);
  });
});

describe("paused lanes", () => {
  test("start nothing, let go on what is under way, and start again", async () => {
    const test = lanes(2);
    test.begin("haiku/1");
    test.lanes.pause();
    test.begin("haiku/2");

    expect(test.underWay).toEqual(["haiku/1"]);
    await test.finish("haiku/1");

    expect(test.underWay).toEqual([]);
    test.lanes.resume();

    expect(test.underWay).toEqual(["haiku/2"]);
  });

  test("that are cleared forget what waits", () => {
    const test = lanes(1);
    test.lanes.pause();
    test.begin("haiku/1");
    test.lanes.clear();
    test.lanes.resume();

    expect(test.started).toEqual([]);
  });
});

describe("a lane that is held", () => {
  test("starts nothing until the time has come, and others go on", async () => {
    const test = lanes(4);
    test.lanes.hold("haiku", 1_000);
    test.begin("haiku/1");
    test.begin("sonnet/1");

    expect(test.underWay).toEqual(["sonnet/1"]);
    await test.clock.advance(999);

    expect(test.underWay).toEqual(["sonnet/1"]);
    await test.clock.advance(1);

    expect(test.underWay).toEqual(["sonnet/1", "haiku/1"]);
  });

  test("starts slowly: one, then two, four and eight, twice as many when all that was under way succeeded", async () => {
    const test = lanes(16);
    test.lanes.hold("haiku", 10);
    for (let label = 1; label <= 32; label += 1) test.begin(`haiku/${label}`);
    await test.clock.advance(10);
    const rounds: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
      rounds.push(test.underWay.length);
      for (const name of test.underWay) {
        test.lanes.succeeded("haiku");
        await test.finish(name);
      }
    }

    expect(rounds).toEqual([1, 2, 4, 8, 16]);
  });

  test("opens for one more with each success, not for twice as many", async () => {
    const test = lanes(16);
    test.lanes.hold("haiku", 10);
    for (let label = 1; label <= 16; label += 1) test.begin(`haiku/${label}`);
    await test.clock.advance(10);
    const counts: number[] = [];
    for (const name of ["haiku/1", "haiku/2", "haiku/3", "haiku/4"]) {
      test.lanes.succeeded("haiku");
      await test.finish(name);
      counts.push(test.underWay.length);
    }

    expect(counts).toEqual([2, 3, 4, 5]);
  });

  test("twice waits for both, and an answer from before the hold opens nothing", async () => {
    const test = lanes(4);
    test.lanes.hold("haiku", 10);
    test.lanes.hold("haiku", 30);
    test.begin("haiku/1");
    test.begin("haiku/2");
    test.lanes.succeeded("haiku");
    await test.clock.advance(20);

    expect(test.underWay).toEqual([]);
    await test.clock.advance(10);

    expect(test.underWay).toEqual(["haiku/1"]);
  });

  test("never opens beyond its limit", async () => {
    const test = lanes(8, { haiku: 3 });
    test.lanes.hold("haiku", 1);
    for (let label = 1; label <= 8; label += 1) test.begin(`haiku/${label}`);
    await test.clock.advance(1);
    for (let success = 0; success < 5; success += 1) test.lanes.succeeded("haiku");
    await test.finish("haiku/1");

    expect(test.underWay).toHaveLength(3);
  });
});

test("lanes tell when nothing is under way any more, each time", async () => {
  const test = lanes(2);
  test.begin("haiku/1");
  test.begin("haiku/2");
  await test.finish("haiku/1");

  expect(test.idle).toHaveLength(0);
  await test.finish("haiku/2");

  expect(test.idle).toHaveLength(1);
  test.begin("haiku/3");
  await test.finish("haiku/3");

  expect(test.idle).toHaveLength(2);
});

describe("a lane that is told to wait", () => {
  test("starts nothing until then, and asks again once, by one timer", async () => {
    const asked: string[] = [];
    const waits = [50, 0, 0];
    const test = lanes(2, {}, (lane) => {
      asked.push(lane);
      return waits.shift() ?? 0;
    });
    test.begin("haiku/1", "haiku/2");
    test.lanes.start();
    expect(test.underWay).toEqual([]);
    expect(asked).toEqual(["haiku"]);
    expect(test.clock.timers).toEqual([50]);

    await test.clock.advance(50);
    expect(test.underWay).toEqual(["haiku/1", "haiku/2"]);
    expect(asked).toHaveLength(3);
  });

  test("holds no slot meanwhile: other lanes use it", () => {
    const test = lanes(1, {}, (lane) => (lane === "opus" ? 1_000 : 0));
    test.add("opus/1", 10);
    test.begin("haiku/1");

    expect(test.underWay).toEqual(["haiku/1"]);
    expect(test.lanes.running).toBe(1);
  });

  test("is asked again when work of it has stopped", async () => {
    const waits = [0, 1_000, 0];
    const test = lanes(2, {}, () => waits.shift() ?? 0);
    test.begin("haiku/1", "haiku/2");
    expect(test.underWay).toEqual(["haiku/1"]);
    await test.finish("haiku/1");

    expect(test.underWay).toEqual(["haiku/2"]);
  });

  test("has one timer, however often it is told to wait", async () => {
    const waits = [0, 1_000, 1_000];
    const test = lanes(2, {}, () => waits.shift() ?? 0);
    test.begin("haiku/1", "haiku/2");
    await test.finish("haiku/1");

    expect(waits).toEqual([]);
    expect(test.clock.timers).toEqual([1_000]);
  });

  test("is asked for work that does start, and for no other", () => {
    let asked = 0;
    const test = lanes(1, {}, () => {
      asked += 1;
      return 0;
    });
    test.begin("haiku/1", "haiku/2");

    expect(asked).toBe(1);
  });

  test("asks nothing while it is paused", async () => {
    let asked = 0;
    const test = lanes(1, {}, () => {
      asked += 1;
      return 50;
    });
    test.begin("haiku/1");
    test.lanes.pause();
    await test.clock.advance(1_000);

    expect(asked).toBe(1);
  });
});
