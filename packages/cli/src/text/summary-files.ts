// Puts what a run came to where somebody looks for it later: a file of one's own, and the page of a GitHub build.

import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { RunView } from "@terrace/core";
import type { Advice } from "../runs/ending.js";
import { type Surroundings, UsageError } from "../surroundings.js";
import { summarizeInMarkdown } from "./markdown-summary.js";

/** What is written, and where. */
export interface SummaryTerms {
  readonly message: string | undefined;
  readonly advice: Advice;
  /** The file of `--summary-file`. */
  readonly path: string | undefined;
}

/** What GitHub shows of a step; a larger file it does not show at all. @see GitHub, Workflow commands, read 2026-11-21 */
const MOST_BYTES = 1_048_576;

/** @throws UsageError when `--summary-file` names what cannot be written: said before anything is spent */
export function assertWritable(path: string | undefined): void {
  if (path === undefined) return;
  if (path === "") throw new UsageError("Expected --summary-file to name a file, got an empty path.");
  const folder = dirname(resolve(path));
  if (!isFolder(folder)) {
    throw new UsageError(
      `Expected --summary-file to be in a folder that is there, got "${path}". Make ${JSON.stringify(folder)} first.`,
    );
  }
  if (isFolder(resolve(path)))
    throw new UsageError(`Expected --summary-file to name a file, got the folder "${path}".`);
}

/** Writes the summaries that are asked for. What cannot be written is said, and changes nothing of the run. */
export function writeSummaries(view: RunView, terms: SummaryTerms, surroundings: Surroundings): void {
  const { stderr, env } = surroundings;
  const { message, advice, path } = terms;
  const step = env.GITHUB_ACTIONS === "true" ? env.GITHUB_STEP_SUMMARY : undefined;
  const render = (maxBytes: number): string | null =>
    summarizeInMarkdown(view, { message, advice, maxBytes });
  const attempt = (what: string, write: () => void): void => {
    try {
      write();
    } catch (error) {
      stderr.write(
        `${what} could not be written: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  };
  if (path !== undefined)
    attempt("The summary file", () => replaceFile(resolve(path), render(MOST_BYTES) ?? ""));
  if (step !== undefined && step !== "") {
    attempt("The summary of the step", () => {
      const text = render(MOST_BYTES - sizeOf(step));
      if (text === null) throw new Error(`${step} has no room for more: it may have ${MOST_BYTES} bytes.`);
      appendFileSync(step, text);
    });
  }
}

/** Whoever reads the file sees the old one or the whole new one. */
function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(fresh, text);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
