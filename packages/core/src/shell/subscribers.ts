import { EventEmitter } from "eventemitter3";
import type { EventType, RunEvent } from "../run/events.js";

/** Throws where no one catches it: a listener's bug is not the run's, but it must be seen. */
export function throwLater(error: unknown): void {
  void Promise.reject(error);
}

type Listener = (event: RunEvent) => unknown;

/**
 * Tells listeners what was recorded.
 *
 * The emitter keeps the lists and is never told to emit: that would let the first rude listener keep the next
 * from hearing. Each is called on its own, over the list as it stood; what it throws or rejects with goes to
 * `onListenerError`.
 */
export class Subscribers {
  readonly #emitter = new EventEmitter<EventType>();
  /** Copies of the emitter's lists, each made when it is first told from and dropped when it changes. */
  readonly #lists = new Map<EventType, readonly Listener[]>();
  readonly #onListenerError: (error: unknown, event: RunEvent) => void;

  constructor(onListenerError: (error: unknown, event: RunEvent) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Hears every event of a type from now on, until the returned function is called. */
  on(type: EventType, listener: Listener): () => void {
    // A function of its own, so that a listener added twice is removed once.
    const own: Listener = (event) => listener(event);
    this.#emitter.on(type, own);
    this.#lists.delete(type);
    return () => {
      this.#emitter.off(type, own);
      this.#lists.delete(type);
    };
  }

  tell(events: readonly RunEvent[]): void {
    for (const event of events) {
      const listeners = this.#lists.get(event.type) ?? this.#copy(event.type);
      for (const listener of listeners) this.#call(listener, event);
    }
  }

  #copy(type: EventType): readonly Listener[] {
    const listeners = this.#emitter.listeners(type) as Listener[];
    this.#lists.set(type, listeners);
    return listeners;
  }

  #call(listener: Listener, event: RunEvent): void {
    try {
      const returned = listener(event);
      if (returned instanceof Promise) this.#follow(returned, event);
    } catch (error) {
      this.#report(error, event);
    }
  }

  #follow(returned: Promise<unknown>, event: RunEvent): void {
    returned.catch((error: unknown) => this.#report(error, event));
  }

  #report(error: unknown, event: RunEvent): void {
    try {
      this.#onListenerError(error, event);
    } catch (worse) {
      throwLater(worse);
    }
  }
}
