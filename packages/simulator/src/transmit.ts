// Puts a reply on the wire, as slowly, as piecemeal or as incompletely as it says.
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";
import { encodeEvent } from "./stream.js";

/** What is sent, and how. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Pieces of the body, each written at once unless `chunkBytes` says otherwise. */
  readonly frames: Iterable<string>;
  /** Send no `content-length`. @default false */
  readonly chunked?: boolean;
  readonly gzip?: boolean;
  /** Cut every frame into chunks of so many bytes. */
  readonly chunkBytes?: number;
  /** Pause between chunks, in milliseconds. @default 0 */
  readonly everyMs?: number;
  /** How the body ends when not as it should. */
  readonly stop?: {
    /** @default after all frames */
    readonly afterBytes?: number;
    /** Send nothing at all, not even a status. @default false */
    readonly beforeHeaders?: boolean;
    readonly end: "clean" | "close" | "reset" | "stall";
    /** While stalled, a `ping` event every so many milliseconds. */
    readonly pingEveryMs?: number | undefined;
  };
}

/** Sends a reply and settles when nothing more will be sent; never rejects when the client has gone away. */
export async function transmit(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  try {
    await send(response, reply, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function send(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  const { stop, chunked = false } = reply;
  if (stop?.beforeHeaders) return finish(response, stop, signal);
  if (reply.gzip) return sendGzip(response, reply, signal);
  const frames = chunked ? reply.frames : [[...reply.frames].join("")];
  const limit = stop?.afterBytes ?? Number.POSITIVE_INFINITY;
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(chunked ? {} : lengthOf(frames, limit, stop?.end)),
  });
  response.flushHeaders();
  let sent = 0;
  for (const frame of frames) {
    for (const chunk of toChunks(Buffer.from(frame, "utf8"), reply.chunkBytes)) {
      if (sent > 0 && reply.everyMs !== undefined) await sleep(reply.everyMs, undefined, { signal });
      const piece = chunk.subarray(0, limit - sent);
      if (piece.length > 0) await write(response, piece, signal);
      sent += piece.length;
      if (sent >= limit) return finish(response, stop, signal);
    }
  }
  return finish(response, stop, signal);
}

function lengthOf(frames: Iterable<string>, limit: number, end: string | undefined): Record<string, string> {
  let whole = 0;
  for (const frame of frames) whole += Buffer.byteLength(frame, "utf8");
  const stated = end === "clean" ? Math.min(whole, limit) : whole;
  return { "content-length": String(stated) };
}

function* toChunks(bytes: Buffer, size: number | undefined): Generator<Buffer> {
  if (size === undefined) return yield bytes;
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Writes and waits until the bytes have been handed on, so that a later reset does not overtake them. */
function write(response: ServerResponse, bytes: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const gone = (): void => reject(signal.reason);
    signal.addEventListener("abort", gone, { once: true });
    response.write(bytes, (error) => {
      signal.removeEventListener("abort", gone);
      if (error) reject(error);
      else resolve();
    });
  });
}

async function finish(response: ServerResponse, stop: Reply["stop"], signal: AbortSignal): Promise<void> {
  switch (stop?.end) {
    case "reset":
      // Headers and earlier chunks are given a moment to leave, for a reset throws away what has not been sent.
      await sleep(2, undefined, { signal });
      response.socket?.resetAndDestroy();
      return;
    case "close":
      response.socket?.end();
      return;
    case "stall":
      return stall(response, stop.pingEveryMs, signal);
    default:
      response.end();
  }
}

/** Waits until the client or the simulator gives up. */
async function stall(
  response: ServerResponse,
  pingEveryMs: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(pingEveryMs ?? 60_000, undefined, { signal });
    if (pingEveryMs !== undefined) response.write(encodeEvent({ type: "ping" }));
  }
}

function sendGzip(response: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  response.writeHead(reply.status, { ...reply.headers, "content-encoding": "gzip" });
  return new Promise((resolve, reject) => {
    const body = Readable.from(reply.frames, { objectMode: true }).pipe(createGzip());
    const gone = (): void => {
      body.destroy();
      reject(signal.reason);
    };
    signal.addEventListener("abort", gone, { once: true });
    response.once("finish", () => {
      signal.removeEventListener("abort", gone);
      resolve();
    });
    body.pipe(response);
  });
}
