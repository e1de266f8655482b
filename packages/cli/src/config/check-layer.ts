// One source of configuration, checked by the schema: what is wrong is named with the source and the path in it.

import { misspelt } from "@terrace/core";
import type { z } from "zod";
import { UsageError } from "../surroundings.js";
import { configSchema } from "./config-schema.js";
import { pathText, plainData } from "./plain-data.js";
import { shown } from "./shown.js";
import type { TerraceConfig } from "./terrace-config.js";

/** A checked configuration. @throws UsageError with everything that is wrong, each in a line */
export function checkLayer(
  given: unknown,
  source: string,
  options: { readonly isVariable?: boolean } = {},
): TerraceConfig {
  const data = plainData(given, source);
  const parsed = configSchema.safeParse(data, { reportInput: true });
  if (parsed.success) return data as TerraceConfig;
  const lines = parsed.error.issues.flatMap((issue) => linesOf(issue, []));
  const isVariable = options.isVariable === true;
  throw new UsageError(
    lines
      .map(({ path, text }) => (isVariable ? `${source}: ${text}` : `${source}: ${path}: ${text}`))
      .join("\n"),
  );
}

interface Line {
  readonly path: string;
  readonly text: string;
}

function linesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly Line[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: pathText([...path, key]),
        text: unknownKey(key, issue.message),
      }));
    case "invalid_union": {
      // Of several forms the one that was meant: it fails deeper inside than at its very beginning.
      const meant = issue.errors.find((issues) =>
        issues.every(({ code, path: inside }) => inside.length > 0 || code === "unrecognized_keys"),
      );
      if (meant !== undefined && meant.length > 0) return meant.flatMap((inner) => linesOf(inner, path));
      return [expectation(path, issue.message, issue.input)];
    }
    case "invalid_key":
      return [expectation(path, issue.issues[0]?.message ?? issue.message, path[path.length - 1])];
    default:
      return [expectation(path, issue.message, issue.input)];
  }
}

function unknownKey(key: string, known: string): string {
  const meant = misspelt(key, known.split(", "));
  return meant === undefined
    ? `unknown key. Expected one of ${known}.`
    : `unknown key. Did you mean "${meant}"?`;
}

function expectation(path: readonly PropertyKey[], expected: string, input: unknown): Line {
  const advice = input === undefined ? " Add it." : "";
  return { path: pathText(path), text: `expected ${expected}, got ${shown(input)}.${advice}` };
}
