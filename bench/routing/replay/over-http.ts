/** The replay with nothing left out: Claude's agents and SDK, over HTTP, against a process that holds the records. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import Anthropic from "@anthropic-ai/sdk";
import { claudeAgents } from "@terrace/agents";
import type { SplitTable } from "../split-table.js";
import type { Treatment } from "../treatment.js";
import type { ProviderOrder } from "./provider.js";
import { type Assignment, type Decisions, replay } from "./replay.js";

/** What a replay came to: decisions, and which of the accepted results are right. */
export interface Replayed {
  readonly decisions: readonly Decisions[];
  readonly grades: readonly boolean[];
}

/** A table as it goes from one process to the other. */
interface SentTable {
  readonly share: number;
  readonly first: readonly (readonly [string, Treatment])[];
  readonly second: readonly (readonly [string, Treatment])[];
}

interface Opening {
  readonly url: string;
  readonly tiers: number;
  readonly assignments: readonly Assignment[];
  readonly tables: readonly SentTable[];
}

/**
 * @param provider The program of the process that holds the records.
 * @param heard Called with every request body before it leaves.
 */
export async function replayOverHttp(
  provider: string,
  order: ProviderOrder,
  heard: (body: string) => void = () => undefined,
): Promise<Replayed> {
  const child = fork(provider, [JSON.stringify(order)]);
  try {
    const opening = await messageFrom<Opening>(child);
    const client = new Anthropic({
      apiKey: "none",
      baseURL: opening.url,
      maxRetries: 0,
      fetch: (input, init) => {
        heard(String(init?.body ?? ""));
        return fetch(input, init);
      },
    });
    const tables = opening.tables.map(({ share, first, second }): SplitTable => {
      return { share, first: new Map(first), second: new Map(second) };
    });
    const decisions = await replay(claudeAgents({ client }), tables, opening.tiers, opening.assignments);
    child.send(decisions.map(({ seal }) => seal));
    const { grades } = await messageFrom<{ grades: boolean[] }>(child);
    return { decisions, grades };
  } finally {
    child.disconnect();
  }
}

async function messageFrom<Message>(child: ChildProcess): Promise<Message> {
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`The process that holds the records ended with code ${code}. See what it wrote above.`);
  });
  const [message] = await Promise.race([once(child, "message"), died]);
  return message as Message;
}
