import assert from "node:assert/strict";
import { secretColumns } from "../../../lib/schema/model/secret_columns.ts";
import { app, column, table } from "../builders.ts";

Deno.test("secretColumns() names the columns in which the Users service keeps secrets", () => {
  const users = table("users", ["email", "password_hash", "mfa", "remembered_logins"].map((name) => column(name)));
  assert.deepEqual(secretColumns(app(users, table("notes", [column("password")]))), [
    { table: "users", column: "password_hash" },
    { table: "users", column: "mfa" },
    { table: "users", column: "remembered_logins" },
  ]);
});
