import type { RunStore } from "../../ports/run-store.js";
import { refused, same } from "./assertions.js";
import type { Body, Cases } from "./case.js";
import { begin, expectLog, logOf, outputOf, write } from "./samples.js";

/** What may happen to an event that was written. */
export interface Damage {
  readonly runId: string;
  readonly seq: number;
  readonly kind: DamageKind;
}

/**
 * `changed`: one character is another. `cut`: the second half of its text is gone. `removed`: it is gone.
 * `swapped`: it and the one after it have changed places. `unknown`: it is of a type that this version does not
 * know, with everything else in order, as a newer version would write it. `value changed`, `value removed`: the
 * same happened to a large value of it, for a store that keeps those apart; to the event itself otherwise.
 */
export type DamageKind =
  | "changed"
  | "cut"
  | "removed"
  | "swapped"
  | "unknown"
  | "value changed"
  | "value removed";

const KINDS = ["changed", "cut", "removed", "unknown"] as const;
const RUN = "run_1";
const LENGTH = 9;

/** An event that cannot be read, verified or understood is named, and never skipped. */
export function damaging(): Cases {
  const single = KINDS.flatMap((kind) =>
    [0, 4, LENGTH - 1].map((seq) => {
      const deed = kind === "unknown" ? "written by a newer version" : kind;
      return [`an event that was ${deed} is refused (${seq} of ${LENGTH})`, isRefused(kind, seq)];
    }),
  );
  return { ...(Object.fromEntries(single) as Cases), ...others };
}

function isRefused(kind: DamageKind, seq: number): Body {
  return async ({ store, damage }) => {
    await write(store, logOf(RUN, LENGTH));
    await expectRefusal(await damage({ runId: RUN, seq, kind }), seq);
  };
}

/** Expects the run to be refused as a whole. An event may be named by itself or by the one after it. */
async function expectRefusal(store: RunStore, seq: number): Promise<void> {
  const error = await refused(() => store.read(RUN), "LOG_UNREADABLE", [RUN]);
  const named = [seq, seq + 1].some((each) => new RegExp(`\\b${each}\\b`).test(error.message));
  if (!named) throw new Error(`Expected the message to name event ${seq}: ${error.message}`);
  await refused(() => store.read(RUN), "LOG_UNREADABLE");
}

const others: Cases = {
  "events that changed places are refused": async ({ store, damage }) => {
    await write(store, logOf(RUN, LENGTH));
    await expectRefusal(await damage({ runId: RUN, seq: 3, kind: "swapped" }), 3);
  },
  "a large value that was changed is refused": async ({ store, damage }) => {
    await write(store, [begin(RUN), outputOf(RUN, 1, "large ".repeat(20_000))]);
    await expectRefusal(await damage({ runId: RUN, seq: 1, kind: "value changed" }), 1);
  },
  "a large value that is gone is refused": async ({ store, damage }) => {
    await write(store, [begin(RUN), outputOf(RUN, 1, "large ".repeat(20_000))]);
    await expectRefusal(await damage({ runId: RUN, seq: 1, kind: "value removed" }), 1);
  },
  "what is read from a damaged event on is refused": async ({ store, damage }) => {
    await write(store, logOf(RUN, LENGTH));
    const damaged = await damage({ runId: RUN, seq: 4, kind: "changed" });
    await refused(() => damaged.read(RUN, 4), "LOG_UNREADABLE", [RUN]);
    await refused(() => damaged.read(RUN, 2), "LOG_UNREADABLE", [RUN]);
  },
  "other runs can still be read": async ({ store, damage }) => {
    await write(store, logOf(RUN, LENGTH));
    await write(store, logOf("run_2", LENGTH));
    const damaged = await damage({ runId: RUN, seq: 4, kind: "changed" });
    await expectLog(damaged, "run_2", logOf("run_2", LENGTH));
  },
  "the refusal says what to do": async ({ store, damage }) => {
    await write(store, logOf(RUN, LENGTH));
    const damaged = await damage({ runId: RUN, seq: 4, kind: "changed" });
    const { message } = await refused(() => damaged.read(RUN), "LOG_UNREADABLE");
    same(message.trim().endsWith("."), true, "the message to end as a sentence");
    same(message.split(". ").length > 1, true, "the message to have a second sentence with advice");
  },
};
