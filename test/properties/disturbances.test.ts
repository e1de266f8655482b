import {
  checkInvariants,
  type EventType,
  eventSchemas,
  evolve,
  initialState,
  memoryStore,
  type Run,
  type RunStore,
} from "@terrace/core";
import { eventsOf, settled, typesOf } from "@terrace/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holds, type Live, live, seeThrough, start } from "./live.js";
import { worlds } from "./worlds.js";

const types = Object.keys(eventSchemas) as EventType[];

/** Ways to listen badly. Each of them answers to every event. */
const rudenesses = {
  throws: () => {
    throw new Error("rude");
  },
  rejects: () => Promise.reject(new Error("rude, later")),
  dawdles: () => new Promise<void>(() => {}),
  meddles: (run: Run) => {
    void run.resolve("nowhere", { action: "accept" }).catch(() => undefined);
    run.on("run.paused", () => {});
  },
};

test("[K22] [K24] listeners that throw, reject, dawdle or meddle leave the log as it is without them", async () => {
  const kinds = fc.array(fc.constantFrom(...(Object.keys(rudenesses) as (keyof typeof rudenesses)[])), {
    minLength: 1,
  });
  await holds(
    fc.asyncProperty(worlds(), kinds, async (world, rude) => {
      const quiet = await live(world);
      const disturbed = start(world);
      for (const kind of rude) {
        for (const type of types) disturbed.run.on(type, () => rudenesses[kind](disturbed.run));
      }
      await seeThrough(disturbed);

      expect(disturbed.run.log).toEqual(quiet.run.log);
    }),
  );
});

describe("a run that is cancelled at any event", () => {
  /** Cancels, twice, as soon as the event of that number is heard. */
  const cancelAt = (at: number, { run }: Live): Promise<void>[] => {
    const asked: Promise<void>[] = [];
    for (const type of types) {
      run.on(type, ({ seq }) => {
        if (seq === at) asked.push(run.cancel("Enough."), run.cancel("Again."));
      });
    }
    return asked;
  };

  test("ends once, sends nothing new, and keeps what was paid for", async () => {
    await holds(
      fc.asyncProperty(worlds(), fc.nat({ max: 80 }), async (world, at) => {
        const started = start(world);
        const { run } = started;
        const asked = cancelAt(at, started);
        await seeThrough(started);
        await Promise.all(asked);

        expect(checkInvariants(run.log)).toEqual([]);
        expect(run.log.reduce(evolve, initialState())).toEqual(run.state);
        if (asked.length === 0 || run.state.status !== "cancelled") return;
        expect(eventsOf(run.log, "run.cancelled")).toMatchObject([{ reason: "Enough." }]);
        const sent = new Set(eventsOf(run.log, "call.sent").map(({ callId }) => callId));
        const ended = [...eventsOf(run.log, "call.answered"), ...eventsOf(run.log, "call.failed")];
        expect(new Set(ended.map(({ callId }) => callId))).toEqual(sent);
      }),
    );
  });

  test("from outside, at any moment, ends once too", async () => {
    await holds(
      fc.asyncProperty(worlds(), fc.nat({ max: 60 }), async (world, turns) => {
        const started = start(world);
        for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
        await started.run.cancel("Enough.");
        await seeThrough(started);

        expect(checkInvariants(started.run.log)).toEqual([]);
        expect(typesOf(started.run.log)[0]).toBe("run.submitted");
      }),
    );
  });
});

test("a store that fails at any append leaves a log that folds to the state, and nothing is asked after it", async () => {
  await holds(
    fc.asyncProperty(worlds(), fc.integer({ min: 1, max: 60 }), async (world, nth) => {
      const inner = memoryStore();
      let appends = 0;
      const store: RunStore = {
        ...inner,
        append(...batch) {
          appends += 1;
          if (appends < nth) return inner.append(...batch);
          if (world.slowStore) return Promise.reject(new Error("full"));
          throw new Error("full");
        },
      };
      const { run, agents } = await live(world, { store });
      const asked = agents.requests.execute.length + agents.requests.review.length;
      await settled();

      expect(await store.read(run.id)).toEqual(run.log);
      expect(run.log.reduce(evolve, initialState())).toEqual(run.state);
      expect(checkInvariants(run.log)).toEqual([]);
      expect(agents.requests.execute.length + agents.requests.review.length).toBe(asked);
      expect(appends).toBeLessThanOrEqual(nth);
    }),
  );
});
