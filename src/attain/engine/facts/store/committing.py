"""The part of an import under the lock: compare with what counts now, write, publish, tell the catalogue."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from attain.engine.facts.declared import LOADED, WITHDRAWN
from attain.engine.facts.loading.outcome import Outcome, Total
from attain.engine.facts.loading.preparing import Prepared
from attain.engine.facts.spelling import literal, quoted
from attain.engine.facts.store.catalogue import Load
from attain.engine.facts.store.files import publish
from attain.engine.facts.store.store import BLANK, Store, key_of, written
from attain.engine.facts.store.versions import VERSION, Compared, Shape, compare
from attain.engine.values.problems import Place, refuse


@dataclass
class Committing:
    """The part of an import under the lock: compare with what counts now, write, publish, catalogue."""

    store: Store
    connection: duckdb.DuckDBPyConnection
    scratch: Path
    prepared: Prepared
    moment: dt.datetime
    stamp: dt.datetime

    def commit(self, load: Load) -> Outcome:
        """Write everything of the load; it counts once the transaction around it commits."""
        shape = self.store.shape(load.table_name)
        facts, confirmed, compared = self._compared(load.table_name, shape)
        counts = replace(
            self.prepared.counts,
            taken=compared.taken,
            changed=compared.changed,
            unchanged=compared.unchanged,
        )
        totals, filled = self._totals(), self._filled()
        number = self.store.catalogue.add(
            "loads",
            {
                **{name: value for name, value in vars(load).items() if name not in ("load", "withdraws")},
                **vars(counts),
                "said": "\n".join(str(note) for note in self.prepared.notes),
            },
        )
        self._add_file(number, facts, "facts", compared.taken + compared.changed)
        self._add_file(number, confirmed, "confirmed", compared.unchanged)
        quarantine = self._add_file(number, self.prepared.quarantine_path, "quarantine", counts.quarantined)
        self._add_columns(number, filled)
        for total in totals:
            self.store.catalogue.add(
                "totals",
                {
                    "load": number,
                    "column_name": total.column,
                    "currency": total.currency,
                    "rows": total.rows,
                    "total": f"{total.total:f}",
                },
            )
        return Outcome(
            file=load.file_name,
            table=load.table_name,
            result="loaded",
            load=number,
            moment=self.moment,
            counts=counts,
            totals=tuple(totals),
            notes=self.prepared.notes,
            quarantine=self.prepared.quarantine,
            quarantine_file=str(self.store.folder / quarantine) if quarantine else "",
        )

    def _compared(self, table: str, shape: Shape | None) -> tuple[Path | None, Path | None, Compared]:
        """The file of new versions, the file of keys found unchanged, and the counts."""
        staged = self.prepared.staged
        as_it_is = not staged.numbered and self.moment == self.stamp
        if shape is None and as_it_is:
            return (staged.paths[0] if staged.rows else None), None, Compared(staged.rows, 0, 0)
        columns = [target.name for target in self.prepared.plan.targets]
        written_columns = [*columns, *([] if WITHDRAWN in columns else [WITHDRAWN])]
        kept = ", ".join(quoted(name) for name in written_columns)
        stamp = f"TIMESTAMP '{written(self.moment)}' AS {LOADED}"
        if shape is None:
            rows = f"SELECT *, 'new' AS _state, 0 AS {VERSION} FROM {staged.relation}"
            self.connection.execute(f"CREATE OR REPLACE TEMP VIEW compared AS {rows}")
            compared = Compared(staged.rows, 0, 0)
        else:
            shape = _widened(shape, self.prepared)
            rows = self.store.rows(table, shape)
            compared = compare(self.connection, staged.relation, rows, shape, columns)
        facts, confirmed = self.scratch / "facts.parquet", self.scratch / "confirmed.parquet"
        self._copy(f"SELECT {kept}, {stamp} FROM compared WHERE _state <> 'unchanged'", facts)
        if compared.unchanged and shape:
            key = ", ".join(quoted(name) for name in shape.key_columns)
            self._copy(f"SELECT {key}, {VERSION} FROM compared WHERE _state = 'unchanged'", confirmed)
        return (
            facts if compared.taken + compared.changed else None,
            confirmed if compared.unchanged else None,
            compared,
        )

    def _copy(self, select: str, target: Path) -> None:
        self.connection.execute(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet)")

    def _totals(self) -> list[Total]:
        """Sums of the columns of amounts, by currency, over the rows that the file brought."""
        names = [
            target.name
            for target in self.prepared.plan.targets
            if target.kind == "number" and (target.name == "amount" or target.name.endswith("_amount"))
        ]
        currency = "currency" if "currency" in self.prepared.kinds else "NULL"
        totals = []
        for name in names:
            found = self.connection.execute(
                f"SELECT coalesce({currency}, ''), count({quoted(name)}), sum({quoted(name)}) "
                f"FROM {self.prepared.staged.relation} GROUP BY 1 ORDER BY 1"
            ).fetchall()
            totals += [Total(name, code, int(rows), total) for code, rows, total in found if rows]
        return totals

    def _add_file(self, load: int, made: Path | None, role: str, rows: int) -> str:
        if made is None:
            return ""
        table = self.prepared.plan.table.name
        published = publish(self.store.folder, made, f"{role}/{table}")
        self.store.catalogue.add("files", {**vars(published), "load": load, "role": role, "rows": rows})
        return published.path

    def _add_columns(self, load: int, filled: set[str]) -> None:
        key = set(self.prepared.plan.key)
        targets = [target for target in self.prepared.plan.targets if target.name != WITHDRAWN]
        for place, target in enumerate(targets):
            self.store.catalogue.add(
                "columns",
                {
                    "load": load,
                    "place": place,
                    "name": target.name,
                    "kind": target.kind if target.name in filled else BLANK,
                    "scale": target.scale,
                    "in_key": int(target.name in key),
                },
            )

    def _filled(self) -> set[str]:
        """Columns whose kind is settled: those of a declared kind, and those in which anything stands."""
        table = self.prepared.plan.table
        open_names = [
            target.name
            for target in self.prepared.plan.targets
            if table.kind(target.name) is None and target.kind == "text"
        ]
        settled = {target.name for target in self.prepared.plan.targets} - set(open_names)
        if open_names:
            counts = ", ".join(f"count({quoted(name)})" for name in open_names)
            found = self.connection.execute(
                f"SELECT {counts} FROM {self.prepared.staged.relation}"
            ).fetchall()
            settled |= {name for name, count in zip(open_names, found[0], strict=True) if count}
        return settled


def _widened(shape: Shape, prepared: Prepared) -> Shape:
    """The table's shape with the columns of a load. Raises Refused where the load has another key."""
    table, names = prepared.plan.table.name, [*shape.kinds]
    kinds, scales = dict(shape.kinds), dict(shape.scales)
    for target in prepared.plan.targets:
        if target.name != WITHDRAWN:
            kinds[target.name] = target.kind or "text"
            scales[target.name] = max(scales.get(target.name, 0), target.scale)
            names.append(target.name)
    key = key_of(table, kinds, prepared.plan.key)
    if key_of(table, kinds, shape.key) != key:
        had, has = (", ".join(each) or "the whole row" for each in (shape.key, key))
        raise refuse(
            "F503",
            f"{table} was loaded with the key {had}; this file has {has}.",
            "Map the columns so that the key is the same, or withdraw the earlier loads.",
            Place(prepared.texts.file),
        )
    return Shape(kinds, scales, key)
