// Cuts a call that takes too long, says too much or is no longer wanted. The only timers of this package.

/** Why a call was cut. */
export type Cut = "cancelled" | "first_byte" | "idle" | "deadline" | "too_much";

/** What a call may take; times in milliseconds, sizes in decoded bytes. */
export interface CallLimits {
  /** From sending to the first byte of the answer, its headers included. */
  readonly firstByteMs: number;
  /** Between one byte and the next; a ping counts as one. */
  readonly idleMs: number;
  /** For the whole call, whatever arrives. */
  readonly deadlineMs: number;
  readonly maxBytes: number;
}

/** Watches one call. */
export interface Watchdog {
  /** Aborted when the call is cut. */
  readonly signal: AbortSignal;
  /** Why the call was cut; `undefined` while it is not. The first reason stays. */
  readonly cut: Cut | undefined;
  /** Notes so many bytes of the answer; 0 for its headers. */
  arrived(bytes: number): void;
  /** Lets go of the timers and of the outer signal. To be called once the call has settled. */
  end(): void;
}

/** The longest delay a timer can wait; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Starts watching; `cancel` cuts the call from outside. */
export function startWatchdog(limits: CallLimits, cancel: AbortSignal): Watchdog {
  const controller = new AbortController();
  let why: Cut | undefined;
  let bytesLeft = limits.maxBytes;
  let begun = false;
  const cut = (reason: Cut): void => {
    why ??= reason;
    controller.abort();
  };
  const cancelled = (): void => cut("cancelled");
  const deadline = after(limits.deadlineMs, () => cut("deadline"));
  let silence = after(limits.firstByteMs, () => cut("first_byte"));
  cancel.addEventListener("abort", cancelled, { once: true });
  if (cancel.aborted) cancelled();
  return {
    signal: controller.signal,
    get cut() {
      return why;
    },
    arrived(bytes) {
      bytesLeft -= bytes;
      if (bytesLeft < 0) cut("too_much");
      if (begun) {
        silence.refresh();
        return;
      }
      begun = true;
      clearTimeout(silence);
      silence = after(limits.idleMs, () => cut("idle"));
    },
    end() {
      clearTimeout(deadline);
      clearTimeout(silence);
      cancel.removeEventListener("abort", cancelled);
    },
  };
}

function after(ms: number, action: () => void): NodeJS.Timeout {
  return setTimeout(action, Math.min(ms, LONGEST_MS));
}
