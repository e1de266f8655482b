import { checkInvariants, memoryStore, type RunStore } from "@terrace/core";
import { eventsOf, settled, typesOf, wide } from "@terrace/core/testing";
import { describe, expect, test } from "vitest";
import { atRest, complaintOf } from "../core/support.js";
import { laterClock, mortal } from "./processes.js";
import { requestsOf, start } from "./support.js";

const never = () => new Promise<never>(() => {});

/** A run whose execution kills its process, again and again. */
async function poisonous(store: RunStore, deaths: number): Promise<string> {
  const first = start(mortal(store, { append: 6, written: false }), { execute: never });
  const { id } = first.orchestrator.submit(wide(1));
  await settled();
  for (let death = 1; death < deaths; death += 1) {
    const died = start(
      mortal(store, { append: 3, written: false }),
      { execute: never },
      { env: laterClock(death) },
    );
    await died.orchestrator.resume(id);
    await settled();
  }
  return id;
}

describe("[K32] a run that kills whoever drives it", () => {
  test("is parked when three processes in a row died over it, with what was under way", async () => {
    const store = memoryStore();
    const id = await poisonous(store, 4);
    const { orchestrator, agents } = start(store, {}, { env: laterClock(5) });
    const run = await orchestrator.resume(id);

    expect(await complaintOf(run.result())).toEqual({
      code: "RUN_PAUSED",
      message:
        `Run "${id}" is paused (crashes): 3 processes in a row died before they achieved anything. ` +
        'Under way was "t1". (0 of 1 tasks accepted, 0.000400 USD spent). ' +
        `Look at what it did, then go on with \`orchestrator.resume("${id}", { parked: true })\`.`,
    });
    expect(requestsOf(agents)).toBe(0);
    expect(typesOf(run.log).slice(-2)).toEqual(["call.orphaned", "run.paused"]);
    expect((await store.list(1))[0]?.owner).toBeNull();
  });

  test("stays parked, and records nothing more, until somebody says otherwise", async () => {
    const store = memoryStore();
    const id = await poisonous(store, 4);
    await atRest(await start(store, {}, { env: laterClock(5) }).orchestrator.resume(id));
    const events = (await store.read(id)).length;
    const again = await start(store, {}, { env: laterClock(6) }).orchestrator.resume(id);
    expect(await complaintOf(again.result())).toMatchObject({ code: "RUN_PAUSED" });
    expect(await complaintOf(again.resume())).toMatchObject({ code: "RUN_PAUSED" });
    expect(await store.read(id)).toHaveLength(events);

    const run = await start(store, {}, { env: laterClock(7) }).orchestrator.resume(id, { parked: true });
    expect((await run.result()).outcome).toBe("complete");
    expect(eventsOf(run.log, "call.orphaned")).toHaveLength(4);
    expect(checkInvariants(run.log, { isOver: true })).toEqual([]);
  });

  test("is not parked as long as each process achieves something", async () => {
    const store = memoryStore();
    let id = await poisonous(store, 3);
    const helped = start(mortal(store, { append: 6, written: false }), {}, { env: laterClock(4) });
    await atRest(await helped.orchestrator.resume(id));
    id = (await store.list(1))[0]?.runId ?? "";
    const run = await start(store, {}, { env: laterClock(5) }).orchestrator.resume(id);

    expect((await run.result()).outcome).toBe("complete");
  });
});
