import type { JsonValue } from "./json.js";

/** The facts about tools, by type. */
export interface ToolFacts {
  /** A person must allow the call before it is made. */
  "tool.held": {
    readonly taskId: string;
    readonly attempt: number;
    readonly useId: string;
    readonly tool: string;
    readonly input: JsonValue;
  };
  /** A person lets the call be made. */
  "tool.approved": {
    readonly taskId: string;
    readonly attempt: number;
    readonly useId: string;
    readonly tool: string;
    /** Who decided, such as `ana@laptop`; empty when nobody said. */
    readonly by: string;
  };
  /** A person does not let the call be made; the executor is told. */
  "tool.denied": {
    readonly taskId: string;
    readonly attempt: number;
    readonly useId: string;
    readonly by: string;
    readonly reason: string;
  };
  /** A tool is about to act for an executor. */
  "tool.started": {
    readonly taskId: string;
    readonly attempt: number;
    /** Names the call within its attempt, as the model named it. */
    readonly useId: string;
    readonly tool: string;
    readonly input: JsonValue;
    /** Whether it may change something outside: then it is not made again when its end is not known. */
    readonly hasEffect: boolean;
  };
  /** The tool has ended; the model has not seen what it brought. */
  "tool.ended": {
    readonly taskId: string;
    readonly attempt: number;
    readonly useId: string;
    readonly isError: boolean;
    readonly content: string;
    /** From its start, in milliseconds. */
    readonly ms: number;
  };
}
