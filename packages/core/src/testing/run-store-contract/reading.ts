import { holds, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { expectLog, leaseOf, logOf, write } from "./samples.js";

const RUN = "run_1";

/** What `read` does. */
export const reading: Cases = {
  "an unknown run is empty": async ({ store }) => {
    same(await store.read("nobody"), [], "the log of an unknown run");
  },
  "an unknown run is empty from any event on": async ({ store }) => {
    same(await store.read("nobody", 7), [], "the log of an unknown run");
  },
  "a run that was leased and not written is empty": async ({ store }) => {
    await leaseOf(store, RUN);
    await expectLog(store, RUN, []);
  },
  ...Object.fromEntries(
    [0, 1, 2, 5, 8, 9].map((from) => [`a log of 9 is read from event ${from} on`, readFrom(from)]),
  ),
  "beyond the end there is nothing": async ({ store }) => {
    await write(store, logOf(RUN, 9));
    same(await store.read(RUN, 1_000), [], "what follows the end");
  },
  "reading twice gives the same": async ({ store }) => {
    await write(store, logOf(RUN, 9));
    same(await store.read(RUN), await store.read(RUN), "the second reading");
  },
  "reading needs no lease and takes none": async ({ store }) => {
    await store.release(await write(store, logOf(RUN, 3)));
    await expectLog(store, RUN, logOf(RUN, 3));
    await leaseOf(store, RUN);
  },
  "what the reader does to the list it got changes no log": async ({ store }) => {
    await write(store, logOf(RUN, 3));
    ((await store.read(RUN)) as unknown[]).length = 0;
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "a log is read in pages": async ({ store }) => {
    const log = logOf(RUN, 40);
    await write(store, log);
    for (let from = 0; from <= 40; from += 7)
      same(await store.read(RUN, from), log.slice(from), `events from ${from}`);
  },
  "a reader never sees half of a batch": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, 60);
    const written = (async () => {
      for (let from = 0; from < 60; from += 6) await store.append(lease, log.slice(from, from + 6), from);
    })();
    for (let look = 0; look < 10; look += 1) {
      const { length } = await store.read(RUN);
      holds(length % 6 === 0, `whole batches of 6, got ${length} events`);
    }
    await written;
    await expectLog(store, RUN, log);
  },
};

function readFrom(from: number): Body {
  return async ({ store }) => {
    await write(store, logOf(RUN, 9));
    same(await store.read(RUN, from), logOf(RUN, 9).slice(from), `the events from ${from} on`);
  };
}
