// Where runs are kept. The store in Postgres has a door of its own, so that others load no driver of it.

export { isPostgresUrl, shownAddress } from "./address.js";
export type { DurableStore } from "./durable-store.js";
export type { FaultPoint } from "./fault-point.js";
export type { SqliteStore, SqliteStoreOptions } from "./sqlite/sqlite-store.js";
export { sqliteStore } from "./sqlite/sqlite-store.js";
