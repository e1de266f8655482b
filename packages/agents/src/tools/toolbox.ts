// The tools that agents have, by name; and for a piece of work the ones that it is granted.

import { DeclarationError, isGranted } from "@terrace/core";
import { named } from "../shown.js";
import type { LocalTool, ServerTool, Tool, ToolSource } from "./tool.js";
import { ToolSourceError } from "./tool.js";

/** The tools of one attempt, in the order in which they were granted. */
export type Granted = ReadonlyMap<string, LocalTool | ServerTool>;

/** All tools that agents have. */
export interface Toolbox {
  /**
   * The tools of these names and families, and no others.
   *
   * @throws ToolSourceError when one of them cannot be had.
   */
  readonly open: (names: readonly string[], runId: string) => Promise<Granted>;
  /** Lets go of what is held for a run. Never rejects. */
  readonly release: (runId: string) => Promise<void>;
}

/**
 * Puts tools together.
 *
 * @throws DeclarationError when two have one name.
 */
export function toolbox(tools: readonly Tool[]): Toolbox {
  const sources = tools.filter((tool): tool is ToolSource => tool.kind === "source");
  const single = tools.filter((tool): tool is LocalTool | ServerTool => tool.kind !== "source");
  const byName = new Map(single.map((tool) => [tool.name, tool]));
  const families = sources.flatMap((source) => source.families);
  const names = [...single.map(({ name }) => name), ...families];
  const twice = names.filter(
    (name, index) =>
      names.indexOf(name) !== index ||
      families.some((family) => family !== name && isGranted(name, [family])),
  );
  if (twice.length > 0) {
    const message = `Expected \`tools\` to have a name for each, got ${named([...new Set(twice)])} twice. Rename one.`;
    throw new DeclarationError("OPTIONS_INVALID", [message]);
  }
  return {
    async open(granted, runId) {
      const found = new Map(byName);
      const wanted = sources.map((source) => ({
        source,
        names: granted.filter((name) => isGranted(name, source.families)),
      }));
      const opened = wanted.filter((each) => each.names.length > 0);
      for (const each of await Promise.all(opened.map(({ source, names }) => source.open(names, runId))))
        for (const tool of each) found.set(tool.name, tool);
      const there = [...found.keys()];
      const missing = granted.filter((name) => !there.some((each) => isGranted(each, [name])));
      if (missing.length > 0) throw notThere(missing, there);
      return new Map([...found].filter(([name]) => isGranted(name, granted)));
    },
    async release(runId) {
      await Promise.all(sources.map((source) => source.release(runId)));
    },
  };
}

function notThere(missing: readonly string[], there: readonly string[]): ToolSourceError {
  const have = there.length === 0 ? "none" : named(there.slice(0, 50));
  const message =
    `The team declares the tool ${named(missing)}, which these agents do not have; they have ${have}. ` +
    "Add it to `tools`, or take it from the role, then resume the run.";
  return new ToolSourceError(message, false);
}
