// A model client without a model: it answers from a list, and keeps what it was asked.

import type { Answer, Fault, JsonValue } from "@terrace/core";
import type { ModelClient, ModelReply, ModelRequest } from "../model-client.js";

/** One reply of a script: text as it is, a value as its JSON, or a fault; or a function of the request. */
export type ScriptedReply =
  | string
  | { readonly json: JsonValue }
  | { readonly fault: Fault }
  | ((request: ModelRequest) => string | { readonly json: JsonValue } | { readonly fault: Fault });

/** A client that follows a script. */
export interface ScriptedClient extends ModelClient {
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[];
}

/**
 * A client that gives `replies` one after the other, and the last of them ever after.
 *
 * Records nothing in the journal, since no call is made. An empty script rejects.
 */
export function scriptedClient(...replies: readonly ScriptedReply[]): ScriptedClient {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async ask(request): Promise<Answer<ModelReply>> {
      const scripted = replies[Math.min(requests.length, replies.length - 1)];
      requests.push(request);
      if (scripted === undefined)
        throw new Error("The script has no reply. Pass at least one to `scriptedClient`.");
      const reply = typeof scripted === "function" ? scripted(request) : scripted;
      if (typeof reply === "string") return { outcome: "ok", value: { text: reply } };
      if ("json" in reply) return { outcome: "ok", value: { text: JSON.stringify(reply.json) } };
      return { outcome: reply.fault.outcome, fault: reply.fault };
    },
  };
}
