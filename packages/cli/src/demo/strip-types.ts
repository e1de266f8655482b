import { transformSync } from "@swc/wasm-typescript";

/**
 * A TypeScript module as JavaScript: its types become blanks, and nothing else changes.
 *
 * @throws SyntaxError that names the line, when it is no TypeScript or needs more than stripping
 */
export function stripTypes(source: string, name: string): string {
  try {
    return transformSync(source, { mode: "strip-only", module: true, filename: name }).code;
  } catch (error) {
    // What it throws is a plain object.
    const { message = "It cannot be read.", startLine = 0 } = error as {
      message?: string;
      startLine?: number;
    };
    throw new SyntaxError(`${name}, line ${startLine}: ${message}`);
  }
}
