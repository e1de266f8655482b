/** What is to be said about an agent file. */
export interface AgentNote {
  /** The path of the file, as its folder was named. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** `error`: the file is no role until it is mended. `warning`: it is one, and something in it has no effect. */
  readonly severity: "warning" | "error";
  readonly text: string;
}

/** A note in a line: `agents/writer.md:3: …`. */
export function describeNote({ file, line, text }: AgentNote): string {
  return `${file}:${line}: ${text}`;
}
