// Files to read: list, read and search inside one folder, and nothing outside of it.

import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { DeclarationError } from "@terrace/core";
import { z } from "zod";
import { shown } from "../shown.js";
import { defineTool } from "./define-tool.js";
import { openIn, placeIn } from "./inside-root.js";
import { type LocalTool, type ToolContext, ToolFailure } from "./tool.js";

/** What `fileTools` is given. */
export interface FileToolsOptions {
  /** The folder; everything in it can be read, and nothing else. Keep what is secret out of it. */
  readonly root: string;
}

/** The names of the tools that read files. */
export const FILE_TOOLS = ["list_files", "read_file", "search_files"] as const;

const MOST_ENTRIES = 1_000;
const MOST_FILES = 5_000;
const MOST_HITS = 200;
const MOST_DEPTH = 20;
/** Of one file, in bytes. */
const MOST_READ = 4_194_304;
const MOST_SEARCHED = 1_048_576;

const path = z.string().max(1_024);

/**
 * Three tools to read files with: `list_files`, `read_file` and `search_files`. None has an effect.
 *
 * A path that leads out of the folder is refused, be it by `..`, by a link or as an absolute one; so are devices, pipes
 * and sockets.
 *
 * @throws DeclarationError when the root is no folder.
 */
export function fileTools({ root }: FileToolsOptions): readonly LocalTool[] {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = `Expected the \`root\` of \`fileTools\` to be a folder, got ${shown(root)}. Create it, or name another.`;
    throw new DeclarationError("OPTIONS_INVALID", [message]);
  }
  return [
    defineTool({
      name: "list_files",
      description:
        "Lists what is in a folder: a line for each entry, with a slash behind folders. The path is relative to the root; `.` is the root itself.",
      input: z.strictObject({ path: path.default(".") }),
      hasEffect: false,
      run: (input) => list(root, input.path),
    }),
    defineTool({
      name: "read_file",
      description:
        "Reads a text file, from a line on. The path is relative to the root. Lines are counted from 1. What is too long is cut, with a note.",
      input: z.strictObject({
        path,
        fromLine: z.int().min(1).max(10_000_000).default(1),
        lines: z.int().min(1).max(10_000).default(2_000),
      }),
      hasEffect: false,
      run: ({ path: file, fromLine, lines }) => read(root, file, fromLine, lines),
    }),
    defineTool({
      name: "search_files",
      description:
        "Finds a text, as it stands, in the files of a folder and the folders in it: a line `path:line: text` for each line that has it. Upper and lower case are the same.",
      input: z.strictObject({ text: z.string().min(1).max(1_000), path: path.default(".") }),
      hasEffect: false,
      run: ({ text, path: folder }, context) => search(root, folder, text, context),
    }),
  ];
}

async function list(root: string, folder: string): Promise<string> {
  const entries = await entriesOf(await placeIn(root, folder), folder);
  const names = entries.map(({ name, isFolder }) => (isFolder ? `${name}/` : name));
  const more = names.length > MOST_ENTRIES ? [`(and ${names.length - MOST_ENTRIES} more)`] : [];
  return names.length === 0 ? "(empty)" : [...names.slice(0, MOST_ENTRIES), ...more].join("\n");
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

async function entriesOf(place: string, named: string): Promise<readonly Entry[]> {
  try {
    const entries = await readdir(place, { withFileTypes: true });
    return entries
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory(), isFile: entry.isFile() }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    throw new ToolFailure(`${shown(named)} is no folder.`);
  }
}

async function read(root: string, name: string, fromLine: number, lines: number): Promise<string> {
  const { text, isWhole } = await textOf(root, name, MOST_READ);
  const all = text.split("\n");
  if (fromLine > all.length)
    throw new ToolFailure(`${shown(name)} has ${all.length} lines, and no line ${fromLine}.`);
  const shownLines = all.slice(fromLine - 1, fromLine - 1 + lines);
  const left = all.length - (fromLine - 1 + shownLines.length);
  const note = left > 0 || !isWhole ? `\n(${left > 0 ? left : "some"} more lines follow)` : "";
  return `${shownLines.join("\n")}${note}`;
}

/** The start of a file, as text. */
async function textOf(
  root: string,
  name: string,
  mostBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const file = await openIn(root, name);
  try {
    const { size } = await file.stat();
    // A file of /proc says that it is empty, and is none of what this is for.
    const buffer = Buffer.alloc(Math.min(size, mostBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes.subarray(0, 8_000).includes(0)) throw new ToolFailure(`${shown(name)} is no text.`);
    return { text: bytes.toString("utf8"), isWhole: size <= mostBytes };
  } finally {
    await file.close();
  }
}

async function search(root: string, folder: string, text: string, { signal }: ToolContext): Promise<string> {
  const base = await placeIn(root, ".");
  const hits: string[] = [];
  const wanted = text.toLowerCase();
  let files = 0;
  for await (const file of filesIn(await placeIn(root, folder), folder, 0)) {
    signal.throwIfAborted();
    files += 1;
    if (files > MOST_FILES) return [...hits, `(stopped after ${MOST_FILES} files: name a folder)`].join("\n");
    const name = relative(base, file);
    const found = await textOf(root, name, MOST_SEARCHED).catch(() => ({ text: "" }));
    for (const [index, line] of found.text.split("\n").entries()) {
      if (!line.toLowerCase().includes(wanted)) continue;
      hits.push(`${name}:${index + 1}: ${line.trim().slice(0, 300)}`);
      if (hits.length === MOST_HITS) return [...hits, `(stopped after ${MOST_HITS} lines)`].join("\n");
    }
  }
  return hits.length === 0 ? "(nothing found)" : hits.join("\n");
}

/** The files of a folder and of the folders in it. Links are not followed. */
async function* filesIn(place: string, named: string, depth: number): AsyncGenerator<string> {
  if (depth > MOST_DEPTH) return;
  for (const { name, isFolder, isFile } of await entriesOf(place, named)) {
    if (isFile) yield join(place, name);
    else if (isFolder) yield* filesIn(join(place, name), join(named, name), depth + 1);
  }
}
