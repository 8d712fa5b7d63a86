"""A load withdrawn whole, as a version that says so: what it had superseded counts again from then on."""

import datetime as dt
import sqlite3
from pathlib import Path

import duckdb

from attain.engine.facts.declared import LOADED
from attain.engine.facts.spelling import connect, literal
from attain.engine.facts.store.files import publish, scratch_folder
from attain.engine.facts.store.store import BLANK, Store, written
from attain.engine.facts.store.versions import Withdrawing, restored
from attain.engine.values.problems import refuse

DISK = "Make room, or look at the disk; then withdraw again: nothing has changed in the store."


def withdraw(folder: Path, load: int, entered_by: str, now: dt.datetime) -> int:
    """Withdraw a load whole: from now on what it superseded counts again. The number of the withdrawal.

    Raises Refused where there is no such load, or it is withdrawn already.
    """
    store = Store.open(folder)
    try:
        with scratch_folder(folder) as scratch, connect(scratch) as connection, store.catalogue.writing():
            return _withdraw(store, load, entered_by, now, scratch, connection)
    except duckdb.Error as error:
        raise refuse("F901", f"the withdrawal stopped: {str(error).splitlines()[0]}", DISK) from None
    except sqlite3.Error as error:
        raise refuse("F901", f"the catalogue cannot be written: {error}.", DISK) from None
    except OSError as error:
        raise refuse("F901", f"the withdrawal stopped: {error.strerror}.", DISK) from None
    finally:
        store.close()


def _withdraw(
    store: Store,
    load: int,
    entered_by: str,
    now: dt.datetime,
    scratch: Path,
    connection: duckdb.DuckDBPyConnection,
) -> int:
    catalogue = store.catalogue
    found = catalogue.load(load)
    if found is None or found.kind != "import":
        raise refuse("F502", f"there is no load {load} that could be withdrawn.", "See `attain loads`.")
    if load in catalogue.withdrawn():
        raise refuse("F502", f"load {load} is withdrawn already.", "See `attain loads`.")
    moment = store.next_moment(now)
    number = catalogue.add(
        "loads",
        {
            **{name: getattr(found, name) for name in ("table_name", "file_name", "file_sha256", "zone")},
            **{name: getattr(found, name) for name in ("mapping_sha256", "mapping_name")},
            "kind": "withdrawal",
            "entered_by": entered_by,
            "moment": written(moment),
            "withdraws": load,
        },
    )
    shape = store.shape(found.table_name)
    if shape is None:
        return number
    imports = [each.load for each in catalogue.loads() if each.kind == "import"]
    rows, confirmed = store.rows(found.table_name, shape), store.confirmed(found.table_name, shape)
    query = restored(rows, confirmed, shape, Withdrawing(load, imports, catalogue.withdrawn()))
    target = scratch / "facts.parquet"
    stamp = f"TIMESTAMP '{written(moment)}' AS {LOADED}"
    connection.execute(f"COPY (SELECT *, {stamp} FROM ({query})) TO {literal(str(target))} (FORMAT parquet)")
    count = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(target))})").fetchall()[0][0]
    if not count:
        return number
    published = publish(store.folder, target, f"facts/{found.table_name}")
    catalogue.add("files", {**vars(published), "load": number, "role": "facts", "rows": count})
    settled = store.kinds(found.table_name)
    for place, (name, kind) in enumerate(shape.kinds.items()):
        catalogue.add(
            "columns",
            {
                "load": number,
                "place": place,
                "name": name,
                "kind": kind if name in settled else BLANK,
                "scale": shape.scales.get(name, 0),
                "in_key": int(name in shape.key),
            },
        )
    return number
