// Where runs are kept.

export type { FaultPoint } from "./sqlite/database.js";
export type { SqliteStore, SqliteStoreOptions } from "./sqlite/sqlite-store.js";
export { sqliteStore } from "./sqlite/sqlite-store.js";
