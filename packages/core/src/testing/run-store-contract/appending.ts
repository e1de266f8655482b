import { refused, same } from "./assertions.js";
import type { Cases } from "./case.js";
import { begin, expectLog, leaseOf, logOf, outputOf, reasonOf, write } from "./samples.js";

const RUN = "run_1";

/** What `append` does. */
export const appending: Cases = {
  "one event is kept": async ({ store }) => {
    await write(store, [begin(RUN)]);
    await expectLog(store, RUN, [begin(RUN)]);
  },
  "events appended one by one come back in order": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, 25);
    for (const [seq, event] of log.entries()) await store.append(lease, [event], seq);
    await expectLog(store, RUN, log);
  },
  "events appended as one batch come back in order": async ({ store }) => {
    await write(store, logOf(RUN, 25));
    await expectLog(store, RUN, logOf(RUN, 25));
  },
  "batches of different sizes follow each other": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, 28);
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 6],
      [6, 28],
    ] as const) {
      await store.append(lease, log.slice(from, to), from);
    }
    await expectLog(store, RUN, log);
  },
  "a batch of 2,500 events is kept": async ({ store }) => {
    await write(store, logOf(RUN, 2_500));
    await expectLog(store, RUN, logOf(RUN, 2_500));
  },
  "an empty batch adds nothing": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await store.append(lease, [], 3);
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "an empty batch does not begin a run": async ({ store }) => {
    await store.append(await leaseOf(store, RUN), [], 0);
    await expectLog(store, RUN, []);
  },
  "what was appended is there as soon as the append ends": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    for (let seq = 0; seq < 5; seq += 1) {
      await store.append(lease, logOf(RUN, 5).slice(seq, seq + 1), seq);
      same((await store.read(RUN)).length, seq + 1, "the length of the log");
    }
  },
  "an append that expects a shorter log is refused": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await refused(() => store.append(lease, [reasonOf(RUN, 2, "again")], 2), "LOG_CONFLICT");
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "an append that expects a longer log is refused": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await refused(() => store.append(lease, [reasonOf(RUN, 4, "a gap")], 4), "LOG_CONFLICT");
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "a first append that expects a log is refused": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await refused(() => store.append(lease, [reasonOf(RUN, 1, "a gap")], 1), "LOG_CONFLICT");
    await expectLog(store, RUN, []);
  },
  "a conflict names the run, the expected end and the real one": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await refused(() => store.append(lease, [reasonOf(RUN, 7, "a gap")], 7), "LOG_CONFLICT", [RUN, "7", "3"]);
  },
  "the same batch twice is refused the second time": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await refused(() => store.append(lease, logOf(RUN, 3), 0), "LOG_CONFLICT");
    await expectLog(store, RUN, logOf(RUN, 3));
  },
  "after a conflict the right end is accepted": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 3));
    await refused(() => store.append(lease, [reasonOf(RUN, 9, "a gap")], 9), "LOG_CONFLICT");
    await store.append(lease, logOf(RUN, 4).slice(3), 3);
    await expectLog(store, RUN, logOf(RUN, 4));
  },
  "a batch with a gap in it is refused as a whole": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const gap = [begin(RUN), reasonOf(RUN, 1, "one"), reasonOf(RUN, 3, "three")];
    await refused(() => store.append(lease, gap, 0), "LOG_CONFLICT");
    await expectLog(store, RUN, []);
  },
  "a batch with a seq twice is refused as a whole": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const twice = [begin(RUN), reasonOf(RUN, 1, "one"), reasonOf(RUN, 1, "one")];
    await refused(() => store.append(lease, twice, 0), "LOG_CONFLICT");
    await expectLog(store, RUN, []);
  },
  "a batch with an event of another run is refused as a whole": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    await refused(() => store.append(lease, [begin(RUN), reasonOf("run_2", 1, "one")], 0), "LOG_CONFLICT");
    await expectLog(store, RUN, []);
    await expectLog(store, "run_2", []);
  },
  "appends that do not wait for each other keep their order": async ({ store }) => {
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, 60);
    await Promise.all(log.map((event, seq) => store.append(lease, [event], seq)));
    await expectLog(store, RUN, log);
  },
  "a refused append harms none of those beside it": async ({ store }) => {
    const [one, two] = [await leaseOf(store, "run_1"), await leaseOf(store, "run_2")];
    await Promise.all([
      store.append(one, logOf("run_1", 2), 0),
      refused(() => store.append(two, logOf("run_2", 9).slice(5), 5), "LOG_CONFLICT"),
      store.append(one, logOf("run_1", 4).slice(2), 2),
      store.append(two, logOf("run_2", 3), 0),
      refused(
        () => store.append({ ...one, fence: one.fence - 1 }, logOf("run_1", 5).slice(4), 4),
        "LEASE_LOST",
      ),
    ]);
    await expectLog(store, "run_1", logOf("run_1", 4));
    await expectLog(store, "run_2", logOf("run_2", 3));
  },
  "ten runs written at once do not mix": async ({ store }) => {
    const runs = Array.from({ length: 10 }, (_, index) => `run_${index}`);
    const leases = await Promise.all(runs.map((runId) => leaseOf(store, runId)));
    for (let seq = 0; seq < 10; seq += 1) {
      await Promise.all(
        leases.map((lease) => store.append(lease, logOf(lease.runId, 10).slice(seq, seq + 1), seq)),
      );
    }
    for (const runId of runs) await expectLog(store, runId, logOf(runId, 10));
  },
  "two runs may hold the same events": async ({ store }) => {
    await write(store, logOf("run_1", 4));
    await write(store, logOf("run_2", 4));
    await expectLog(store, "run_1", logOf("run_1", 4));
    await expectLog(store, "run_2", logOf("run_2", 4));
  },
  "a run goes on after its end": async ({ store }) => {
    const lease = await write(store, logOf(RUN, 2));
    const late = outputOf(RUN, 2, "late");
    await store.append(lease, [late], 2);
    await expectLog(store, RUN, [...logOf(RUN, 2), late]);
  },
};
