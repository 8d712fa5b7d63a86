"""A file made ready: opened, mapped, judged, its sound rows staged, the others set aside."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from attain.engine.facts.checking.judging import Found, Judging, look
from attain.engine.facts.checking.structure import ORIGIN, has_structure, structure_problems
from attain.engine.facts.checking.values import CALENDAR
from attain.engine.facts.declared import Kind
from attain.engine.facts.loading.known import Known
from attain.engine.facts.loading.notes import notes_on
from attain.engine.facts.loading.outcome import Counts, Quarantined
from attain.engine.facts.loading.quarantine import Quarantine
from attain.engine.facts.loading.repeated import Repeated, set_repeated_apart
from attain.engine.facts.loading.staging import Staged, stage
from attain.engine.facts.mapping.model import QUOTES, Mapped
from attain.engine.facts.mapping.targets import Plan, plan_of
from attain.engine.facts.reading.delimited import CsvForm
from attain.engine.facts.reading.files import FileForm, open_file
from attain.engine.facts.reading.rows import ROW, Texts
from attain.engine.facts.spelling import quoted
from attain.engine.values.problems import Place, Problem, Refused, refuse


@dataclass(frozen=True)
class Prepared:
    """A file made ready to be stored: staged rows in `plan`'s columns; counts but for new and changed."""

    texts: Texts
    plan: Plan
    staged: Staged
    counts: Counts
    notes: tuple[Problem, ...]
    quarantine: tuple[Quarantined, ...] = ()
    quarantine_path: Path | None = None
    compared_with_others: bool = False
    """Whether the file was accepted because of what other rows of its table say."""

    @property
    def kinds(self) -> dict[str, Kind]:
        """What the columns hold."""
        return {target.name: target.kind or "text" for target in self.plan.targets}


@dataclass(frozen=True)
class Preparing:
    """One file on its way. `stamp`: the moment of loading."""

    connection: duckdb.DuckDBPyConnection
    scratch: Path
    known: Known
    mapped: Mapped
    zone: str | None
    stamp: dt.datetime

    def prepare(self, path: Path, shown: str) -> Prepared:
        """Raises Refused where the file's structure has no one reading, or its rows contradict each other."""
        texts, judging, found = self._looked(path, shown)
        table, plan = judging.plan.table.name, found.plan
        kinds = {target.name: target.kind or "text" for target in plan.targets}
        judging = replace(judging, plan=plan)
        relation, numbered = self._relation(texts, judging, kinds)
        if found.faulty:
            rows = f"SELECT * FROM {judging.judged(texts.numbered(), True)} WHERE NOT ({judging.sound()})"
            self.connection.execute(f"CREATE OR REPLACE TABLE faulty AS {rows}")
        stamp = f"TIMESTAMP '{self.stamp:%Y-%m-%d %H:%M:%S.%f}'"
        target = self.scratch / "staged.parquet"
        staged = stage(self.connection, judging, relation, target, numbered, not found.faulty, stamp)
        staged, repeated = set_repeated_apart(
            self.connection, staged, texts, judging, self.scratch / "single.parquet"
        )
        if numbered and not plan.by_row:
            self._refuse_contradictions(table, kinds, staged, plan, shown)
        quarantine = self._set_aside(texts, judging, found, repeated)
        read = self._rows(texts, found)
        counts = Counts(
            read=read,
            duplicate=repeated.duplicates,
            quarantined=quarantine.rows,
            skipped=read - found.rows - len(texts.row_faults),
        )
        notes = [*texts.notes, *notes_on(self.connection, self.known, texts, judging, staged, repeated)]
        return Prepared(
            texts=texts,
            plan=plan,
            staged=staged,
            counts=counts,
            notes=tuple(notes),
            quarantine=tuple(quarantine.first),
            quarantine_path=self.scratch / "quarantine.csv" if quarantine.rows else None,
            compared_with_others=has_structure(table, kinds),
        )

    def _looked(self, path: Path, shown: str) -> tuple[Texts, Judging, Found]:
        """The file read in the fastest way that it allows."""
        mapping = self.mapped.mapping
        csv = CsvForm(mapping.encoding, mapping.separator, QUOTES[mapping.quote], mapping.header_row)
        opened = open_file(path, shown, FileForm(csv, mapping.sheet), self.scratch, self.connection)
        self._know_periods()
        failed = ""
        for texts in opened:
            plan = plan_of(self.mapped, texts, self.zone, self.known.kinds(mapping.table))
            judging = self._judging(texts, self._with_scales(plan))
            relation = texts.numbered() if judging.cell_faults or plan.by_row else texts.relation
            try:
                return texts, judging, look(self.connection, judging, relation)
            except duckdb.Error as error:
                failed = str(error).splitlines()[0]
        if "No space" in failed or "disk" in failed.lower():
            raise refuse("F901", f"cannot write: {failed}", "Make room on the disk, then import again.")
        cure = "Check the expressions of the mapping, and the file."
        raise refuse("F109", f"the file cannot be read by this mapping: {failed}", cure, Place(shown))

    def _judging(self, texts: Texts, plan: Plan) -> Judging:
        places = frozenset(fault.column for fault in texts.cell_faults)
        if places:
            self.connection.execute(
                "CREATE OR REPLACE TEMP TABLE cell_faults (row BIGINT, place BIGINT, code VARCHAR)"
            )
            faults = [[fault.row, fault.column, fault.code] for fault in texts.cell_faults]
            self.connection.executemany("INSERT INTO cell_faults VALUES (?, ?, ?)", faults)
        participants = ""
        if plan.table.name == "assignments" and (current := self.known.current("participants")):
            participants = f"(SELECT participant FROM {current})"
        return Judging(plan, True, "cell_faults" if places else "", places, participants)

    def _with_scales(self, plan: Plan) -> Plan:
        scales = self.known.scales(plan.table.name)
        return plan.with_targets(
            [replace(target, scale=scales.get(target.name, 0)) for target in plan.targets]
        )

    def _know_periods(self) -> None:
        current = self.known.current("calendar")
        periods = f"SELECT period FROM {current}" if current else "SELECT '' AS period WHERE false"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {CALENDAR} AS {periods}")

    def _relation(self, texts: Texts, judging: Judging, kinds: dict[str, Kind]) -> tuple[str, bool]:
        numbered = has_structure(judging.plan.table.name, kinds) or judging.plan.by_row
        needed = numbered or bool(judging.cell_faults)
        return (texts.numbered() if needed else texts.relation), needed

    def _rows(self, texts: Texts, found: Found) -> int:
        """Data rows of the file, those that cannot be read and those that `where` skips among them."""
        if not self.mapped.mapping.where:
            return found.rows + len(texts.row_faults)
        counted = self.connection.execute(f"SELECT count(*) FROM {texts.relation}").fetchall()[0][0]
        return int(counted) + len(texts.row_faults)

    def _set_aside(self, texts: Texts, judging: Judging, found: Found, repeated: Repeated) -> Quarantine:
        faulty = "faulty" if found.faulty else ""
        conflicts = repeated.conflicts if repeated.conflicting else ""
        quarantine = Quarantine(self.connection, texts, judging, faulty, conflicts)
        if faulty or conflicts or texts.row_faults:
            quarantine.write(self.scratch / "quarantine.csv")
        return quarantine

    def _refuse_contradictions(
        self, table: str, kinds: dict[str, Kind], staged: Staged, plan: Plan, shown: str
    ) -> None:
        if not has_structure(table, kinds):
            return
        columns = ", ".join(quoted(name) for name in kinds)
        rows = f"SELECT {columns}, 'row ' || {ROW} AS {ORIGIN}, {ROW} AS _at FROM {staged.relation}"
        if current := self.known.current(table):
            key = plan.key or tuple(kinds)
            same = " AND ".join(f"c.{quoted(name)} IS NOT DISTINCT FROM s.{quoted(name)}" for name in key)
            rows += (
                f" UNION ALL BY NAME SELECT c.* EXCLUDE (_load), 'load ' || _load AS {ORIGIN}, "
                f"-1 AS _at FROM {current} c "
                f"WHERE NOT EXISTS (SELECT 1 FROM {staged.relation} s WHERE {same})"
            )
        withdrawn = " WHERE coalesce(withdrawn, '') <> 'yes'" if current or "withdrawn" in kinds else ""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE standing AS SELECT * FROM ({rows}){withdrawn}")
        problems = structure_problems(self.connection, table, kinds, "standing", shown)
        if problems:
            raise Refused(problems)
