/** Work that waits for a slot. */
export interface Waiting {
  /** Larger starts first; equals start in the order they came. */
  readonly priority: number;
  /** Settles when the work has really stopped. Must not reject. */
  readonly work: () => Promise<void>;
}

interface Entry extends Waiting {
  readonly order: number;
}

/** A binary heap of waiting work, the most urgent on top. */
export class ReadyHeap {
  readonly #entries: Entry[] = [];
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** The most urgent entry's priority. */
  get urgency(): number {
    return this.#entries[0]?.priority ?? Number.NEGATIVE_INFINITY;
  }

  push(priority: number, work: Waiting["work"]): void {
    const entries = this.#entries;
    const entry: Entry = { priority, work, order: this.#order++ };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above] as Entry;
      if (!isBefore(entry, parent)) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  pop(): Waiting | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || last === top) return top;
    let at = 0;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= entries.length) break;
      if (below + 1 < entries.length && isBefore(entries[below + 1] as Entry, entries[below] as Entry))
        below += 1;
      const child = entries[below] as Entry;
      if (!isBefore(child, last)) break;
      entries[at] = child;
      at = below;
    }
    entries[at] = last;
    return top;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.priority === b.priority ? a.order < b.order : a.priority > b.priority;
}
