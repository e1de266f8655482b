import { memoryStore, type RunEvent, type RunStore } from "@terrace/core";

/** A store that fails at its Nth append, counted from 1, and at every one after it. */
export function failingAt(nth: number, slow = false): RunStore & { readonly attempts: () => number } {
  const inner = slow ? slowStore() : memoryStore();
  let appends = 0;
  return {
    ...inner,
    attempts: () => appends,
    append(lease, events, expectedSeq) {
      appends += 1;
      if (appends < nth) return inner.append(lease, events, expectedSeq);
      const full = new Error("The disk is full.");
      if (slow) return Promise.reject(full);
      throw full;
    },
  };
}

/** A store all of whose answers take a turn of the event loop each, and that keeps what came in which batch. */
export function slowStore(
  inner: RunStore = memoryStore(),
): RunStore & { readonly batches: (readonly RunEvent[])[] } {
  const batches: (readonly RunEvent[])[] = [];
  const later = async <Value>(answer: () => Value | Promise<Value>): Promise<Value> => {
    await new Promise((resolve) => setImmediate(resolve));
    return answer();
  };
  return {
    ...inner,
    batches,
    read: (...asked) => later(() => inner.read(...asked)),
    list: (...asked) => later(() => inner.list(...asked)),
    acquire: (...asked) => later(() => inner.acquire(...asked)),
    renew: (...asked) => later(() => inner.renew(...asked) as undefined),
    release: (...asked) => later(() => inner.release(...asked) as undefined),
    append(lease, events, expectedSeq) {
      batches.push(events);
      return later(() => inner.append(lease, events, expectedSeq) as undefined);
    },
  };
}
