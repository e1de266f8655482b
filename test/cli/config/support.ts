import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { loadSettings, type Settings } from "../../../packages/cli/src/config/settings.js";
import type { Surroundings } from "../../../packages/cli/src/surroundings.js";
import { folder, surroundings } from "../support.js";

/** A folder with these files, and surroundings in it. */
export async function inFolder(
  files: Readonly<Record<string, string>>,
  env: Surroundings["env"] = {},
  configuration: NonNullable<Surroundings["configuration"]> = {},
): Promise<ReturnType<typeof surroundings> & { readonly cwd: string }> {
  const cwd = await folder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  return { ...surroundings(env), cwd, configuration };
}

/** The settings in a folder with these files. */
export async function settingsIn(...given: Parameters<typeof inFolder>): Promise<Settings> {
  return await loadSettings(await inFolder(...given));
}

/** What is wrong with a folder's configuration, in lines. */
export async function faultsIn(...given: Parameters<typeof inFolder>): Promise<readonly string[]> {
  try {
    await settingsIn(...given);
    return [];
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UsageError") throw error;
    return error.message.split("\n");
  }
}

/** What is wrong with a configuration of data, in lines, without the file's name before each. */
export async function faultsOf(config: unknown): Promise<readonly string[]> {
  const lines = await faultsIn({ "terrace.config.json": JSON.stringify(config) });
  return lines.map((line) => line.replace(/^terrace\.config\.json: /, ""));
}
