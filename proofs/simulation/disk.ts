import { type Lease, memoryStore, type RunEvent, type RunStore } from "@terrace/core";

/** Hears what becomes durable. */
export interface DiskWatcher {
  appended(lease: Lease, events: readonly RunEvent[]): void;
  acquired(lease: Lease, owner: string): void;
}

/** Who had a lease until somebody else took it. */
interface Term {
  readonly owner: string;
  /** When it runs out by the wall clock. */
  until: number;
  released: boolean;
}

/**
 * What outlives every process: the logs as text, and who holds which lease.
 *
 * Everything here happens at once and for good; what lies between a process and its disk is not here.
 */
export class Disk {
  readonly #store: RunStore = memoryStore();
  readonly #lines = new Map<string, string[]>();
  readonly #terms = new Map<string, Term>();
  readonly #fences = new Map<string, number>();
  readonly #watcher: DiskWatcher;

  constructor(watcher: DiskWatcher) {
    this.#watcher = watcher;
  }

  /** A log as text, an event a line. */
  linesOf(runId: string): readonly string[] {
    return this.#lines.get(runId) ?? [];
  }

  /** The highest fence that was given out. */
  fenceOf(runId: string): number {
    return this.#fences.get(runId) ?? 0;
  }

  termOf(runId: string, fence: number): Readonly<Term> | undefined {
    return this.#terms.get(`${runId} ${fence}`);
  }

  append(lease: Lease, events: readonly RunEvent[], expectedSeq: number): void {
    void this.#store.append(lease, events, expectedSeq);
    const lines = this.#lines.get(lease.runId) ?? [];
    this.#lines.set(lease.runId, lines);
    for (const event of events) lines.push(JSON.stringify(event));
    this.#watcher.appended(lease, events);
  }

  /** Events made from their text: whoever reads them shares nothing with whoever wrote them. */
  read(runId: string, fromSeq = 0): readonly RunEvent[] {
    return this.linesOf(runId)
      .slice(fromSeq)
      .map((line) => JSON.parse(line) as RunEvent);
  }

  list(...asked: Parameters<RunStore["list"]>): ReturnType<RunStore["list"]> {
    return this.#store.list(...asked);
  }

  acquire(runId: string, owner: string, now: number, ttlMs: number): Lease {
    const lease = this.#store.acquire(runId, owner, now, ttlMs) as Lease;
    this.#fences.set(runId, lease.fence);
    this.#terms.set(`${runId} ${lease.fence}`, { owner, until: now + ttlMs, released: false });
    this.#watcher.acquired(lease, owner);
    return lease;
  }

  renew(lease: Lease, now: number, ttlMs: number): void {
    void this.#store.renew(lease, now, ttlMs);
    const term = this.#terms.get(`${lease.runId} ${lease.fence}`);
    if (term !== undefined) term.until = Math.max(term.until, now + ttlMs);
  }

  release(lease: Lease): void {
    void this.#store.release(lease);
    const term = this.#terms.get(`${lease.runId} ${lease.fence}`);
    if (term !== undefined) term.released = true;
  }
}
