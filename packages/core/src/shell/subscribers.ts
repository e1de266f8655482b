import type { EventType, RunEvent } from "../run/events.js";

/** Throws where no one catches it: a listener's bug is not the run's, but it must be seen. */
export function throwLater(error: unknown): void {
  void Promise.reject(error);
}

type Listener = (event: RunEvent) => unknown;

/**
 * Tells listeners what was recorded.
 *
 * Each listener is called on its own, over a copy of the list: one that throws, is slow or asks the run for
 * something keeps nobody else from hearing. What it throws or rejects with goes to `onListenerError`.
 */
export class Subscribers {
  readonly #listeners = new Map<EventType, Listener[]>();
  readonly #onListenerError: (error: unknown, event: RunEvent) => void;

  constructor(onListenerError: (error: unknown, event: RunEvent) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Hears every event of a type from now on, until the returned function is called. */
  on(type: EventType, listener: Listener): () => void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
    return () => {
      const rest = (this.#listeners.get(type) ?? []).filter((each) => each !== listener);
      this.#listeners.set(type, rest);
    };
  }

  tell(events: readonly RunEvent[]): void {
    if (this.#listeners.size === 0) return;
    for (const event of events) {
      for (const listener of this.#listeners.get(event.type) ?? []) this.#call(listener, event);
    }
  }

  #call(listener: Listener, event: RunEvent): void {
    try {
      const returned = listener(event);
      if (returned instanceof Promise) returned.catch((error: unknown) => this.#report(error, event));
    } catch (error) {
      this.#report(error, event);
    }
  }

  #report(error: unknown, event: RunEvent): void {
    try {
      this.#onListenerError(error, event);
    } catch (worse) {
      throwLater(worse);
    }
  }
}
