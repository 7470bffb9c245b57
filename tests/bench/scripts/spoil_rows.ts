/**
 * Changes a cell of so many rows of a file of `build_app.ts`, as a user of the app would have, lying together or apart.
 * The file is no proven one any more: it is good for serving.
 * Run it: deno run -A spoil_rows.ts FILE ROWS together|scattered
 */
import { DatabaseSync } from "node:sqlite";

const [path = "", rows = "0", manner = "together"] = Deno.args;
const db = new DatabaseSync(path);
const total = Number(db.prepare("SELECT count(*) AS n FROM big").get()?.["n"]);
const [from, step] = manner === "together" ? [Math.floor(total / 2), 1] : [0, Math.floor(total / Number(rows))];
db.exec("BEGIN");
const change = db.prepare("UPDATE big SET s = 'spoilt' WHERE i = ?");
db.exec("CREATE INDEX spoiling ON big (i)");
for (let n = 0; n < Number(rows); n++) change.run(from + n * step);
db.exec("DROP INDEX spoiling");
db.exec("COMMIT");
db.close();
console.log("{}");
