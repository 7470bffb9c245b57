import assert from "node:assert/strict";
import { isSecretColumn, secretColumns } from "../../lib/label/secret_columns.ts";
import { app, column, table } from "../schema/builders.ts";

Deno.test("secretColumns() names the columns in which the Users service keeps secrets, and those called like one", () => {
  const users = table("users", ["email", "password_hash", "mfa", "remembered_logins"].map((name) => column(name)));
  assert.deepEqual(secretColumns(app(users, table("notes", [column("text"), column("password")]))), [
    { table: "users", column: "password_hash" },
    { table: "users", column: "mfa" },
    { table: "users", column: "remembered_logins" },
    { table: "notes", column: "password" },
  ]);
});

Deno.test("isSecretColumn() goes by whole words, however they are joined", () => {
  const secret = [
    "api_key",
    "apiKey",
    "API Key",
    "refreshToken",
    "old-password",
    "client secret",
    "Salt",
    "stripe_secret_key",
  ];
  const open = [
    "key",
    "keyboard",
    "monkey",
    "primary key",
    "tokenised",
    "secretary",
    "passport",
    "hash",
    "desalted",
    "name",
  ];
  assert.deepEqual(secret.filter((name) => !isSecretColumn({ name })), []);
  assert.deepEqual(open.filter((name) => isSecretColumn({ name })), []);
});
