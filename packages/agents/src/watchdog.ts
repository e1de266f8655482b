// Cuts a call that takes too long, says too much or is no longer wanted.

import type { Environment } from "@terrace/core";

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

/** Starts watching; `cancel` cuts the call from outside. */
export function startWatchdog(
  limits: CallLimits,
  cancel: AbortSignal,
  env: Pick<Environment, "after" | "monotonic">,
): Watchdog {
  const controller = new AbortController();
  let why: Cut | undefined;
  let bytesLeft = limits.maxBytes;
  let lastByteAt: number | undefined;
  const cut = (reason: Cut): void => {
    why ??= reason;
    controller.abort();
  };
  const cancelled = (): void => cut("cancelled");
  // Looks again when bytes came meanwhile: a timer for each chunk would cost more than reading it.
  const listen = (at: number): void => {
    const silentMs = env.monotonic() - at;
    if (silentMs >= limits.idleMs) cut("idle");
    else stopSilence = env.after(limits.idleMs - silentMs, () => listen(lastByteAt ?? at));
  };
  const stopDeadline = env.after(limits.deadlineMs, () => cut("deadline"));
  let stopSilence = env.after(limits.firstByteMs, () => cut("first_byte"));
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
      const isFirst = lastByteAt === undefined;
      lastByteAt = env.monotonic();
      if (!isFirst) return;
      stopSilence();
      listen(lastByteAt);
    },
    end() {
      stopDeadline();
      stopSilence();
      cancel.removeEventListener("abort", cancelled);
    },
  };
}
