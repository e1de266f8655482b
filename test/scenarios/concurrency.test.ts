import {
  chain,
  diamond,
  mostAtOnce,
  ok,
  planOf,
  settled,
  startedBefore,
  startOrder,
  wide,
} from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { launch } from "../core/support.js";

/** An executor that takes a turn of the event loop. */
const slowly = async () => {
  await settled();
  return ok("done");
};

describe("no more attempts are under way at once than", () => {
  test.each([1, 2, 4, 7])("`concurrency` allows: %i", async (concurrency) => {
    const { run, agents } = launch(wide(20), { execute: slowly }, { concurrency });
    await run.result();

    expect(mostAtOnce(run.log)).toBe(concurrency);
    expect(agents.mostUnderWay()).toBe(concurrency);
  });

  test("the limit of a tier allows, while others use the rest", async () => {
    const plan = planOf({ ...tasks("h", 8, "haiku"), ...tasks("s", 8, "sonnet") });
    const { run, agents } = launch(
      plan,
      { execute: slowly },
      { concurrency: 5, tierConcurrency: { haiku: 2 } },
    );
    await run.result();

    expect(agents.mostUnderWay("haiku")).toBe(2);
    expect(agents.mostUnderWay()).toBe(5);
  });
});

function tasks(prefix: string, count: number, tier: string) {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, { tier }]));
}

describe("a task starts", () => {
  test("as soon as everything it depends on is accepted, whatever else is under way", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const plan = planOf({
      slow: {},
      first: {},
      second: { dependsOn: ["first"] },
      last: { dependsOn: ["slow", "second"] },
    });
    const { run } = launch(plan, { execute: { slow: () => held.then(() => ok("at last")) } });
    while (run.state.tasks.get("second")?.status !== "accepted") await settled();

    expect(run.state.tasks.get("slow")?.status).toBe("executing");
    release();
    await run.result();

    expect(startedBefore(run.log, "second", "last")).toBe(true);
  });

  test("with the accepted outputs it depends on, in the order it names them", async () => {
    const { run, agents } = launch(planOf({ a: {}, b: { tier: "sonnet" }, c: { dependsOn: ["b", "a"] } }));
    await run.result();

    expect(agents.requests.execute.at(-1)?.inputs).toEqual([
      {
        taskId: "b",
        title: "Do b",
        output: "b by sonnet",
        tier: "sonnet",
        attempt: 1,
        acceptedBy: "reviewer",
      },
      { taskId: "a", title: "Do a", output: "a by haiku", tier: "haiku", attempt: 1, acceptedBy: "reviewer" },
    ]);
  });

  test("before others when the longest path hangs on it", async () => {
    const plan = planOf({ short: {}, long: {}, next: { dependsOn: ["long"] } });
    const { run } = launch(plan, {}, { concurrency: 1 });
    await run.result();

    expect(startOrder(run.log)).toEqual(["long", "next", "short"]);
  });

  test("after the review of what was begun before it", async () => {
    const asked: string[] = [];
    const { run } = launch(
      wide(3),
      {
        execute: ({ task }) => {
          asked.push(`do ${task.id}`);
          return ok("done");
        },
        review: ({ task }) => {
          asked.push(`review ${task.id}`);
          return { outcome: "ok", value: { criteria: [], problems: [], blame: null } };
        },
      },
      { concurrency: 1 },
    );
    await run.result();

    expect(asked).toEqual(["do t1", "review t1", "do t2", "review t2", "do t3", "review t3"]);
  });
});

test("a plan of one task runs", async () => {
  expect(await launch(wide(1)).run.result()).toMatchObject({ answer: "t1 by haiku", census: { tasks: 1 } });
});

test("a chain runs one after the other, however many slots there are", async () => {
  const { run } = launch(chain(10), { execute: slowly }, { concurrency: 64 });
  await run.result();

  expect(mostAtOnce(run.log)).toBe(1);
  expect(startOrder(run.log)).toEqual(chain(10).tasks.map(({ id }) => id));
});

test("[K38] one slot is enough for any plan", async () => {
  const { run } = launch("anything", { plan: diamond() }, { concurrency: 1, checkConcurrency: 1 });

  expect(await run.result()).toMatchObject({ census: { accepted: 4 } });
});
