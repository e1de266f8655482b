import type { Readable } from "node:stream";

/** A stream that is written to; a terminal says so and how large it is. */
export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** What a command is given of the process it runs in. */
export interface Surroundings {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when nobody reads stdout any more. */
  readonly hungUp: AbortSignal;
  /** The working folder. @default the process's */
  readonly cwd?: string;
  /** How configuration is found, from the command line. */
  readonly configuration?: ConfigurationOptions;
}

/** Options of every command. */
interface ConfigurationOptions {
  /** The configuration file. @default terrace.config.ts, or another of its forms, in the working folder */
  readonly config?: string;
  /** Whether the working folder may say where requests go, and with which key. @default false */
  readonly trustProject?: boolean;
}

/** A mistake of whoever typed the command: said in a line, without a stack trace. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Whether colours are wanted on `stream`. @see https://no-color.org */
export function wantsColour(stream: Output, env: Surroundings["env"]): boolean {
  if ((env.NO_COLOR ?? "") !== "") return false;
  if ((env.FORCE_COLOR ?? "") !== "") return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}
