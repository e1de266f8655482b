import type { PendingCall } from "../ports/call-journal.js";

/** The calls of batches that this run waits for, and that no work under way has taken; by the work they were made for. */
export class PendingCalls {
  readonly #byWork = new Map<string, PendingCall[]>();

  get isEmpty(): boolean {
    return this.#byWork.size === 0;
  }

  add(work: string, call: PendingCall): void {
    const calls = this.#byWork.get(work);
    if (calls === undefined) this.#byWork.set(work, [call]);
    else calls.push(call);
  }

  /** The oldest call of this work with this very request. Whoever takes it sees to its end, or puts it back. */
  take(work: string, key: string): PendingCall | undefined {
    const calls = this.#byWork.get(work) ?? [];
    const at = calls.findIndex(({ intent }) => intent.key === key);
    return at === -1 ? undefined : calls.splice(at, 1)[0];
  }

  /** Takes what nobody asked for: of one piece of work, or of all. */
  takeRest(work?: string): readonly PendingCall[] {
    if (work === undefined) {
      const all = [...this.#byWork.values()].flat();
      this.#byWork.clear();
      return all;
    }
    const rest = this.#byWork.get(work) ?? [];
    this.#byWork.delete(work);
    return rest;
  }
}
