"""Opens a vault with the tools that owners use, and asserts that each shows the app: VAULT, then a table's name."""
import sqlite3
import subprocess
import sys

import duckdb
import pandas
from duckdb_extensions import import_extension

vault, table = sys.argv[1:]
file = sqlite3.connect(f"file:{vault}?mode=ro", uri=True)
views = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'view' AND name NOT GLOB '_anvil*'")]
assert table in views and f"{table}_history" in views, views

frame = pandas.read_sql(f"SELECT * FROM {table}", file)
assert len(frame) > 0 and "_anvil_row_id" in frame.columns

import_extension("sqlite_scanner")
duck = duckdb.connect()
duck.execute("LOAD sqlite_scanner")
# Number columns hold integers and floats side by side, which DuckDB has no type for.
duck.execute("SET sqlite_all_varchar=true")
duck.execute(f"ATTACH '{vault}' AS vault (TYPE sqlite, READ_ONLY)")
texts = lambda row: tuple(None if cell is None else str(cell) for cell in row)
for view in views:
    expected = sorted(map(repr, map(texts, file.execute(f'SELECT * FROM "{view}"'))))
    found = sorted(map(repr, map(tuple, duck.execute(f'SELECT * FROM vault."{view}"').fetchall())))
    assert expected == found, view

page = subprocess.run(
    [sys.executable, "-m", "datasette", vault, "--get", f"/{vault.split('/')[-1].rsplit('.', 1)[0]}/{table}.json?_shape=array"],
    check=True, capture_output=True, text=True,
).stdout
assert page.count("_anvil_row_id") > 0, page
print(f"pandas, DuckDB and Datasette show {len(views)} views of {vault}")
