// How batches behave in a simulator, and what is kept of them for whoever judges by it.
import type { ImpostorFault, StatusFault } from "../faults.js";

/** What becomes of one request of a batch instead of an answer. Nothing of it is billed. */
export type ItemOutcome =
  | { readonly type: "errored"; readonly status: number; readonly message?: string }
  | { readonly type: "expired" }
  | { readonly type: "canceled" };

/** One request of a batch, before it is decided what becomes of it. */
export interface BatchItem {
  readonly customId: string;
  /** Position in its batch, from 0. */
  readonly index: number;
  /** Position of the batch among all, from 1. */
  readonly batch: number;
}

/** What a client asks about batches. */
export type BatchCall = "create" | "list" | "retrieve" | "results" | "cancel" | "delete";

/** What goes wrong with such a request. `billed` on a reset or a hang: it is done, and only the answer is lost. */
export type BatchFault =
  | StatusFault
  | Extract<ImpostorFault, { readonly kind: "reset" | "hang" }>
  /** The body ends after so many bytes, as by a connection that breaks. */
  | { readonly kind: "cut-body"; readonly afterBytes: number };

/** How batches behave. */
export interface BatchOptions {
  /**
   * Milliseconds from the creation of a batch to its end, by the simulator's clock. Its requests are done one after
   * the other, evenly over that time; a day after its creation whatever is not done expires. @default 0
   */
  readonly latency?: number;
  /** @default every request in order is answered */
  readonly outcome?: (item: BatchItem) => ItemOutcome | undefined;
  /** `n` counts the requests of that kind from 1. @default none */
  readonly fault?: (call: BatchCall, n: number) => BatchFault | undefined;
}

/** What became of one request of a batch so far. */
export type ItemStatus = "processing" | "succeeded" | "errored" | "canceled" | "expired";

/** A batch as it was received, and what became of it. */
export interface ReceivedBatch {
  readonly id: string;
  /** By the simulator's clock, milliseconds since 1970. */
  readonly createdAt: number;
  readonly status: "in_progress" | "canceling" | "ended";
  /** In the order in which they came. */
  readonly items: readonly {
    readonly customId: string;
    /** Names the content of the request, as `WorldRequest.hash` does. */
    readonly hash: string;
    readonly status: ItemStatus;
  }[];
}
