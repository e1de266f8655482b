// Runs as resources: how one stands with its whole answer, and its events page by page.

import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { plainWords } from "./answer.js";
import { eventPage } from "./event-page.js";
import type { McpContext } from "./mcp-context.js";
import { IN_A_RESOURCE, reportRun } from "./run-report.js";
import { RUN_ID } from "./tool-inputs.js";

/** How many runs are listed as resources. */
const MOST_LISTED = 20;

type Variables = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Declares `run://<id>` and `run://<id>/events`. */
export function registerResources(server: McpServer, context: McpContext): void {
  const runs = new ResourceTemplate("run://{runId}", {
    list: async () => {
      const newest = await context.kept.runs.list(MOST_LISTED);
      return {
        resources: newest.map(({ runId }) => ({ uri: `run://${runId}`, name: runId, mimeType: JSON_TYPE })),
      };
    },
  });
  const whole = { title: "A run", description: "How a run stands, and its answer.", mimeType: JSON_TYPE };
  server.registerResource("run", runs, whole, async (uri, variables) =>
    read(uri, context, () => reportRun(context, runIdOf(variables), IN_A_RESOURCE)),
  );
  const events = {
    title: "Events of a run",
    description: "Its events, oldest first, a hundred at most; `next` in them is `from` of the next page.",
    mimeType: JSON_TYPE,
  };
  for (const [name, template] of EVENT_PAGES) {
    server.registerResource(
      name,
      new ResourceTemplate(template, { list: undefined }),
      events,
      async (uri, variables) =>
        read(uri, context, () => eventPage(context.kept.runs, runIdOf(variables), fromOf(variables))),
    );
  }
}

const JSON_TYPE = "application/json";

const EVENT_PAGES = [
  ["events", "run://{runId}/events"],
  ["events-from", "run://{runId}/events{?from}"],
] as const;

async function read(
  uri: URL,
  { onUnexpected }: McpContext,
  work: () => Promise<object>,
): Promise<ReadResourceResult> {
  try {
    return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(await work()) }] };
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, plainWords(error, onUnexpected));
  }
}

function runIdOf({ runId }: Variables): string {
  if (typeof runId === "string" && RUN_ID.test(runId)) return runId;
  throw invalid(
    "Expected the id of a run in the address, such as run://run_V1StGXR8_Z5jdHi6B-myT. list_runs has them.",
  );
}

function fromOf({ from = "0" }: Variables): number {
  if (typeof from === "string" && /^\d{1,12}$/.test(from)) return Number(from);
  throw invalid(
    "Expected `from` to be the number of an event, such as 100. Leave it out for the first page.",
  );
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
