import { Console } from "node:console";
import { once } from "node:events";
import type { Writable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { redactor } from "@terrace/core";
import { type Settings, settingsOf } from "../config/settings.js";
import { EXIT, type ExitCode } from "../exit-codes.js";
import { toConcurrency, toCount, toUsd } from "../input.js";
import type { McpContext, Powers } from "../mcp/mcp-context.js";
import { serve } from "../mcp/serve.js";
import { toContext } from "../mcp/to-context.js";
import { secretsOf } from "../runs/claude-client.js";
import { hearInterrupts } from "../runs/interrupts.js";
import { type KeptStore, openStore, type StoreOptions } from "../runs/store.js";
import { type Surroundings, UsageError } from "../surroundings.js";
import { safeText } from "../text/safe-text.js";

/** Options of `terrace mcp`. */
export interface McpOptions extends StoreOptions {
  /** Whether clients may only read and quote. @default false */
  readonly readOnly?: boolean;
  /** Whether clients may settle flagged tasks in a person's place. @default false */
  readonly allowApprove?: boolean;
  /** The most that a run may be submitted with, in US dollars. @default the budget of the configuration */
  readonly maxBudgetUsd?: string;
  /** Runs at work at once. @default 4 */
  readonly maxRuns?: string;
  /** Calls under way at once, for each run. @default 8 */
  readonly concurrency?: string;
}

/**
 * Serves the runs of the store to one MCP client over standard input and output, until it goes away or a signal comes.
 *
 * Then every run of this process is paused, and `terrace resume` goes on with it. Runs of other processes are read alone.
 */
export async function mcpCommand(options: McpOptions, surroundings: Surroundings): Promise<ExitCode> {
  const { stderr, stdin, stdout } = surroundings;
  const terms = termsOf(options);
  // What a configuration prints would be taken for the protocol.
  const usual = globalThis.console;
  globalThis.console = new Console(stderr as Writable, stderr as Writable);
  const gone = new AbortController();
  const interrupts = hearInterrupts(gone.signal);
  let kept: KeptStore | undefined;
  try {
    const settings = await settingsOf(surroundings);
    kept = openStore(options, settings);
    const { config } = settings;
    const concurrency =
      options.concurrency === undefined ? (config.concurrency ?? terms.concurrency) : terms.concurrency;
    const onUnexpected = teller(settings, stderr);
    const context = toContext(settings, kept, { ...terms, concurrency, onUnexpected });
    interrupts.beforeLeaving(async () => void (await kept?.giveBack()));
    const connection = serve(context, { stdin, stdout: stdout as Writable }, () => gone.abort());
    if (!interrupts.asked.aborted) await once(interrupts.asked, "abort");
    await context.driven.pauseAll(
      gone.signal.aborted ? "The client went away." : "The server was asked to end.",
    );
    if (!gone.signal.aborted) await answered(context);
    await connection.close();
    return gone.signal.aborted ? EXIT.accepted : EXIT.interrupted;
  } finally {
    await kept?.close();
    interrupts.forget();
    globalThis.console = usual;
  }
}

/** How long calls may take to be answered when the server is to end, in milliseconds. */
const ANSWERING_MS = 2_000;

/** Resolves when every call is answered, or it takes too long: who waits for a run is told how it came to rest. */
async function answered({ answering }: McpContext): Promise<void> {
  const stop = new AbortController();
  const late = sleep(ANSWERING_MS, undefined, { signal: stop.signal }).catch(() => {});
  await Promise.race([Promise.allSettled(answering), late]);
  stop.abort();
  // What was answered just now is still on its way to the stream.
  await nextTurn();
}

/** @throws UsageError when an option says what it cannot mean */
function termsOf(options: McpOptions): {
  readonly powers: Powers;
  readonly maxRuns: number;
  readonly concurrency: number;
  readonly maxBudgetUsd: number | undefined;
} {
  const { readOnly = false, allowApprove = false, maxBudgetUsd } = options;
  if (readOnly && allowApprove) {
    throw new UsageError("Expected --read-only or --allow-approve, got both. Leave one out.");
  }
  return {
    powers: { canSubmit: !readOnly, canApprove: allowApprove },
    maxRuns: toCount("--max-runs", options.maxRuns, 4),
    concurrency: toConcurrency(options.concurrency),
    maxBudgetUsd: toUsd("--max-budget-usd", maxBudgetUsd),
  };
}

/** Tells the person who runs the server what nobody foresaw; no known secret is in it. */
function teller(settings: Settings, stderr: Surroundings["stderr"]): McpContext["onUnexpected"] {
  const redact = redactor(secretsOf(settings)) ?? ((text) => text);
  return (error) => {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    stderr.write(`${safeText(redact(said)).slice(0, 4_000)}\n`);
  };
}
