"""The official Python client against a server of ours: one line a check, then a count.

Usage: client.py URL KEY classic|split read|write
"""

import datetime
import sys
import threading
import traceback

import anvil.media
import anvil.server
import anvil.tables
import anvil.tables.query as q
import anvil.tz
from anvil.tables import app_tables

url, key, storage, mode = sys.argv[1:5]
split = storage == "split"
passed = failed = 0


def check(name):
    """Runs a function as a check of this name."""

    def run(body):
        global passed, failed
        label = "%s %s: %s" % (storage, mode, name)
        try:
            body()
        except Exception:
            failed += 1
            print("FAILED " + label)
            traceback.print_exc(file=sys.stdout)
        else:
            passed += 1
            print("ok     " + label)
        sys.stdout.flush()

    return run


def equal(found, expected):
    assert found == expected, "%r instead of %r" % (found, expected)


def raises(error_type, text, body):
    try:
        body()
    except error_type as error:
        assert text in str(error), "the message is %r" % str(error)
    else:
        raise AssertionError("%s was not raised" % error_type.__name__)


def named(name):
    return app_tables.all_types.get(s=name)


anvil.server.connect(key, url=url, quiet=True)


@check("tables are listed")
def _():
    names = ["empty_table", "secrets", "people", "read_only", "Users", "no_columns", "companies", "all_types", "numbers"]
    equal(sorted(app_tables), sorted(names))


@check("columns have their types")
def _():
    equal(
        [(c["name"], c["type"]) for c in app_tables.all_types.list_columns()],
        [
            ("s", "string"), ("n", "number"), ("b", "bool"), ("d", "date"), ("dt", "datetime"), ("so", "simpleObject"),
            ("m", "media"), ("one", "link_single"), ("many", "link_multiple"), ("self_one", "link_single"),
            ("self_many", "link_multiple"),
        ],
    )
    equal(app_tables.people.list_columns()[1]["table_id"], 5)


@check("every table is iterated")
def _():
    counts = {"empty_table": 0, "people": 10, "read_only": 1, "Users": 1, "no_columns": 2, "companies": 3, "numbers": 250}
    for name, count in counts.items():
        rows = list(app_tables[name].search())
        equal(len(rows), count)
        for row in rows:
            dict(row)


@check("every page size gives every row once")
def _():
    for size in (1, 7, 10, 25, 249, 250, 251, 1000):
        equal([r["i"] for r in app_tables.numbers.search(q.page_size(size))], list(range(250)))
    equal(len(app_tables.numbers.search()), 250)
    equal(len(app_tables.numbers.search(q.page_size(10), i=q.less_than(25))), 25)


@check("page sizes of nothing are refused")
def _():
    raises(anvil.tables.TableError, "Page size must be a positive number.",
           lambda: list(app_tables.numbers.search(q.page_size(0))))


@check("numbers come as they are")
def _():
    values = {"int": 1, "float": 1.0, "2^53+1": 2**53 + 1, "10^30": 10**30, "tenth": 0.1}
    for name, value in values.items():
        found = named(name)["n"]
        if split:
            equal(float(found), float(value))
        else:
            equal((found, type(found)), (value, type(value)))


@check("bools, dates and datetimes come as they are")
def _():
    equal((named("true")["b"], named("false")["b"], named("int")["b"]), (True, False, None))
    equal(named("date")["d"], datetime.date(2024, 2, 29))
    moment = named("datetime")["dt"]
    equal(moment.isoformat(), "2024-03-04T05:06:07.000008+01:30")


@check("texts and objects come as they are")
def _():
    row = app_tables.all_types.get_by_id("[12,131]")
    equal(row["s"], 'h/é"\\\n日🎉')
    equal(row["so"], {"a/é": [1, 1.0, None, {"z": True}]})
    equal(named("scalar object")["so"], "just text")


@check("links are followed, round a circle")
def _():
    row = named("links")
    equal(row["one"]["name"], "P3")
    equal([r["name"] for r in row["many"]], ["P1", "P2", "P1"])
    equal(row["one"]["boss"]["company"]["ceo"]["boss"]["boss"]["name"], "P0")
    equal([r["name"] for r in row["one"]["boss"]["company"]["ceo"]["reports"]], ["P3", "P4"])
    boss = app_tables.people.get(name="P9")["boss"]
    equal((boss["name"], boss["company"]["name"], len(boss["company"]["employees"])), ("P4", "C1", 0))


@check("links that lead nowhere")
def _():
    row = named("dangling")
    if split:
        equal((row["one"], [r["name"] for r in row["many"]]), (None, ["P1"]))
    else:
        raises(anvil.tables.RowDeleted, "This row has been deleted", lambda: row["one"]["name"])
        equal([r.get_id() for r in row["many"]], ["[5,216]", "[5,79]"])
    equal(named("self")["self_one"].get_id(), "[12,139]")
    equal([r["s"] for r in named("self")["self_many"]], ["self", "int"])
    equal(named("empty links")["many"], [])
    equal(named("int")["many"], [] if split else None)


@check("only what is asked for is fetched, the rest on demand")
def _():
    rows = list(app_tables.people.search(q.fetch_only("name", boss=q.fetch_only("name"))))
    equal([r["boss"]["name"] for r in rows[:4]], ["P0", "P0", "P0", "P1"])
    equal([r["company"]["name"] for r in rows[:3]], ["C0", "C1", "C2"])
    row = next(iter(app_tables.people.search(q.fetch_only("name", company=q.fetch_only()))))
    equal(row["company"]["name"], "C0")
    raises(anvil.tables.TableError, "No such column 'nocol' exists in table 'People'",
           lambda: app_tables.people.search(q.fetch_only("nocol")))


@check("queries find what they say")
def _():
    def found(*args, **kws):
        return [r["i"] for r in app_tables.numbers.search(*args, **kws)]

    equal(found(i=7), [7])
    equal(found(i=q.between(3, 6)), [3, 4, 5])
    equal(found(i=q.greater_than_or_equal_to(248)), [248, 249])
    equal(found(s=q.like("row 24_")), list(range(240, 250)))
    equal(found(s=q.ilike("ROW 12")), [12])
    equal(found(s=q.like("ROW 12")), [])
    equal(found(q.any_of(i=1, s="row 2")), [1, 2])
    equal(found(q.all_of(i=q.less_than(5), f=None)), [0])
    equal(found(i=q.any_of(4, 9)), [4, 9])
    equal(found(q.none_of(i=q.greater_than(1))), [0, 1])
    equal(found(i=q.not_(q.less_than(248))), [248, 249])
    equal(found(s=q.full_text_match("row 13")), [13])
    equal(found(s=q.full_text_match("row & (13 | 14) & !15", raw=True)), [13, 14])
    equal(len(found(s=q.full_text_match("ro:*", raw=True))), 250)
    at = datetime.datetime(2020, 1, 1, 0, 0, 59, 9, tzinfo=anvil.tz.tzoffset(minutes=330))
    equal(found(dt=q.greater_than_or_equal_to(at)), [59, 119, 179, 239])
    equal([r["name"] for r in app_tables.people.search(boss=app_tables.people.get(name="P1"))], ["P3", "P4"])
    equal([r["name"] for r in app_tables.people.search(reports=[app_tables.people.get(name="P9")])], ["P4"])
    equal([r["s"] for r in app_tables.all_types.search(d=datetime.date(2024, 2, 29))], ["date"])
    equal([r["s"] for r in app_tables.all_types.search(b=False)], ["false"])
    equal([r["s"] for r in app_tables.all_types.search(so="just text")], ["scalar object"])
    equal(len(app_tables.all_types.search(so={"a/é": [1]})), 1)


@check("rows are ordered, page by page")
def _():
    values = [r["f"] for r in app_tables.numbers.search(anvil.tables.order_by("f"), q.page_size(10))]
    known = [v for v in values if v is not None]
    equal(values, [None] * 25 + sorted(known))
    values = [r["f"] for r in app_tables.numbers.search(anvil.tables.order_by("f", ascending=False), q.page_size(10))]
    equal(values, sorted(known, reverse=True) + [None] * 25)
    moments = [r["dt"] for r in app_tables.numbers.search(anvil.tables.order_by("dt"), q.page_size(33))]
    equal(moments, sorted(moments))
    equal(len(moments), 250)


@check("rows are ordered by links, media and objects, by no column that is not there")
def _():
    bosses = [r["boss"].get_id() for r in app_tables.people.search(anvil.tables.order_by("boss"), q.page_size(3))]
    key = (lambda i: int(i[1:-1].split(",")[1])) if split else str
    equal(bosses, sorted(bosses, key=key))
    for column in ("m", "so"):
        for size in (1, 100):
            found = [r.get_id() for r in app_tables.all_types.search(anvil.tables.order_by(column), q.page_size(size))]
            equal((len(found), len(set(found))), (19, 19))
    raises(anvil.tables.NoSuchColumnError, "No such column 'nocol'",
           lambda: list(app_tables.people.search(anvil.tables.order_by("nocol"))))


@check("values are compared with their types")
def _():
    def found(**kws):
        return [r["s"] for r in app_tables.all_types.search(**kws)]

    equal(len(list(app_tables.numbers.search(q.page_size(1.5)))), 250)
    raises(anvil.tables.TableError, "", lambda: found(b=q.greater_than(False)))
    equal(found(so=0), [])
    equal(found(so=False), [])
    equal(found(many=[]), found(many=None) if split else ["links", "empty links", "dangling"])
    equal(len(found(many=None)), 19 if split else 16)
    exact = found(n=2**53 + 1)
    equal(exact, ["2^53+1"])
    equal(found(n=2**53), ["2^53+1"] if split else [])
    equal(found(n=q.greater_than(2**53)), ["10^30"])
    same_moment = datetime.datetime(2024, 3, 4, 3, 36, 7, 8, tzinfo=anvil.tz.tzoffset(minutes=0))
    equal(found(dt=same_moment), [])
    equal(found(dt=q.less_than_or_equal_to(same_moment)), [])
    equal(found(dt=q.less_than(same_moment + datetime.timedelta(microseconds=1))), ["datetime"])
    equal([r["i"] for r in app_tables.numbers.search(f=q.not_(q.greater_than(0)))], [])
    equal(found(m=None) == found(), False)
    raises(anvil.tables.TableError, "", lambda: found(m=named("medium")["m"]))


@check("links that lead nowhere are found in classic storage alone")
def _():
    dead = named("dangling")["many"][0] if not split else None
    if not split:
        equal([r["s"] for r in app_tables.all_types.search(one=dead)], ["dangling"])
        equal([r["s"] for r in app_tables.all_types.search(many=[dead])], ["dangling"])
    equal("dangling" in [r["s"] for r in app_tables.all_types.search(one=None)], split)


@check("media have a URL")
def _():
    import urllib.request

    url = named("medium")["m"].url
    with urllib.request.urlopen(url) as answer:
        equal((answer.headers["Content-Type"], answer.read()), ("text/plain", b"x"))


@check("rows are read by id")
def _():
    equal(app_tables.people.get_by_id("[5,79]")["name"], "P1")
    equal(app_tables.people.get_by_id("[5,999999]"), None)
    equal(app_tables.people.get_by_id("garbage"), None)
    equal(app_tables.people.get(name="nobody"), None)
    row = app_tables.people.get(name="P1")
    equal((row.get_id(), app_tables.people.has_row(row), app_tables.companies.has_row(row)), ("[5,79]", True, False))
    equal(anvil.tables.get_table_by_id(5).get(name="P1"), row)


@check("media are downloaded")
def _():
    medium = named("medium")["m"]
    equal((medium.content_type, medium.name, medium.get_bytes(), medium.length), ("text/plain", "x.txt", b"x", 1))
    equal(named("large medium")["m"].get_bytes(), bytes(i % 251 for i in range(70000)))
    equal(named("empty medium")["m"].get_bytes(), b"")
    logo = app_tables.companies.get(name="C0")["logo"]
    equal((logo.content_type, logo.name, logo.get_bytes()), (None, None, b"\0\1\2\3"))


@check("tables are exported as CSV")
def _():
    csv = app_tables.people.to_csv()
    lines = csv.get_bytes().decode().split("\n")
    equal((csv.name, len(lines)), ("People.csv", 11))
    equal(lines[0], '"ID","boss","name","company","reports"')
    head = app_tables.all_types.to_csv().get_bytes().decode().split("\n")[0]
    equal(head, '"ID","d","n","s","dt","self_many","so","many","b","one","self_one","m"')
    assert lines[1].startswith('"[5,78]"'), lines[1]
    equal(len(app_tables.numbers.search(i=q.less_than(3)).to_csv().get_bytes().split(b"\n")), 4)


@check("errors have their types")
def _():
    raises(anvil.server.NoServerFunctionError, "no_such_function", lambda: anvil.server.call("no_such_function", 1))
    raises(anvil.tables.NoSuchColumnError, "No such column 'nocol'", lambda: app_tables.people.search(nocol=1))
    raises(anvil.server.PermissionDenied, "Cannot access this table from server code.",
           lambda: app_tables.secrets.search())
    raises(anvil.tables.TableError, "More than one row matched this query",
           lambda: app_tables.people.get(name=q.like("P%")))
    raises(Exception, "Wrong number of arguments (0) passed to anvil.private.echo()",
           lambda: anvil.server.call("anvil.private.echo"))


@check("transactions open and close")
def _():
    for relaxed in (False, True):
        with anvil.tables.Transaction(relaxed=relaxed):
            equal(len(list(app_tables.people.search())), 10)
            raises(anvil.tables.TableError, "You already have a transaction open here",
                   lambda: anvil.server.call("anvil.private.tables.open_transaction"))
    seen = []

    @anvil.tables.in_transaction
    def read():
        seen.append(app_tables.people.get(name="P1")["boss"]["name"])

    read()
    equal(seen, ["P0"])


@check("media are read in a transaction, but for classic ones in a relaxed one")
def _():
    with anvil.tables.Transaction():
        equal(named("medium")["m"].get_bytes(), b"x")
    with anvil.tables.Transaction(relaxed=True):
        medium = named("medium")["m"]
        if split:
            equal(medium.get_bytes(), b"x")
        else:
            raises(anvil.server.InternalError, "Internal server error", medium.get_bytes)


@check("views show less")
def _():
    view = app_tables.people.client_readable(q.only_cols("name"), name=q.like("P_"), boss=app_tables.people.get(name="P1"))
    equal([dict(r) for r in view.search()], [{"name": "P3"}, {"name": "P4"}])
    equal(view.get(name="P0"), None)
    raises(anvil.tables.TableError, "", lambda: view.add_row(name="x"))
    raises(anvil.tables.NoSuchColumnError, "", lambda: view.search(company=None))


if mode == "read":
    @check("writing is refused")
    def _():
        raises(anvil.server.PermissionDenied, "--writable", lambda: app_tables.people.add_row(name="new"))
        raises(anvil.server.PermissionDenied, "--writable", lambda: app_tables.people.get(name="P1").delete())
        equal(len(app_tables.people.search()), 10)

else:
    @check("rows are added")
    def _():
        boss = app_tables.people.get(name="P1")
        row = app_tables.people.add_row(name="new", boss=boss, reports=[boss, boss])
        again = app_tables.people.get_by_id(row.get_id())
        equal((again["name"], again["boss"], again["reports"], again["company"]), ("new", boss, [boss, boss], None))
        rows = app_tables.numbers.add_rows([{"i": i, "s": "many"} for i in range(1000, 1020)])
        ids = [int(r.get_id()[1:-1].split(",")[1]) for r in rows]
        equal(ids, sorted(ids))
        equal([r["i"] for r in app_tables.numbers.search(s="many")], list(range(1000, 1020)))
        app_tables.numbers.search(s="many").delete_all_rows()
        equal((len(app_tables.numbers.search()), len(app_tables.numbers.search(s="many"))), (250, 0))
        row.delete()
        raises(anvil.tables.RowDeleted, "This row has been deleted", lambda: dict(again) and again.refresh() or dict(again))

    @check("every type is written and comes back")
    def _():
        moment = datetime.datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=anvil.tz.tzoffset(hours=-8))
        values = {
            "s": "é / \\ \" 🎉", "n": 2**60 + 1, "b": True, "d": datetime.date(1, 1, 1), "dt": moment,
            "so": {"list": [1, 2.5, None, True, "x"], "": {}}, "one": app_tables.people.get(name="P1"), "many": [],
        }
        row = app_tables.all_types.get_by_id(app_tables.all_types.add_row(**values).get_id())
        for name, value in values.items():
            equal(*((float(row[name]), float(value)) if split and name == "n" else (row[name], value)))
        equal(row["dt"].isoformat(), moment.isoformat())
        for number in (1.0, -5, 0.1, 2**31, -(2**63)):
            row["n"] = number
            found = app_tables.all_types.get_by_id(row.get_id())["n"]
            equal(*((float(found), float(number)) if split else ((found, type(found)), (number, type(number)))))
        row.update(s=None, many=None)
        equal((row["s"], app_tables.all_types.get_by_id(row.get_id())["many"]), (None, [] if split else None))
        row.delete()

    @check("media are uploaded, replaced and removed")
    def _():
        data = bytes(i % 256 for i in range(200000))
        row = app_tables.all_types.add_row(s="upload", m=anvil.BlobMedia("a/b", data, name="n"))
        equal(row["m"].get_bytes(), data)
        old = row["m"]
        row["m"] = anvil.BlobMedia("c/d", b"", name=None)
        fresh = named("upload")["m"]
        equal((fresh.content_type, fresh.name, fresh.get_bytes()), ("c/d", None, b""))
        if not split:
            raises(anvil.server.InternalError, "does not exist", lambda: anvil.server.call("anvil.private.fetch_lazy_media", old._spec))
        copy = app_tables.all_types.add_row(s="copy", m=named("large medium")["m"])
        equal(len(named("copy")["m"].get_bytes()), 70000)
        row["m"] = None
        equal(named("upload")["m"], None)
        row.delete()
        copy.delete()

    @check("types are checked")
    def _():
        raises(anvil.tables.TableError, "Column 'name' is a string - cannot set it to a number",
               lambda: app_tables.people.add_row(name=5))
        raises(anvil.tables.NoSuchColumnError, "nocol", lambda: app_tables.people.add_row(nocol=5))
        raises(anvil.tables.TableError, "", lambda: app_tables.people.add_row(boss=app_tables.companies.get(name="C0")))
        raises(anvil.tables.TableError, "Internal database error", lambda: app_tables.people.add_row(name="a\0b"))
        raises(anvil.tables.TableError, "", lambda: app_tables.numbers.add_row(i=float("nan")))
        raises(anvil.server.PermissionDenied, "Read only", lambda: app_tables.read_only.add_row(word="x"))
        equal(len(app_tables.people.search()), 10)

    @check("batches update and delete")
    def _():
        rows = app_tables.numbers.add_rows([{"i": i, "s": "batch"} for i in range(5)])
        with anvil.tables.batch_update:
            for row in rows:
                row["f"] = row["i"] / 2
                row["s"] = "batched"
        equal([r["f"] for r in app_tables.numbers.search(s="batched")], [0.0, 0.5, 1.0, 1.5, 2.0])
        with anvil.tables.batch_delete:
            for row in rows:
                row.delete()
        equal(len(app_tables.numbers.search(s="batched")), 0)

    @check("transactions commit, roll back, and are seen by nobody else before")
    def _():
        outside = []
        with anvil.tables.Transaction():
            app_tables.numbers.add_row(i=1, s="txn")
            equal(len(app_tables.numbers.search(s="txn")), 1)
            thread = threading.Thread(target=lambda: outside.append(len(app_tables.numbers.search(s="txn"))))
            thread.start()
            thread.join()
        equal((outside, len(app_tables.numbers.search(s="txn"))), ([0], 1))
        with anvil.tables.Transaction() as txn:
            app_tables.numbers.get(s="txn").delete()
            txn.abort()
        equal(len(app_tables.numbers.search(s="txn")), 1)
        app_tables.numbers.get(s="txn").delete()

    @check("conflicts are told and retried")
    def _():
        row = app_tables.numbers.add_row(i=0, s="counter")
        tries = []

        @anvil.tables.in_transaction
        def count():
            tries.append(1)
            value = app_tables.numbers.get(s="counter")["i"]
            if len(tries) == 1:
                thread = threading.Thread(target=lambda: row.update(i=10))
                thread.start()
                thread.join()
            app_tables.numbers.get(s="counter")["i"] = value + 1

        count()
        equal((len(tries), app_tables.numbers.get(s="counter")["i"]), (2, 11))
        row.delete()

    @check("a deleted row leaves its links behind")
    def _():
        gone = app_tables.people.add_row(name="gone")
        holder = app_tables.all_types.add_row(s="holder", one=gone, many=[gone, app_tables.people.get(name="P1")])
        gone_id = gone.get_id()
        gone.delete()
        again = app_tables.all_types.get_by_id(holder.get_id())
        if split:
            equal((again["one"], [r["name"] for r in again["many"]]), (None, ["P1"]))
        else:
            equal([r.get_id() for r in again["many"]], [gone_id, "[5,79]"])
            raises(anvil.tables.RowDeleted, "This row has been deleted", lambda: again["one"]["name"])
        holder.delete()

    @check("views fix, hide and ask what is written")
    def _():
        view = app_tables.people.client_writable(name="fixed")
        row = view.add_row()
        equal(app_tables.people.get_by_id(row.get_id())["name"], "fixed")
        equal("name" in dict(row), False)
        raises(anvil.tables.NoSuchColumnError, "name", lambda: view.add_row(name="other"))
        app_tables.people.get(name="fixed").delete()
        app_tables.people.client_readable().add_row(name="readable")
        app_tables.people.get(name="readable").delete()
        small = app_tables.numbers.client_writable(i=q.less_than(10))
        raises(anvil.tables.TableError, "", lambda: small.add_row(i=5000))
        equal(len(app_tables.numbers.search()), 250)
        raises(anvil.tables.TableError, "", lambda: app_tables.read_only.client_writable())

    @check("numbers are written as the storage holds them")
    def _():
        row = app_tables.numbers.add_row(i=1e23)
        found = app_tables.numbers.get_by_id(row.get_id())["i"]
        equal(found, 99999999999999990000000 if split else 100000000000000000000000)
        row.delete()

    @check("one deleted row fails a whole batch")
    def _():
        rows = app_tables.numbers.add_rows([{"i": i, "s": "batch"} for i in range(3)])
        rows[1].delete()

        def update():
            with anvil.tables.batch_update:
                for row in rows:
                    row["s"] = "changed"

        if split:
            raises(anvil.tables.TableError, "has been deleted", update)
        else:
            raises(anvil.tables.RowDeleted, "This row has been deleted", update)
        equal([r["s"] for r in app_tables.numbers.search(s=q.any_of("batch", "changed"))], ["batch", "batch"])
        app_tables.numbers.search(s="batch").delete_all_rows()

    @check("no rows at all are added in classic storage alone")
    def _():
        if split:
            raises(anvil.tables.TableError, "RETURNING", lambda: app_tables.numbers.add_rows([]))
        else:
            equal(list(app_tables.numbers.add_rows([])), [])
        raises(anvil.server.PermissionDenied, "Read only", lambda: app_tables.read_only.add_rows([]))

    @check("a conflict leaves the transaction open until it is rolled back")
    def _():
        row = app_tables.numbers.add_row(i=0, s="conflict")
        anvil.server.call("anvil.private.tables.open_transaction", isolation="relaxed")
        equal(app_tables.numbers.get(s="conflict")["i"], 0)
        thread = threading.Thread(target=lambda: row.update(i=10))
        thread.start()
        thread.join()
        raises(anvil.tables.TransactionConflict, "Another transaction", lambda: row.update(i=1))
        raises(Exception, "Server runtime not available", lambda: anvil.server.call("anvil.private.tables.close_transaction", False))
        raises(anvil.tables.TableError, "already have a transaction", lambda: anvil.server.call("anvil.private.tables.open_transaction"))
        anvil.server.call("anvil.private.tables.close_transaction", True)
        equal(app_tables.numbers.get(s="conflict")["i"], 10)
        row.delete()

    @check("dead links are written in classic storage alone")
    def _():
        gone = app_tables.people.add_row(name="gone")
        holder = app_tables.all_types.add_row(s="holder")
        gone.delete()
        if split:
            raises(anvil.tables.TableError, "foreign key", lambda: holder.update(one=gone))
            equal([r["s"] for r in app_tables.all_types.search(one=gone)], [])
        else:
            holder.update(one=gone, many=[gone])
            equal([r["s"] for r in app_tables.all_types.search(one=gone)], ["holder"])
        holder.delete()

    @check("a table is emptied")
    def _():
        app_tables.empty_table.add_rows([{"a": "x"}, {"a": "y"}])
        equal(len(app_tables.empty_table.search()), 2)
        app_tables.empty_table.delete_all_rows()
        equal(len(app_tables.empty_table.search()), 0)


anvil.server.disconnect()
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
