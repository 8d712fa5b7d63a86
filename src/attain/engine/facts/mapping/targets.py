"""From a mapping and a header to columns of a table: for each, the SQL of its text over the file."""

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace

from attain.engine.backends.scalar import NotScalar, parse_scalar
from attain.engine.facts.declared import LOADED, Kind, Table, declared
from attain.engine.facts.mapping.document import Path
from attain.engine.facts.mapping.forms import Form
from attain.engine.facts.mapping.model import NAME, Column, Mapped, Mapping
from attain.engine.facts.reading.rows import FORMULA_SIGNS, LINE, ROW, Texts
from attain.engine.facts.spelling import literal, quoted
from attain.engine.values.problems import Place, Problem, Refused

CANONICAL = Mapping.model_validate({"table": "any"})


@dataclass(frozen=True)
class Target:
    """A column of the table. `text`: SQL over the columns of the file (`_c1` …); `sources`: their places
    from 0; `failing`: SQL that is true where the expression cannot be computed; `filled`: blank is a fault.
    """

    name: str
    kind: Kind | None
    form: Form
    text: str
    sources: tuple[int, ...] = ()
    failing: str = ""
    filled: bool = False
    any_range: bool = False
    scale: int = 0


@dataclass(frozen=True)
class Plan:
    """How the rows of a file become rows of a table."""

    table: Table
    targets: tuple[Target, ...]
    key: tuple[str, ...]
    where: str = ""
    by_row: bool = False
    strip_apostrophes: bool = False
    may_hold_nul: bool = True
    width: int = 0
    unread: tuple[str, ...] = ()

    def with_targets(self, targets: Sequence[Target]) -> "Plan":
        """The same plan with other columns."""
        return replace(self, targets=tuple(targets))

    def texts(self, relation: str, numbered: bool = False) -> str:
        """The rows of the file's `relation` that are taken, as texts of the table's columns.

        Numbered, the rows also keep `_row`, `_line` and the file's own cells.
        """
        cells = [f"_c{at + 1}" for at in range(self.width)]
        if self.strip_apostrophes:
            stripped = ", ".join(f"{_without_apostrophe(cell)} AS {cell}" for cell in cells)
            rows = f"{ROW}, {LINE}, " if numbered else ""
            relation = f"(SELECT {rows}{stripped} FROM {relation})"
        kept = [ROW, LINE, *cells] if numbered else []
        made = [f"{blank_as_null(target.text)} AS {quoted(target.name)}" for target in self.targets]
        made += [
            f"{target.failing} AS {quoted('_x_' + target.name)}" for target in self.targets if target.failing
        ]
        where = f" WHERE {self.where}" if self.where else ""
        return f"(SELECT {', '.join([*kept, *made])} FROM {relation}{where})"


def blank_as_null(text: str) -> str:
    """SQL of a text whose blank (nothing, or spaces, tabs and line ends alone) is null."""
    return f"CASE WHEN {text} < '!' AND trim({text}, ' \t\r\n') = '' THEN NULL ELSE {text} END"


def plan_of(
    mapped: Mapped, texts: Texts, zone: str | None, kinds: MappingOf[str, Kind], strict: bool = True
) -> Plan:
    """The plan of a mapping for a file's header.

    `kinds`: what columns hold already where the table has been loaded before; `strict`: as an import is.
    Raises Refused for columns that are missing, unknown or come twice, and for expressions not allowed.
    """
    return _Planning(mapped, texts, zone, kinds, strict).plan()


class _Planning:
    def __init__(
        self, mapped: Mapped, texts: Texts, zone: str | None, kinds: MappingOf[str, Kind], strict: bool
    ) -> None:
        self.mapping: Mapping = mapped.mapping
        self.document, self.texts, self.strict = mapped.document, texts, strict
        self.zone = self.mapping.time_zone or zone
        self.kinds = kinds
        self.cells = {name: texts.cell_name(name) for name in texts.header}
        self.problems: list[Problem] = []
        self.used: set[str] = set()

    def plan(self) -> Plan:
        columns = dict(self.mapping.columns)
        self.table = declared(self.mapping.table, columns)
        given = [self._target(name, column) for name, column in columns.items()]
        if self.mapping.other_columns == "keep":
            given += self._others({target.name for target in given if target})
        targets = [target for target in given if target]
        names = [target.name for target in targets]
        self.table = declared(self.mapping.table, names)
        if self.mapping.currency and "currency" in self.table.columns and "currency" not in names:
            targets.append(Target("currency", "text", Form(), literal(self.mapping.currency)))
        if self.mapping.key == "row":
            targets.insert(0, self._row_key())
        names = [target.name for target in targets]
        where = self._where()
        self._missing(names)
        if self.problems:
            raise Refused(self.problems)
        key = self.mapping.key if isinstance(self.mapping.key, tuple) else None
        unread = tuple(name for name in self.texts.header if name not in self.used)
        return Plan(
            table=self.table,
            targets=tuple(targets),
            key=key or self.table.key_among(names),
            where=where,
            by_row=self.mapping.key == "row",
            strip_apostrophes=self.texts.strip_apostrophes,
            may_hold_nul=self.texts.may_hold_nul,
            width=len(self.texts.header),
            unread=unread,
        )

    def _target(self, name: str, column: Column) -> Target | None:
        path: Path = ("columns", name)
        sources: tuple[int, ...] = ()
        failing = ""
        if column.constant is not None:
            text = literal(column.constant)
        elif column.sql is not None:
            try:
                scalar = parse_scalar(column.sql, self.texts.header)
            except NotScalar as error:
                self._problem("F310", f"column {name}: {error.message}", error.cure, (*path, "sql"))
                return None
            text = f"CAST({scalar.sql(self.cells)} AS VARCHAR)"
            failed = scalar.failing(self.cells)
            failing = "" if failed == "false" else f"({failed}) AND {text} IS NULL"
            self.used.update(scalar.columns)
            sources = tuple(self.texts.header.index(source) for source in scalar.columns)
        else:
            source = column.from_ or ""
            if source not in self.cells:
                found = f"The columns are {', '.join(self.texts.header)}."
                self._problem("F106", f'no column "{source}" in {self.texts.file}.', found, path)
                return None
            text = self.cells[source]
            self.used.add(source)
            sources = (self.texts.header.index(source),)
        form = self._form(column)
        filled = self._filled(name, column)
        kind = self.table.kind(name) or self.kinds.get(name)
        if column.type and kind not in (None, column.type):
            message = f"column {name} of {self.table.name} is a {kind}, not a {column.type}."
            self._problem("F304", message, "Leave the type out.", path)
        kind = kind or column.type
        text = self._dressed(name, text, column)
        return Target(name, kind, form, text, sources, failing, filled, column.range == "any")

    def _form(self, column: Column) -> Form:
        plain = column.sql is not None or column.constant is not None
        default = CANONICAL if plain else self.mapping
        thousands = column.thousands_sign or default.thousands_sign or ""
        decimal = column.decimal_sign or default.decimal_sign
        if decimal == "," and not thousands:
            thousands = "."  # beside a decimal comma a point can only stand between thousands
        return Form(
            decimal_sign=decimal,
            thousands_sign="" if thousands == decimal else thousands,
            date_format=column.date_format or default.date_format,
            percent=column.percent == "yes",
            zone=self.zone,
            local_times=self.texts.format == "xlsx",
        )

    def _filled(self, name: str, column: Column) -> bool:
        if column.if_blank != "default":
            return column.if_blank == "refuse"
        if name in self.table.required:
            return True
        if not self.strict or name in self.mapping.without:
            return False
        from_file = column.constant is None
        return name in self.table.expected or (name == "currency" and from_file and not self.mapping.currency)

    def _dressed(self, name: str, text: str, column: Column) -> str:
        if column.trim == "yes":
            text = f"trim({text})"
        if column.aliases:
            cases = " ".join(
                f"WHEN {literal(old)} THEN {literal(new)}" for old, new in column.aliases.items()
            )
            text = f"CASE {text} {cases} ELSE {text} END"
        blank = column.if_blank if column.if_blank not in ("default", "keep", "refuse") else None
        if blank is None and name == "currency" and self.mapping.currency:
            blank = self.mapping.currency
        return text if blank is None else f"coalesce({blank_as_null(text)}, {literal(blank)})"

    def _others(self, taken: set[str]) -> list[Target | None]:
        targets: list[Target | None] = []
        for source in self.texts.header:
            if source in self.used or source.startswith("(column "):
                continue
            name = snake_case(source)
            if name in taken or not NAME.fullmatch(name):
                what = (
                    "is the name of another column too"
                    if name in taken
                    else "cannot be written in snake_case"
                )
                self._problem("F107", f'column "{source}" {what}.', "Give it a name in a mapping.", ())
                continue
            if name == LOADED and self.strict:
                cure = "Take it out: the store itself says when a row was loaded."
                self._problem("F107", f'column "{source}" is not for an import.', cure, ())
                continue
            taken.add(name)
            targets.append(self._target(name, Column.model_validate({"from": source})))
        return targets

    def _row_key(self) -> Target:
        text = f"{literal(self.texts.sha256[:12] + ':')} || CAST({ROW} AS VARCHAR)"
        return Target("id", "text", Form(), text)

    def _where(self) -> str:
        if not self.mapping.where:
            return ""
        try:
            scalar = parse_scalar(self.mapping.where, self.texts.header)
        except NotScalar as error:
            self._problem("F310", f"where: {error.message}", error.cure, ("where",))
            return ""
        self.used.update(scalar.columns)
        return f"({scalar.sql(self.cells)})"

    def _missing(self, names: Sequence[str]) -> None:
        demanded = [*self.table.required, *(self.table.expected if self.strict else ())]
        missing = [name for name in demanded if name not in (*names, *self.mapping.without)]
        for group in self.table.alternatives:
            if not set(group) & set(names):
                missing.append(" or ".join(group))
        key = self.mapping.key if isinstance(self.mapping.key, tuple) else ()
        missing += [name for name in key if name not in names]
        if missing and not self.problems:
            found = ", ".join(self.texts.header)
            cure = "Map a column of the file to it" + (
                f', or say "without: [{missing[0]}]".' if missing[0] in self.table.expected else "."
            )
            place = Place(self.texts.file)
            message = f"no column for {', '.join(missing)}; the columns found are {found}."
            self.problems.append(Problem("F106", message, cure, place))

    def _problem(self, code: str, message: str, cure: str, path: Path) -> None:
        place = self.document.place(path) if self.document.places else Place(self.texts.file, 1)
        self.problems.append(Problem(code, message, cure, place))


def snake_case(name: str) -> str:
    """A column's name as fields are written: `Order ID` → `order_id`, `CloseDate` → `close_date`."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def _without_apostrophe(cell: str) -> str:
    signs = "".join("\\" + sign if sign in "-]^\\" else sign for sign in FORMULA_SIGNS)
    pattern = literal(f"^'+[{signs}]")
    found = f"starts_with({cell}, '''') AND regexp_matches({cell}, {pattern})"
    return f"CASE WHEN {found} THEN substr({cell}, 2) ELSE {cell} END"
