import { refused } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { expectLog, leaseOf, logOf } from "./samples.js";

const RUN = "run_1";
const BATCH = 3;
const BATCHES = 9;

/** What a disk that is full for a moment does: the append that meets it fails whole, and nothing else does. */
export function failing(): Cases {
  const each = Array.from({ length: BATCHES }, (_, index) => index + 1);
  return {
    ...Object.fromEntries(
      each.map((nth) => [`a disk that is full at append ${nth} loses that append alone`, failsAt(nth)]),
    ),
    "a disk that is full takes none of the appends that came together": async ({ store, failAppend }) => {
      const lease = await leaseOf(store, RUN);
      failAppend(1);
      await refused(() => store.append(lease, logOf(RUN, BATCH), 0), "STORE_FAILED");
      await expectLog(store, RUN, []);
      await Promise.all(logOf(RUN, 20).map((event, seq) => store.append(lease, [event], seq)));
      await expectLog(store, RUN, logOf(RUN, 20));
    },
  };
}

function failsAt(nth: number): Body {
  return async ({ store, failAppend }) => {
    const lease = await leaseOf(store, RUN);
    const log = logOf(RUN, BATCH * BATCHES);
    failAppend(nth);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const from = batch * BATCH;
      const append = () => store.append(lease, log.slice(from, from + BATCH), from);
      if (batch + 1 !== nth) await append();
      else {
        await refused(append, "STORE_FAILED");
        await expectLog(store, RUN, log.slice(0, from));
        // There is room again.
        await append();
      }
      await expectLog(store, RUN, log.slice(0, from + BATCH));
    }
  };
}
