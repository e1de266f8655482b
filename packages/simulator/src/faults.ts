// What can go wrong between the world's answer and the client: a table of faults, by kind.
import type { WorldRequest } from "./world.js";

/** An error status instead of an answer. Nothing is billed. */
export interface StatusFault {
  readonly kind: "status";
  readonly status: number;
  /** `error.type`. @default the API's type for the status */
  readonly type?: string;
  /** @default a sentence naming the status */
  readonly message?: string;
  /** `error.details.error_code`, such as `"enforced_spend_limit_reached"`. */
  readonly errorCode?: string;
  /** Seconds, an HTTP date, or garbage; sent as given. */
  readonly retryAfter?: number | string;
  /** Milliseconds; sent as given. */
  readonly retryAfterMs?: number | string;
  /** The `x-should-retry` header. */
  readonly shouldRetry?: boolean;
  /** Further headers, lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Something that is no answer of the API at all. Nothing is billed, except where `billed` says that the work was done
 * and only its answer lost.
 */
export type ImpostorFault =
  /** 200 with an HTML page, as a proxy or captive portal gives it. */
  | { readonly kind: "html" }
  /** 200 with `{}`. */
  | { readonly kind: "empty-object" }
  /** A redirect. @default status 307 */
  | { readonly kind: "redirect"; readonly location: string; readonly status?: number }
  /** The connection is reset before a byte is sent. */
  | { readonly kind: "reset"; readonly billed?: boolean }
  /** Not a byte is sent, until the client gives up or the simulator closes. */
  | { readonly kind: "hang"; readonly billed?: boolean };

/** How a cut answer ends: as if it were whole; by closing the connection early; or by resetting it. */
export type Ending = "clean" | "close" | "reset";

/** The right bytes, badly carried. Fits JSON and streams, and is billed. */
export type CarriageFault =
  /** The body ends after so many bytes. `"clean"` states the shortened length, `"close"` the whole one. */
  | { readonly kind: "cut-body"; readonly afterBytes: number; readonly end: Ending }
  /** `bytes` (1 by default) at a time, every `everyMs` milliseconds. */
  | { readonly kind: "drip"; readonly everyMs: number; readonly bytes?: number }
  /** Each byte a chunk of its own, without delay. */
  | { readonly kind: "one-byte-chunks" }
  /** No `content-type`. */
  | { readonly kind: "no-content-type" }
  /** So many bytes of white space (in a stream: comments) before the answer. */
  | { readonly kind: "flood"; readonly bytes: number }
  /** The same, compressed by gzip to about a thousandth. */
  | { readonly kind: "gzip-bomb"; readonly bytes: number };

/** Faults of a stream. Counted in events, `message_start` being the first; billed. A JSON request answers 500 instead. */
export type StreamFault =
  /** The stream ends after so many events. */
  | { readonly kind: "cut-stream"; readonly afterEvents: number; readonly end: Ending }
  /** An `error` event after so many events, then the end. @default type "overloaded_error" */
  | {
      readonly kind: "stream-error";
      readonly afterEvents: number;
      readonly type?: string;
      readonly message?: string;
    }
  /** Silence after so many events, or `ping`s every `pingEveryMs`, until the client gives up. */
  | { readonly kind: "stall-stream"; readonly afterEvents: number; readonly pingEveryMs?: number }
  /** An event whose data is no JSON after so many events. */
  | { readonly kind: "malformed-event"; readonly afterEvents: number }
  /** An event of an unknown type after `message_start`. */
  | { readonly kind: "unknown-event" }
  /** Lines end in CRLF. */
  | { readonly kind: "crlf" }
  /** `message_stop` twice. */
  | { readonly kind: "duplicate-stop" };

/** An answer that says something wrong. Fits JSON and streams, and is billed by what is true. */
export type ContentFault =
  /** Another model in the answer; billed as that model when it has a price. */
  | { readonly kind: "wrong-model"; readonly model: string }
  /** Token counts that are not there or cannot be; or `usage` exactly as given. */
  | {
      readonly kind: "usage";
      readonly usage: "missing" | "negative" | "fractional" | "huge" | Readonly<Record<string, unknown>>;
    }
  /** A content block of an unknown type before the others. */
  | { readonly kind: "unknown-block" };

/** Which requests a fault befalls; all conditions must hold. */
export interface FaultTarget {
  readonly model?: string;
  readonly line?: WorldRequest["line"];
  /** Any further condition. */
  readonly matches?: (request: WorldRequest) => boolean;
  /** Of the requests that match, only these, counted from 1. @default all */
  readonly nth?: number | readonly number[];
  /** Of the requests that match, every so many-th. */
  readonly every?: number;
}

/** What goes wrong, and to which requests; without `on`, to every one. */
export type Fault = (StatusFault | ImpostorFault | CarriageFault | StreamFault | ContentFault) & {
  readonly on?: FaultTarget;
};

/**
 * Faults as a table, of which the first that applies is taken, or as a function.
 *
 * The function is asked once for each request that is in order and within the limits; `n` counts these from 1.
 */
export type Faults = readonly Fault[] | ((request: WorldRequest, n: number) => Fault | undefined);

/** A choice of fault that counts the requests it has seen. */
export function createFaultPicker(faults: Faults): (request: WorldRequest) => Fault | undefined {
  let n = 0;
  if (typeof faults === "function") {
    return (request) => {
      n += 1;
      return faults(request, n);
    };
  }
  const rows = faults.map((fault) => ({ fault, met: 0 }));
  return (request) => {
    let chosen: Fault | undefined;
    for (const row of rows) {
      if (!isTarget(row.fault.on, request)) continue;
      row.met += 1;
      if (chosen === undefined && isTurn(row.fault.on, row.met)) chosen = row.fault;
    }
    return chosen;
  };
}

function isTarget(on: FaultTarget | undefined, request: WorldRequest): boolean {
  if (on === undefined) return true;
  if (on.model !== undefined && on.model !== request.model) return false;
  if (on.line !== undefined && on.line !== request.line) return false;
  return on.matches === undefined || on.matches(request);
}

function isTurn(on: FaultTarget | undefined, met: number): boolean {
  const { nth, every } = on ?? {};
  if (nth !== undefined && !(typeof nth === "number" ? [nth] : nth).includes(met)) return false;
  return every === undefined || met % every === 0;
}
