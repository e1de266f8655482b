// Paths that a model names, held inside one folder: nothing outside of it is read, whatever the path says.

import { constants } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { shown } from "../shown.js";
import { ToolFailure } from "./tool.js";

const MOST_CHARACTERS = 1_024;

/**
 * The real place of a path inside a root, links resolved.
 *
 * @throws ToolFailure when it leads out of the root, or there is nothing.
 */
export async function placeIn(root: string, path: string): Promise<string> {
  const wrong = wrongWith(path);
  if (wrong !== undefined) throw new ToolFailure(`${shown(path)} ${wrong}`);
  const base = await realpath(root);
  const place = await realpath(join(base, path)).catch(() => undefined);
  // The same words for what is outside and for what is nowhere: they tell nothing of what is outside.
  if (place === undefined || !isInside(base, place)) throw nothingAt(path);
  return place;
}

/**
 * Opens a file inside a root for reading. Devices, pipes and sockets are no files.
 *
 * @throws ToolFailure when it is none, or leads out of the root.
 */
export async function openIn(root: string, path: string): Promise<FileHandle> {
  const place = await placeIn(root, path);
  // Without waiting for the other end of a pipe, and without following what the place has become meanwhile.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(place, flags).catch(() => undefined);
  if (file === undefined) throw nothingAt(path);
  try {
    const [opened, named] = [await file.stat(), await stat(await placeIn(root, path))];
    if (opened.isFile() && opened.ino === named.ino && opened.dev === named.dev) return file;
    throw new ToolFailure(`${shown(path)} is no file.`);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What is wrong with a path before anybody looks; `undefined` when nothing is. */
function wrongWith(path: string): string | undefined {
  if (path.length > MOST_CHARACTERS) return `is longer than ${MOST_CHARACTERS} characters.`;
  if (path.includes("\0")) return "is no path.";
  const leadsOut =
    isAbsolute(path) ||
    path.startsWith("~") ||
    path.includes("\\") ||
    /^[a-z]:/i.test(path) ||
    path.split("/").includes("..");
  return leadsOut ? "leads out of the folder. Name it from the folder on, without `..`." : undefined;
}

function isInside(base: string, place: string): boolean {
  const way = relative(base, place);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function nothingAt(path: string): ToolFailure {
  return new ToolFailure(`There is nothing at ${shown(path)} in the folder.`);
}
