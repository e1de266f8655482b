// Where the examples get their answers: a simulator of the Messages API that follows a script.
// With a key in ANTHROPIC_API_KEY you need none of it. Write `claudeAgents()` where they write `claudeAgents({ client })`.

import Anthropic from "@anthropic-ai/sdk";
import type { MessagesClient } from "@terrace/agents";
import { type Script, scriptedWorld, startSimulator } from "@terrace/simulator";

/** A client whose every question is answered in this process, and the end of it. */
export interface Offline {
  readonly client: MessagesClient;
  readonly close: () => Promise<void>;
}

/** Starts a simulator that follows the script, in which every review accepts unless it says otherwise. */
export async function offline(script: Script): Promise<Offline> {
  const review = { "*": { "*": accepts() }, ...script.review };
  const simulator = await startSimulator({ world: scriptedWorld({ ...script, review }) });
  const client = new Anthropic({ apiKey: "none", baseURL: simulator.url });
  return { client, close: () => simulator.close() };
}

/** What a reviewer says of a good output, with a finding for each criterion of the task. */
export function accepts(...findings: readonly string[]): object {
  const criteria = findings.map((finding, criterion) => ({ criterion, met: true, finding }));
  return { criteria, problems: [], blame: "" };
}

/** What a reviewer says of an output with a defect. */
export function rejects(description: string): object {
  return { criteria: [], problems: [{ description, blocking: true }], blame: "" };
}
