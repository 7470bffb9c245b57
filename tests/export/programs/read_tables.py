"""Reads the exports of one table by pandas and by DuckDB, and prints what they see: types and sums, as JSON.

Without settings, but for the archive itself, where DuckDB needs one. Arguments: the folder with the exports.
"""

import json
import sqlite3
import sys

import duckdb
import pandas

folder = sys.argv[1]
SQL = """
SELECT count(*), sum(n), sum(f), count(*) FILTER (WHERE b), max(d), CAST(min("at") AS VARCHAR), sum(length(s)), sum(CAST({} AS BIGINT))
FROM {}
"""


def in_utc(moment):
    moment = pandas.Timestamp(moment)
    return (moment.tz_convert("UTC") if moment.tzinfo else moment.tz_localize("UTC")).isoformat()


def plain(values):
    count, n, f, b, d, at, s, o = values
    return {
        "rows": int(count), "n": int(n), "f": float(f), "b": int(b), "d": str(d)[:10], "at": in_utc(at), "s": int(s), "o": int(o),
    }


def by_duckdb(connection, table, member="json_extract_string(o, '$.i')"):
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    return {
        "types": {name: kind for name, kind, *_ in described},
        "sums": plain(connection.execute(SQL.format(member, table)).fetchone()),
    }


def by_pandas(frame):
    objects = frame["o"].map(lambda o: o if isinstance(o, dict) else json.loads(o))
    at = pandas.to_datetime(frame["at"], utc=True, format="ISO8601")
    return {
        "types": {name: str(kind) for name, kind in frame.dtypes.items()},
        "sums": plain((
            len(frame), frame["n"].sum(), frame["f"].sum(), (frame["b"] == 1).sum(), frame["d"].astype(str).max(),
            at.min(), frame["s"].str.len().sum(), objects.map(lambda o: o["i"]).sum(),
        )),
    }


def attached(path, name):
    from duckdb_extensions import import_extension

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    import_extension("sqlite_scanner", con=connection)
    connection.execute("LOAD sqlite_scanner")
    return connection, f"ATTACH '{path}' AS {name} (TYPE sqlite)"


def all_of_it():
    duck = duckdb.connect()
    duck.execute("SET TimeZone = 'UTC'")
    for ending in ("csv", "jsonl", "parquet"):
        # DuckDB takes the objects of JSON lines for structures.
        members = ["o.i"] if ending == "jsonl" else []
        yield f"duckdb {ending}", by_duckdb(duck, f"'{folder}/sales.{ending}'", *members)
    yield "pandas csv", by_pandas(pandas.read_csv(f"{folder}/sales.csv", keep_default_na=False, na_values=[""]))
    yield "pandas jsonl", by_pandas(pandas.read_json(f"{folder}/sales.jsonl", lines=True, dtype={"s": str}, convert_dates=False))
    yield "pandas parquet", by_pandas(pandas.read_parquet(f"{folder}/sales.parquet"))
    with sqlite3.connect(f"{folder}/plain.sqlite") as file:
        yield "pandas sqlite", by_pandas(pandas.read_sql("SELECT * FROM sales", file))
    plain_file, attach = attached(f"{folder}/plain.sqlite", "plain")
    plain_file.execute(attach)
    yield "duckdb sqlite", by_duckdb(plain_file, "plain.sales")
    archive, attach = attached(f"{folder}/app.sqlite", "app")
    archive.execute("SET sqlite_all_varchar = true")
    archive.execute(attach)
    casts = "CAST(n AS BIGINT) n, CAST(f AS DOUBLE) f, b = '1' AS b, d, CAST(\"at\" AS TIMESTAMPTZ) AS \"at\", s, o"
    yield "duckdb archive", by_duckdb(archive, f"(SELECT {casts} FROM app.sales)")


print(json.dumps(dict(all_of_it())))
