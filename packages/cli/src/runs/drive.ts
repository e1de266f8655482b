// Takes a run from its first event to rest: shows it, and lets whoever watches end it.

import type { Run } from "@terrace/core";
import type { Reporter } from "../reporters/reporter.js";
import type { Interrupts } from "./interrupts.js";

/** How a run is driven. */
export interface DriveOptions {
  /** Aborted when nobody reads the output any more. */
  readonly hungUp: AbortSignal;
  readonly interrupts: Pick<Interrupts, "asked">;
  /** Asks the run to end early. */
  readonly stop: (why: string) => void;
  /** How many of its events were recorded before, and are no news. @default 0 */
  readonly known?: number;
  /** Called at rest, with how many events were told. Says whether there is more to tell. @default there is not */
  readonly attend?: (told: number) => Promise<boolean>;
}

/** Shows a run until it is at rest: ended, or paused with nothing under way. Returns why it did not complete, if so. */
export async function drive(
  run: Run,
  reporter: Reporter,
  { hungUp, interrupts, stop, known = 0, attend = async () => false }: DriveOptions,
): Promise<string | undefined> {
  const forget = [
    onAbort(interrupts.asked, () => stop("Interrupted.")),
    onAbort(hungUp, () => stop("Nobody reads the output any more.")),
  ];
  let told = 0;
  try {
    do {
      for await (const event of run) {
        if (event.seq < told) continue;
        told = event.seq + 1;
        if (event.seq < known) reporter.recall(event);
        else reporter.tell(event);
      }
    } while (await attend(told));
  } finally {
    await reporter.end();
    for (const each of forget) each();
  }
  return await run.result().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** Calls back when a signal is aborted, or at once when it was; returns how to stop listening. */
function onAbort(signal: AbortSignal, call: () => void): () => void {
  if (signal.aborted) call();
  else signal.addEventListener("abort", call, { once: true });
  return () => signal.removeEventListener("abort", call);
}
