import type { JsonValue } from "../run/json.js";

/** A tool that is about to act. */
export interface ToolCall {
  /** Names the call within its attempt, as the model named it. At most 128 characters. */
  readonly useId: string;
  readonly tool: string;
  readonly input: JsonValue;
  /** Whether it may change something outside: then it is not made again when its end is not known. */
  readonly hasEffect: boolean;
}

/** What a tool call came to. */
export interface ToolEnd {
  readonly isError: boolean;
  /** What the model is shown. At most 1,048,576 characters. */
  readonly content: string;
  /** From its start, in milliseconds. */
  readonly ms: number;
}

/** A tool call that stands in the log. */
export interface RecordedTool extends ToolCall {
  /** `null` when nobody recorded its end: the process died, or the work was told to stop. */
  readonly end: ToolEnd | null;
}

/** What a tool with an effect did for a task in an earlier attempt. */
export interface ToolAct extends RecordedTool {
  readonly attempt: number;
}

/** What a person said of a tool call. */
export type ToolDecision =
  | { readonly isAllowed: true }
  | { readonly isAllowed: false; readonly reason: string };

/**
 * The record of each tool call of an attempt.
 *
 * Whoever runs a tool first asks `recorded`, and makes no call again whose end is known. Otherwise it awaits `started`
 * before the tool acts and `ended` before the model is shown anything of it. Rejects when the attempt is not awaited any
 * more, or the log can no longer be written: then nothing may be done.
 */
export interface ToolJournal {
  /** What the log holds of a call of this attempt, whichever process made it. */
  recorded(useId: string): RecordedTool | undefined;
  /** What a person said of a call of this attempt; `undefined` when nobody did. */
  decided(useId: string): ToolDecision | undefined;
  /** Whether a person allowed a call of this tool in the run before. */
  isKnown(tool: string): boolean;
  /** Makes durable that a person must allow the call first; nothing more happens when that stands there already. */
  held(call: Omit<ToolCall, "hasEffect">): Promise<void>;
  /** Makes durable that a tool is about to act. */
  started(call: ToolCall): Promise<void>;
  /** Makes durable what it came to, and returns that as the log has it: without secrets. */
  ended(useId: string, end: ToolEnd): Promise<ToolEnd>;
}
