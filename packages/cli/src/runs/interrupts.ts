// Ctrl-C and its kin: the first asks the command to stop, the second ends it.

import { EXIT } from "../exit-codes.js";

/** What hears this process's signals. */
export interface Interrupts {
  /** Aborted by the first signal. */
  readonly asked: AbortSignal;
  /** Asks the command to stop, as a first signal does; does nothing when it was asked. */
  ask(): void;
  /** Counts as a signal: Ctrl-C on a terminal whose keys are read one by one sends none. */
  press(): void;
  /** Sets what is done between a second signal and the end. Must not reject, nor take long; a third does not wait. */
  beforeLeaving(work: () => Promise<void>): void;
  /** Hears nothing any more. */
  forget(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Hears this process's signals until it is told to forget them.
 *
 * @param also Counts as the first of them, such as that whoever was served has gone.
 */
export function hearInterrupts(also?: AbortSignal): Interrupts {
  const asking = new AbortController();
  let times = 0;
  let leave = async (): Promise<void> => {};
  const hear = (): void => {
    times += 1;
    if (times === 1) asking.abort();
    else if (times === 2) void leave().finally(() => process.exit(EXIT.interrupted));
    else process.exit(EXIT.interrupted);
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  also?.addEventListener("abort", hear, { once: true });
  return {
    asked: asking.signal,
    ask() {
      if (times === 0) hear();
    },
    press: hear,
    beforeLeaving(work) {
      leave = work;
    },
    forget() {
      for (const signal of SIGNALS) process.off(signal, hear);
      also?.removeEventListener("abort", hear);
    },
  };
}
