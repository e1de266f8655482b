// Takes a run from its first event to rest: shows it, and lets whoever watches end it.

import type { Run } from "@terrace/core";
import type { Reporter } from "./reporters/reporter.js";

/** Hears Ctrl-C and its kin; returns how to stop hearing. */
type OnInterrupt = (interrupted: () => void) => () => void;

/** Hears this process's own signals. A second one ends it at once. */
const onProcessSignal: OnInterrupt = (interrupted) => {
  let isAsked = false;
  const hear = (): void => {
    if (isAsked) process.exit(130);
    isAsked = true;
    interrupted();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
};

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What may end a run early. */
export interface DriveOptions {
  readonly hungUp: AbortSignal;
  readonly onInterrupt?: OnInterrupt;
}

/** Shows a run until it is at rest: ended, or paused with nothing under way. Returns why it did not complete, if so. */
export async function drive(
  run: Run,
  reporter: Reporter,
  { hungUp, onInterrupt = onProcessSignal }: DriveOptions,
): Promise<string | undefined> {
  const forget = onInterrupt(() => void run.cancel("Interrupted."));
  const leave = (): void => void run.cancel("Nobody reads the output any more.");
  hungUp.addEventListener("abort", leave, { once: true });
  if (hungUp.aborted) leave();
  try {
    for await (const event of run) reporter.tell(event);
  } finally {
    await reporter.end();
    hungUp.removeEventListener("abort", leave);
    forget();
  }
  return await run.result().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
