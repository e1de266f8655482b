import Anthropic from "@anthropic-ai/sdk";
import { type Fault, type SimulatorOptions, startSimulator, type World } from "@terrace/simulator";
import { onTestFinished } from "vitest";

/** A world that says the same to everyone. */
export const saying = (text: string): World => ({ answer: () => ({ text }) });

/** A simulator that is closed after the test, and a client of it that never retries. */
export async function simulate(options: Partial<SimulatorOptions> = {}) {
  const simulator = await startSimulator({ world: saying("Hello."), ...options });
  onTestFinished(() => simulator.close());
  const client = new Anthropic({
    apiKey: "key",
    baseURL: simulator.url,
    maxRetries: 0,
    openTelemetry: false,
    logLevel: "off",
  });
  return { simulator, client };
}

/** A plain request, with whatever a test changes in it. */
export const asking = (
  changes: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
): Anthropic.MessageCreateParamsNonStreaming => ({
  model: "claude-haiku-5-5",
  max_tokens: 1_000,
  messages: [{ role: "user", content: "Say hello." }],
  ...changes,
});

/** Posts a body past the SDK, for requests the SDK would not send. */
export async function post(
  url: string,
  body: unknown,
  { path = "/v1/messages", headers = {} }: { path?: string; headers?: Record<string, string> } = {},
) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2026-10-21",
      authorization: "Bearer key",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    response,
    status: response.status,
    text,
    json: text.startsWith("{") ? JSON.parse(text) : undefined,
  };
}

/** What the SDK makes of a request that meets one fault: a message, or what it throws. */
export async function meet(fault: Fault, form: "json" | "stream" = "json", timeoutMs = 5_000) {
  const { client, simulator } = await simulate({
    faults: [fault],
    world: saying("Hello, world. ".repeat(20)),
  });
  const signal = AbortSignal.timeout(timeoutMs);
  const call =
    form === "json"
      ? client.messages.create(asking(), { signal })
      : client.messages.stream(asking(), { signal }).finalMessage();
  const outcome = await call.then(
    (message: unknown) => ({ message: message as Anthropic.Message, error: undefined }),
    (error: unknown) => ({
      message: undefined,
      error: error as Error & Partial<InstanceType<typeof Anthropic.APIError>>,
    }),
  );
  return { ...outcome, simulator, client };
}
