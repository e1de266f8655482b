// What a store is asked to be, before anything is asked of a server.

import { Client } from "pg";
import { isPostgresUrl } from "../address.js";
import { storeFailed } from "../store-errors.js";

/**
 * A URL that the driver can read.
 *
 * @throws OrchestrationError `STORE_FAILED` when it cannot. The URL itself is not in it, nor in its cause.
 */
export function checkedUrl(url: string): string {
  try {
    // It is not connected, but reads the URL.
    if (isPostgresUrl(url) && new Client({ connectionString: url })) return url;
  } catch (error) {
    // The files of a certificate. What else it throws holds the URL.
    const { code, message } = error as { readonly code?: unknown; readonly message: string };
    if (code === "ENOENT" || code === "EACCES") {
      throw storeFailed(`The store cannot be used: a file that its URL names cannot be read (${message}).`);
    }
  }
  throw storeFailed(
    "The address of the store is no URL of a Postgres database, expected `postgres://user@host:5432/database`. " +
      "Write characters of a password that a URL keeps for itself as %2F, %40 and so on.",
  );
}

/** Numbers that are whole and not below their least. @throws OrchestrationError `STORE_FAILED` */
export function checkedLimits<
  Limits extends Readonly<Record<string, readonly [value: number, least: number]>>,
>(limits: Limits): { readonly [Name in keyof Limits]: number } {
  const entries = Object.entries(limits).map(([name, [value, least]]) => {
    if (Number.isInteger(value) && value >= least && value < 2 ** 31) return [name, value];
    throw storeFailed(`Expected \`${name}\` to be a whole number from ${least} up, got \`${value}\`.`);
  });
  return Object.fromEntries(entries);
}

/** A schema's name as it may stand in SQL. @throws OrchestrationError `STORE_FAILED` */
export function checkedSchema(name: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(name) && !name.startsWith("pg_")) return name;
  throw storeFailed(
    "Expected `schema` to be a name of small letters, digits and underscores that begins with no digit and not " +
      `with "pg_", at most 63 characters, got ${JSON.stringify(name)}.`,
  );
}
