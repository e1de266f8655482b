import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import type { CallAnswer, CallFailure, CallIntent, CallJournal, Fault } from "@terrace/core";
import { type Faults, type Simulator, startSimulator, type World } from "@terrace/simulator";
import { onTestFinished } from "vitest";
import { type AnthropicClientOptions, anthropicClient } from "../../packages/agents/src/anthropic-client.js";
import type { ModelRequest } from "../../packages/agents/src/model-client.js";

/** A question, with whatever a test changes in it. */
export const question = (changes: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "claude-haiku-5-5",
  effort: "low",
  maxTokens: 1_000,
  system: ["You answer questions."],
  user: "What is the capital of France?",
  schema: {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
    additionalProperties: false,
  },
  retry: 0,
  prices: [],
  signal: new AbortController().signal,
  ...changes,
});

/** So many tokens that the answer is streamed. */
export const STREAMED = 32_000;

export const PARIS = '{"answer":"Paris, the city of light. Énorme 🗼"}';

/** What a journal was told, in order. */
export type Told =
  | { readonly event: "sent"; readonly intent: CallIntent }
  | { readonly event: "batched"; readonly callId: string; readonly batchId: string }
  | ({ readonly event: "answered"; readonly callId: string } & CallAnswer)
  | ({ readonly event: "failed"; readonly callId: string } & CallFailure);

/** A journal that keeps what it is told. */
export function journal(): CallJournal & { readonly told: Told[] } {
  const told: Told[] = [];
  return {
    told,
    recorded: () => undefined,
    pending: () => undefined,
    left: () => null,
    async sent(intent) {
      told.push({ event: "sent", intent });
      return "call_1";
    },
    async batched(callId, batchId) {
      told.push({ event: "batched", callId, batchId });
    },
    async answered(callId, answer) {
      told.push({ event: "answered", callId, ...answer });
    },
    async failed(callId, failure) {
      told.push({ event: "failed", callId, ...failure });
    },
  };
}

export interface Scene {
  readonly faults?: Faults;
  readonly world?: World;
  readonly request?: Partial<ModelRequest>;
  readonly options?: AnthropicClientOptions;
}

/** A simulator that is closed after the test, and the vendor's client of it. */
export async function stage({
  faults = [],
  world = { answer: () => ({ text: PARIS }) },
}: Scene = {}): Promise<{
  simulator: Simulator;
  client: Anthropic;
}> {
  const simulator = await startSimulator({ world, faults });
  onTestFinished(() => simulator.close());
  return { simulator, client: vendorClient(simulator.url) };
}

export const vendorClient = (
  baseURL: string,
  more: ConstructorParameters<typeof Anthropic>[0] = {},
): Anthropic =>
  new Anthropic({ apiKey: "secret-key-1", baseURL, openTelemetry: false, logLevel: "off", ...more });

/** Asks once, and returns all that came of it. */
export async function askOnce(client: AnthropicClientOptions["client"], scene: Scene = {}) {
  const calls = journal();
  const warnings: string[] = [];
  const answer = await anthropicClient({
    ...(client && { client }),
    env: { random: () => 0.5 },
    warn: (line) => void warnings.push(line),
    ...scene.options,
  }).ask(question(scene.request), calls);
  const fault: Fault | undefined = "fault" in answer ? answer.fault : undefined;
  const message = fault?.message.replace(/127\.0\.0\.1:\d+/g, "HOST");
  return { answer, fault, message, told: calls.told, last: calls.told.at(-1), warnings };
}

/** Asks a simulator once. */
export async function meet(scene: Scene = {}) {
  const { simulator, client } = await stage(scene);
  return { simulator, ...(await askOnce(client, scene)) };
}

/** A server for what the simulator has no fault for. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  onBody: (body: string) => void = () => {},
): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      onBody(Buffer.concat(chunks).toString("utf8"));
      handle(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks a server that answers 200 with this JSON. */
export async function meetJson(body: unknown, scene: Scene = {}) {
  const url = await serve((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "request-id": "req_1" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  return askOnce(vendorClient(url), scene);
}

/** A message as the API answers it, with whatever a test changes in it. */
export const wireMessage = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-haiku-5-5",
  content: [{ type: "text", text: PARIS }],
  stop_reason: "end_turn",
  stop_sequence: null,
  stop_details: null,
  usage: { input_tokens: 1_000, output_tokens: 100 },
  ...changes,
});

/** The events of a whole message, with the given line ends. */
export function sse(lineEnd: string): Buffer {
  const half = Math.floor(PARIS.length / 2);
  const delta = (text: string) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text },
  });
  const events: readonly { readonly type: string; readonly [field: string]: unknown }[] = [
    { type: "message_start", message: wireMessage({ content: [], stop_reason: null }) },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "ping" },
    delta(PARIS.slice(0, half)),
    delta(PARIS.slice(half)),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 20 } },
    { type: "message_stop" },
  ];
  const lines = events.flatMap((event) => [`event: ${event.type}`, `data: ${JSON.stringify(event)}`, ""]);
  return Buffer.from(lines.map((line) => line + lineEnd).join(""));
}
