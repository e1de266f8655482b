import type { Transport } from "@modelcontextprotocol/server";

/** The same transport, through which no known secret leaves, whatever says it. */
export function redacting<T extends Transport>(
  transport: T,
  redact: (<Value>(value: Value) => Value) | undefined,
): T {
  if (redact === undefined) return transport;
  const send = transport.send.bind(transport);
  transport.send = (message, options) => send(redact(message), options);
  return transport;
}
