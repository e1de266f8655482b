import { memoryStore, type RunEvent, type RunStore } from "@terrace/core";

/** A store that fails at its Nth append, counted from 1, and at every one after it. */
export function failingAt(nth: number, slow = false): RunStore & { readonly attempts: () => number } {
  const inner = slow ? slowStore() : memoryStore();
  let appends = 0;
  return {
    ...inner,
    attempts: () => appends,
    append(...batch) {
      appends += 1;
      if (appends < nth) return inner.append(...batch);
      const full = new Error("The disk is full.");
      if (slow) return Promise.reject(full);
      throw full;
    },
  };
}

/** A store whose appends take a turn of the event loop each, and that keeps what came in which batch. */
export function slowStore(): RunStore & { readonly batches: (readonly RunEvent[])[] } {
  const inner = memoryStore();
  const batches: (readonly RunEvent[])[] = [];
  return {
    ...inner,
    batches,
    async append(...batch) {
      batches.push(batch[1]);
      await new Promise((resolve) => setImmediate(resolve));
      await inner.append(...batch);
    },
  };
}
