// One client at the other end of two streams, until it goes away.

import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { redactor } from "@terrace/core";
import { secretsOf } from "../runs/claude-client.js";
import type { McpContext } from "./mcp-context.js";
import { createMcpServer } from "./mcp-server.js";
import { redacting } from "./redacting.js";

/** The streams of a client. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** A client that is being served. */
export interface Connection {
  /** Says nothing any more. */
  close(): Promise<void>;
}

/** Serves the client, and tells when it has gone away. No known secret reaches it, whatever says it. */
export function serve(context: McpContext, { stdin, stdout }: Streams, onGone: () => void): Connection {
  const transport = new StdioServerTransport(stdin, stdout);
  const close = transport.close.bind(transport);
  transport.close = async () => {
    await close();
    onGone();
  };
  return serveStdio(() => createMcpServer(context), {
    transport: redacting(transport, redactor(secretsOf(context.settings))),
    // What a client sends that is no message is its own affair: a line about it, and no stack.
    onerror: ({ message }) => context.onUnexpected(message),
  });
}
