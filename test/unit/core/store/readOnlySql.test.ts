import assert from "node:assert/strict";
import { isReadOnlySql } from "../../../../src/core/store/readOnlySql";

describe("isReadOnlySql", () => {
  it("knows what only reads, whatever comments and spaces come before it", () => {
    for (const sql of ["SELECT 1", "  select * from chats", "WITH a AS (SELECT 1) SELECT * FROM a", "EXPLAIN QUERY PLAN SELECT 1", "VALUES (1)", "-- note\nSELECT 1", "/* a */ /* b */ SELECT 1", "PRAGMA table_info(chats)", 'pragma table_info("chats");', "PRAGMA user_version"]) {
      assert.equal(isReadOnlySql(sql), true, sql);
    }
  });

  it("refuses the rest", () => {
    for (const sql of ["", "--", "-- SELECT", "/* SELECT 1", "INSERT INTO chats VALUES (1)", "DELETE FROM chats", "DROP TABLE chats", "ATTACH 'a' AS b", "PRAGMA query_only = OFF", "PRAGMA query_only(0)", "PRAGMA user_version = 7", "PRAGMA writable_schema = 1", "BEGIN", "VACUUM INTO 'x'", "SELECTED"]) {
      assert.equal(isReadOnlySql(sql), false, sql);
    }
  });
});
