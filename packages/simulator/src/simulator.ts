// startSimulator: real HTTP on a loopback port, with the parts behind it wired together once.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerBatches, isBatchPath } from "./batches/answer-batches.js";
import { BatchBook } from "./batches/batch-book.js";
import type { BatchOptions, ReceivedBatch } from "./batches/batch-options.js";
import { type Bill, BillBook } from "./bill.js";
import { PromptCache } from "./cache.js";
import { apiError } from "./errors.js";
import { type Exchange, replyError } from "./exchange.js";
import { createFaultPicker, type Faults } from "./faults.js";
import { Identities } from "./ids.js";
import { InFlight } from "./in-flight.js";
import { RateLimiter, type RateLimits } from "./limits.js";
import { answerCountTokens, answerMessages, type Stage } from "./messages.js";
import { answerModels } from "./models-endpoint.js";
import { type ReceivedRequest, RequestLog } from "./request-log.js";
import type { World, WorldRequest } from "./world.js";

/** How a simulator is set up. */
export interface SimulatorOptions {
  /** Says what is answered. */
  readonly world: World;
  /** Milliseconds until an answer begins, in real time. @default 0 */
  readonly latency?: number | ((request: WorldRequest) => number);
  /** @default none */
  readonly rateLimits?: RateLimits;
  /** @default none */
  readonly faults?: Faults;
  /** @default batches end at once, and all goes well */
  readonly batches?: BatchOptions;
  /** Port on 127.0.0.1. @default a free one */
  readonly port?: number;
  /**
   * Milliseconds since 1970, for rate limits, the life of cache entries and the `date` header; waiting takes real time.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/** A simulator at work. */
export interface Simulator {
  /** The base URL to give a client, such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** What everything answered so far costs; a copy each time it is read. */
  readonly bill: Bill;
  /** The newest 10,000 requests of any endpoint, oldest first; a copy each time it is read. */
  readonly requests: readonly ReceivedRequest[];
  /** The newest 10,000 batches, oldest first; a copy each time it is read. */
  readonly batches: readonly ReceivedBatch[];
  /** Requests to `/v1/messages` under way now: from headers received to answer ended or socket gone. */
  readonly inFlight: number;
  /** The most that were under way at once. */
  readonly maxInFlight: number;
  /** The same by model id, counted from when the body has been read and found in order. */
  readonly maxInFlightByModel: Readonly<Record<string, number>>;
  /** Ends every connection, stalled ones too, and frees the port. Can be called again. */
  close(): Promise<void>;
}

/**
 * Starts a simulator.
 *
 * @throws Error when the port is taken.
 * @example
 * const simulator = await startSimulator({ world: { answer: () => ({ text: "Hello." }) } });
 * const client = new Anthropic({ apiKey: "any", baseURL: simulator.url, maxRetries: 0 });
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const stage = createStage(options);
  const server = createServer((request, response) => void serve(stage, request, response));
  server.keepAliveTimeout = 60_000; // a client's idle connection must not be reset between two requests
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    get bill() {
      stage.batches.advance();
      return stage.bill.read();
    },
    get requests() {
      return stage.log.read();
    },
    get batches() {
      return stage.batches.read();
    },
    get inFlight() {
      return stage.inFlight.now;
    },
    get maxInFlight() {
      return stage.inFlight.most;
    },
    get maxInFlightByModel() {
      return stage.inFlight.mostByModel;
    },
    close() {
      closing ??= stop(stage, server);
      return closing;
    },
  };
}

function createStage({
  world,
  latency = 0,
  rateLimits = {},
  faults = [],
  batches = {},
  now = Date.now,
}: SimulatorOptions): Stage {
  return {
    world,
    latencyMs: typeof latency === "number" ? () => latency : latency,
    pickFault: createFaultPicker(faults),
    bill: new BillBook(),
    cache: new PromptCache(now),
    limiter: new RateLimiter(rateLimits, now),
    identities: new Identities(),
    inFlight: new InFlight(),
    log: new RequestLog(),
    batches: new BatchBook(batches, now),
    now,
  };
}

async function serve(stage: Stage, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = toUrl(request.url);
  const note = stage.log.open(request, stage.now());
  const gone = new AbortController();
  const exchange: Exchange = { request, response, note, signal: gone.signal };
  const counted = url.pathname === "/v1/messages";
  if (counted) stage.inFlight.enter();
  response.setHeader("date", new Date(stage.now()).toUTCString());
  response.on("error", () => undefined);
  response.once("close", () => {
    if (!response.writableFinished) note.aborted = true;
    if (counted) stage.inFlight.leave(note.model);
    gone.abort();
  });
  try {
    await route(stage, exchange, url);
  } catch (error) {
    if (gone.signal.aborted || request.readableAborted) return;
    // A mistake of the simulator's own: said aloud, in the shape of the API, so that no test hangs on it.
    if (response.headersSent) response.destroy();
    else
      replyError(exchange, apiError(500, `The simulator failed: ${String(error)}`), {
        requestId: "req_simulator",
      });
  }
}

function toUrl(path = "/"): URL {
  const base = "http://127.0.0.1";
  return URL.canParse(path, base) ? new URL(path, base) : new URL("/unreadable", base);
}

async function route(stage: Stage, exchange: Exchange, url: URL): Promise<void> {
  const { pathname } = url;
  const method = exchange.request.method ?? "";
  if (pathname === "/v1/messages" && method === "POST") return answerMessages(stage, exchange);
  if (pathname === "/v1/messages/count_tokens" && method === "POST")
    return answerCountTokens(stage, exchange);
  if (isBatchPath(pathname)) return answerBatches(stage, exchange, url);
  if (/^\/v1\/models(\/[^/]+)?$/.test(pathname) && method === "GET")
    return answerModels(stage, exchange, url);
  exchange.request.resume();
  const identity = stage.identities.of(`${method} ${pathname}`);
  replyError(exchange, apiError(404, `Not Found: ${method} ${pathname}`), identity);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // A wide fan-out connects all at once; a short backlog would delay some of it by seconds.
    server.listen({ port, host: "127.0.0.1", backlog: 4_096 }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function stop(stage: Stage, server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  // Answers cut off hear of it a few turns later; after close() nothing is in flight any more.
  for (let turn = 0; stage.inFlight.now > 0 && turn < 1_000; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
