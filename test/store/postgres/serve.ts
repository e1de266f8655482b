// One server for all tests of the project, or the one that DATABASE_URL names.

import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { startServer } from "./server.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where tests may make schemas of their own. */
    readonly postgres: { readonly url: string; readonly prefix: string };
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `terrace_test_${process.pid}_`;
  const named = process.env.DATABASE_URL;
  if (named === undefined) {
    // Nothing that these tests write has to survive the machine.
    const server = await startServer({ fsync: "off", full_page_writes: "off" });
    project.provide("postgres", { url: server.url, prefix });
    return () => server.stop();
  }
  project.provide("postgres", { url: named, prefix });
  return () => dropSchemas(named, prefix);
}

/** Leaves a server that is somebody's as it was found. */
async function dropSchemas(url: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", [
    prefix,
  ]);
  for (const { nspname } of rows) await client.query(`DROP SCHEMA ${nspname} CASCADE`);
  await client.end();
}
