// A complete message → its text, or why it cannot be used.
import type { Answer, JsonValue } from "@terrace/core";
import { type Circumstances, toFault } from "./classify.js";
import type { FaultCode } from "./faults.js";
import { textOf, usesOf, type WireMessage } from "./message-schema.js";
import type { ModelReply } from "./model-client.js";

/** Judges a complete message by why it stopped, and by who answered. */
export function judgeMessage(
  message: WireMessage,
  asked: string,
  circumstances: Circumstances,
  offersTools = false,
): Answer<ModelReply> {
  const fail = (code: FaultCode, said?: string): Answer<ModelReply> => {
    const fault = toFault(code, circumstances, said);
    return { outcome: fault.outcome, fault };
  };
  const { stop_reason: stop, stop_details: details } = message;
  if (isOtherLine(asked, message.model)) return fail("MODEL_MISMATCH", message.model);
  if (stop === "refusal" || details?.type === "refusal") {
    return fail("REFUSED", [details?.category, details?.explanation].filter(Boolean).join(": "));
  }
  if (stop === "max_tokens") return fail("MAX_TOKENS");
  if (stop === "model_context_window_exceeded") return fail("CONTEXT_EXCEEDED");
  if (stop === "tool_use" && offersTools) {
    const uses = usesOf(message);
    if (uses === undefined) return fail("TOOL_CALL");
    return { outcome: "ok", value: { text: textOf(message), uses, said: message.content as JsonValue } };
  }
  if (stop !== "end_turn") return fail("UNEXPECTED_STOP", stop ?? "");
  const text = textOf(message);
  return text.trim() === "" ? fail("EMPTY") : { outcome: "ok", value: { text } };
}

/** Whether an answer is from the model asked, or from the same one under its dated name. */
export function isSameModel(asked: string, answered: string): boolean {
  return answered === asked || asked.endsWith(`.${answered}`) || /^[-@]20\d{6}$/.test(rest(asked, answered));
}

function rest(asked: string, answered: string): string {
  return answered.startsWith(asked) ? answered.slice(asked.length) : "";
}

function isOtherLine(asked: string, answered: string): boolean {
  const [from, to] = [lineOf(asked), lineOf(answered)];
  return from !== undefined && to !== undefined && from !== to;
}

/** The family in a model id; `undefined` when the id names none, as one's own deployment may. */
function lineOf(model: string): string | undefined {
  return /haiku|sonnet|opus|fable|mythos/.exec(model)?.[0];
}
