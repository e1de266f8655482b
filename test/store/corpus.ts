import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { newPath } from "./files.js";

/** Where the stores of every released version are kept, as SQL. */
export const CORPUS = fileURLToPath(new URL("corpus", import.meta.url));

/** A store that an older version wrote. */
export interface Golden {
  /** Of its tables, and a letter more for each change of its events. */
  readonly version: string;
  /** Makes a file of it, and returns its path. */
  readonly restore: () => Promise<string>;
}

/** Every store of the corpus. */
export function corpus(): readonly Golden[] {
  return readdirSync(CORPUS)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({
      version: basename(name, ".sql").replace("version-", ""),
      restore: () => restored(readFileSync(join(CORPUS, name), "utf8")),
    }));
}

async function restored(sql: string): Promise<string> {
  const path = newPath();
  const client = connect(path);
  await client.executeMultiple(sql);
  client.close();
  return path;
}

/** A database as SQL that makes it again. */
export async function dumpOf(path: string): Promise<string> {
  const client = connect(path);
  const lines: string[] = [];
  for (const name of ["application_id", "user_version"]) {
    const { rows } = await client.execute(`PRAGMA ${name}`);
    lines.push(`PRAGMA ${name} = ${rows[0]?.[0]};`);
  }
  const { rows: schema } = await client.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL");
  lines.push(...schema.map(({ sql }) => `${sql};`));
  for (const table of ["runs", "blobs", "events"]) {
    const { rows: columns } = await client.execute(`SELECT name FROM pragma_table_info('${table}')`);
    const quoted = columns.map(({ name }) => `quote(${name})`).join(` || ', ' || `);
    const { rows } = await client.execute(`SELECT ${quoted} AS line FROM ${table}`);
    lines.push(...rows.map(({ line }) => `INSERT INTO ${table} VALUES (${line});`));
  }
  client.close();
  return `${lines.join("\n")}\n`;
}
