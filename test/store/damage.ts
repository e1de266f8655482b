import { readFileSync, writeFileSync } from "node:fs";
import type { Damage } from "@terrace/core/testing";
import { chained, GENESIS } from "../../packages/store/src/chain.js";
import { toKey } from "../../packages/store/src/row.js";
import { connect } from "../../packages/store/src/sqlite/open-file.js";
import { writeTables } from "../../packages/store/src/sqlite/tables.js";
import type { WriteTables } from "../../packages/store/src/tables.js";

/** The tables of a store, as anybody reaches them who is not the store. */
export interface Reached {
  /** Runs a statement whose parameters are written as `?`, and returns its rows. */
  sql(
    text: string,
    args?: readonly (string | number)[],
  ): Promise<readonly { readonly [column: string]: unknown }[]>;
  readonly tables: WriteTables;
}

/** Another character in the place of one. */
export function withOther(text: string, at: number): string {
  const other = text[at] === "x" ? "y" : "x";
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

/** Does to one event of a closed file what a contract asks for. */
export async function damageEvent(path: string, damage: Damage): Promise<void> {
  const client = connect(path);
  const tx = await client.transaction("write");
  try {
    const sql: Reached["sql"] = async (text, args = []) =>
      (await tx.execute({ sql: text, args: [...args] })).rows;
    await damageReached({ sql, tables: writeTables(tx, path) }, damage);
    await tx.commit();
  } finally {
    client.close();
  }
}

/** Does to one event what a contract asks for. */
export async function damageReached(reached: Reached, { runId, seq, kind }: Damage): Promise<void> {
  const { sql } = reached;
  if (kind === "unknown") await renameType(reached, runId, seq);
  else if (kind === "value removed") await sql("DELETE FROM blobs");
  else if (kind === "value changed") {
    await sql("UPDATE blobs SET body = substr(body, 1, 500) || 'x' || substr(body, 502)");
  } else {
    const [run] = await sql("SELECT id FROM runs WHERE run_id = ?", [toKey(runId)]);
    await damageRow(sql, { run: Number(run?.id), seq }, kind);
  }
}

async function damageRow(
  sql: Reached["sql"],
  { run, seq }: { run: number; seq: number },
  kind: "changed" | "cut" | "removed" | "swapped",
): Promise<void> {
  if (kind === "removed") {
    await sql("DELETE FROM events WHERE run = ? AND seq = ?", [run, seq]);
    return;
  }
  if (kind === "swapped") {
    for (const [from, to] of [
      [seq, -1],
      [seq + 1, seq],
      [-1, seq + 1],
    ]) {
      await sql("UPDATE events SET seq = ? WHERE run = ? AND seq = ?", [Number(to), run, Number(from)]);
    }
    return;
  }
  const [row] = await sql("SELECT body FROM events WHERE run = ? AND seq = ?", [run, seq]);
  const body = String(row?.body);
  const damaged = kind === "cut" ? body.slice(0, body.length / 2) : withOther(body, body.length >> 1);
  await sql("UPDATE events SET body = ? WHERE run = ? AND seq = ?", [damaged, run, seq]);
}

/** Writes an event of another type as a newer version would: with every hash as it must be. */
async function renameType({ sql, tables }: Reached, runId: string, seq: number): Promise<void> {
  const run = (await tables.findRuns([runId])).get(runId);
  if (run === undefined) throw new Error(`There is no run "${runId}".`);
  const rows = await sql("SELECT seq, body, parts FROM events WHERE run = ? ORDER BY seq", [run.id]);
  let hash = GENESIS;
  for (const row of rows) {
    const text = String(row.body);
    const body = Number(row.seq) === seq ? text.replace(/"type":"[^"]+"/, '"type":"task.dreamt"') : text;
    hash = chained(hash, { body, parts: row.parts === null ? null : String(row.parts) });
    const update = "UPDATE events SET body = ?, hash = ? WHERE run = ? AND seq = ?";
    await sql(update, [body, hash, run.id, Number(row.seq)]);
  }
  await tables.saveRun({ ...run, hash }, run);
}

/** Changes one byte of a file. */
export function flipByte(path: string, at: number, mask = 0xff): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ mask, at);
  writeFileSync(path, bytes);
}
