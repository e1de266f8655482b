// Where a value comes from.

/** Where a value comes from. */
export interface Origin {
  readonly kind: "default" | "preset" | "user" | "agent file" | "project" | ".env" | "environment" | "flag";
  /** The file, the variable or the option; empty for a default. */
  readonly name: string;
}

/** An origin in a few words: `terrace.config.ts`, `TERRACE_STORE (.env)`. */
export function describeOrigin({ kind, name }: Origin): string {
  switch (kind) {
    case "default":
      return "default";
    case "preset":
      return `preset ${name}`;
    case ".env":
      return `${name} (.env)`;
    case "user":
    case "agent file":
    case "project":
    case "environment":
    case "flag":
      return name;
    default:
      return kind satisfies never;
  }
}
