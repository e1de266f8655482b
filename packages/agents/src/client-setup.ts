// How Claude is reached: the options, checked and completed.
import Anthropic from "@anthropic-ai/sdk";
import {
  DeclarationError,
  type Environment,
  type PriceRow,
  type PriceTerms,
  systemEnvironment,
} from "@terrace/core";
import { type BatchSettings, completeSettings } from "./batches/batch-settings.js";
import { harmless } from "./fault-text.js";
import type { ModelRequest } from "./model-client.js";
import { once } from "./once.js";
import { assertPrices } from "./prices.js";
import { toStderr } from "./to-stderr.js";
import { FREE_TURN, type Turn, WarmFirst } from "./warm-first.js";
import type { CallLimits } from "./watchdog.js";

/** As much of a vendor's client as is needed: Anthropic's own, or one for Bedrock, Vertex or Foundry. */
export interface MessagesClient {
  readonly messages: Pick<Anthropic.Messages, "create">;
}

/** Who is asked while the provider cannot be reached: a client of another one, another model, or both. */
export interface Fallback {
  /** @default the same client */
  readonly client?: MessagesClient;
  /** Which model stands in for which, by exact id. @default each for itself, with another client */
  readonly models?: { readonly [model: string]: string };
}

/** How Claude is reached. Times are in milliseconds. */
export interface AnthropicClientOptions {
  /** @default Anthropic's client, with the key in `ANTHROPIC_API_KEY`; made when the first question is asked */
  readonly client?: MessagesClient;
  /**
   * Who is asked, in this order, while the provider is down: overloaded, failing, silent or out of reach. The tier stays,
   * each such call says whose place it takes, and the provider is tried again after 5 to 60 seconds. At most 10.
   *
   * @default nobody
   */
  readonly fallbacks?: readonly Fallback[];
  /** Prices that win over the list prices, and not over the team's; for other ids, or a contract of your own. */
  readonly prices?: readonly PriceRow[];
  /** The longest silence in the middle of an answer. @default 60_000 */
  readonly idleMs?: number;
  /** The longest wait for an answer to begin. @default 120_000, and for an answer that comes in one piece `deadlineMs` */
  readonly firstByteMs?: number;
  /** The longest a call may take. @default 600_000 */
  readonly deadlineMs?: number;
  /** The longest wait a provider may ask for before the run is paused instead. @default 60_000 */
  readonly maxWaitMs?: number;
  /**
   * Whether the first of several calls with the same prompt prefix goes ahead, and the others when it has begun to
   * answer: then they find the prefix in the prompt cache. @default true
   */
  readonly warmFirst?: boolean;
  /** The largest answer in bytes, decompressed. @default 64 MB */
  readonly maxResponseBytes?: number;
  /** How requests that may wait are put into batches. */
  readonly batches?: BatchSettings;
  /** Time and chance, as far as they are not to be the machine's. @default the machine's */
  readonly env?: Partial<Environment>;
  /** Told what is odd but does no harm, each thing once, in a line. @default a line on stderr */
  readonly warn?: (line: string) => void;
}

/** What a client needs for every call. */
export interface Setup {
  /** Made when first needed. */
  readonly client: () => MessagesClient;
  readonly prices: readonly PriceRow[];
  readonly limitsOf: (stream: boolean) => CallLimits;
  readonly maxWaitMs: number;
  readonly batches: Required<BatchSettings>;
  /** Waits until a call with this prefix may go. */
  readonly turnOf: (prefix: string, signal: AbortSignal) => Promise<Turn>;
  readonly env: Environment;
  readonly warn: (line: string) => void;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws DeclarationError when one is not what it should be.
 */
export function toSetup({ prices = [], ...options }: AnthropicClientOptions): Setup {
  const { idleMs = 60_000, firstByteMs, deadlineMs = 600_000, maxWaitMs = 60_000 } = options;
  const { maxResponseBytes = 64 * 1024 * 1024, warmFirst = true } = options;
  assertPositive({ idleMs, firstByteMs: firstByteMs ?? 1, deadlineMs, maxWaitMs, maxResponseBytes });
  assertPrices(prices);
  assertFallbacks(options.fallbacks ?? []);
  const batches = completeSettings(options.batches);
  const env = { ...systemEnvironment, ...options.env };
  const warmth = new WarmFirst(env);
  let client = options.client;
  return {
    client: () => {
      client ??= anthropic();
      return client;
    },
    prices,
    limitsOf: (stream) => ({
      idleMs,
      firstByteMs: firstByteMs ?? (stream ? 120_000 : deadlineMs),
      deadlineMs,
      maxBytes: maxResponseBytes,
    }),
    maxWaitMs,
    batches,
    turnOf: (prefix, signal) => (warmFirst ? warmth.turn(prefix, signal) : Promise.resolve(FREE_TURN)),
    env,
    warn: once(options.warn ?? toStderr),
  };
}

function assertPositive(numbers: Readonly<Record<string, number>>): void {
  const issues = Object.entries(numbers)
    .filter(([, value]) => !(value > 0))
    .map(([name, value]) => `Expected \`${name}\` to be a number above 0, got \`${value}\`.`);
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

const MOST_FALLBACKS = 10;

function assertFallbacks(fallbacks: readonly Fallback[]): void {
  const issues = fallbacks.flatMap(({ client, models = {} }, index) =>
    client === undefined && Object.keys(models).length === 0
      ? [
          `Expected \`fallbacks[${index}]\` to have a \`client\` or \`models\`, got neither. Add one, or remove it.`,
        ]
      : [],
  );
  if (fallbacks.length > MOST_FALLBACKS) {
    issues.push(`Expected at most ${MOST_FALLBACKS} \`fallbacks\`, got ${fallbacks.length}. Remove some.`);
  }
  if (issues.length > 0) throw new DeclarationError("OPTIONS_INVALID", issues);
}

function anthropic(): MessagesClient {
  // The sentence alone: what comes after it may be a whole answer, and debug output does not belong on stdout.
  const say = (line: string): void => toStderr(harmless(line));
  const logger = { error: say, warn: say, info: say, debug: say };
  return new Anthropic({ maxRetries: 0, openTelemetry: false, logger });
}

/** The team's prices, then the client's. */
export function withOwn({ prices }: Setup, terms: PriceTerms): PriceTerms {
  return prices.length === 0 ? terms : { ...terms, prices: [...terms.prices, ...prices] };
}

/** On what terms a request is priced. */
export function termsOf(setup: Setup, { prices }: ModelRequest): PriceTerms {
  return withOwn(setup, { urgency: "live", prices });
}

/** The vendor's client, or nothing that can be asked when it could not be made. */
export function settled({ client }: Setup): object {
  try {
    return client();
  } catch {
    return {};
  }
}
