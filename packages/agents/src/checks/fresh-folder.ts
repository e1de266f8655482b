// A folder that exists for one run of a check, and the files of an output inside it.

import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";

/** Makes a folder that only this user can read, below `parent`, and removes it when `work` is done or failed. */
export async function inFreshFolder<Result>(
  parent: string | undefined,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(parent ?? tmpdir(), "terrace-check-")));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes the files, or writes none and returns what is wrong with their paths, each in a line. */
export async function writeFiles(
  folder: string,
  files: { readonly [path: string]: string },
): Promise<readonly string[]> {
  const entries = Object.entries(files);
  const issues = entries.flatMap(([path, content]) => wrongFile(path, content) ?? []);
  if (issues.length > 0) return issues;
  for (const [path, content] of entries) {
    const issue = await writeOne(folder, path, content);
    if (issue !== undefined) return [issue];
  }
  return [];
}

async function writeOne(folder: string, path: string, content: string): Promise<string | undefined> {
  const target = join(folder, path);
  try {
    await mkdir(dirname(target), { recursive: true });
    const inside = relative(folder, await realpath(dirname(target)));
    if (inside === ".." || inside.startsWith(`..${sep}`)) return refusal(path, "it leads out of the folder");
    // "wx" never follows what is already there, be it a file or a link.
    await writeFile(target, content, { flag: "wx" });
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const ofThePath = ["EEXIST", "ENOTDIR", "EISDIR", "ENAMETOOLONG", "EINVAL", "EILSEQ"];
    if (ofThePath.includes(code)) return refusal(path, `it cannot be written (${code})`);
    throw error;
  }
}

function wrongFile(path: string, content: unknown): string | undefined {
  if (typeof content !== "string") return refusal(path, "its content is not text");
  if (path === "" || path.length > 1_000) return refusal(path, "expected 1 to 1000 characters");
  if (path.includes("\0")) return refusal(path, "it holds a NUL character");
  if (path.includes("\\")) return refusal(path, "parts are separated by /");
  if (path.startsWith("/") || path.startsWith("~") || /^[A-Za-z]:/.test(path))
    return refusal(path, "it is not relative");
  const parts = path.split("/");
  if (parts.includes("..")) return refusal(path, "it leads out of the folder");
  return parts.some((part) => part === "" || part === ".")
    ? refusal(path, "it has an empty part")
    : undefined;
}

function refusal(path: string, why: string): string {
  return `The file ${JSON.stringify(path.slice(0, 200))} was not written: ${why}.`;
}
