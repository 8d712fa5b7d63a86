"""A first mapping for a file, to be edited: what its header and first rows tell, with the doubts said."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from attain.engine.facts.declared import Table, declared
from attain.engine.facts.mapping.targets import snake_case
from attain.engine.facts.reading.delimited import CsvForm
from attain.engine.facts.reading.files import FileForm, Opened, open_file
from attain.engine.facts.reading.rows import Texts
from attain.engine.values.problems import Place, Refused, refuse

SAMPLE, SHOWN_ROWS = 1000, 3
NUMBERS = {
    (".", ""): r"[+-]?\(?[0-9]*\.?[0-9]+\)?-?( ?%)?",
    (".", ","): r"[+-]?\(?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]+)?\)?-?( ?%)?",
    (",", ""): r"[+-]?\(?[0-9]*,?[0-9]+\)?-?( ?%)?",
    (",", "."): r"[+-]?\(?[0-9]{1,3}(\.[0-9]{3})*(,[0-9]+)?\)?-?( ?%)?",
}
DATES = {
    "YYYY-MM-DD": r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])",
    "YYYY-MM-DD hh:mm:ss": r"\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01]) \d{2}:\d{2}:\d{2}",
    "YYYY/MM/DD": r"\d{4}/(0[1-9]|1[0-2])/([0-2]\d|3[01])",
    "DD.MM.YYYY": r"([0-2]\d|3[01])\.(0[1-9]|1[0-2])\.\d{4}",
    "MM/DD/YYYY": r"(0[1-9]|1[0-2])/([0-2]\d|3[01])/\d{4}",
    "DD/MM/YYYY": r"([0-2]\d|3[01])/(0[1-9]|1[0-2])/\d{4}",
    "M/D/YYYY": r"([1-9]|1[0-2])/([1-9]|[12]\d|3[01])/\d{4}",
    "D/M/YYYY": r"([1-9]|[12]\d|3[01])/([1-9]|1[0-2])/\d{4}",
    "D MMM YYYY": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "YYYYMMDD": r"\d{4}(0[1-9]|1[0-2])([0-2]\d|3[01])",
}
SIMILAR: Mapping[str, Sequence[str]] = {
    "id": ("transaction_id", "order_id", "opportunity_id", "number", "order_number", "invoice_number", "key"),
    "date": ("order_date", "close_date", "booking_date", "invoice_date", "created", "day", "engage_date"),
    "type": ("transaction_type", "kind", "deal_stage", "stage", "status"),
    "owner": ("sales_agent", "agent", "rep", "sales_person", "salesperson", "sales_person_id", "employee_id"),
    "amount": ("close_value", "total", "value", "revenue", "total_due", "sub_total", "net_amount", "sales"),
    "currency": ("currency_code", "iso_currency", "curr"),
    "account": ("customer", "client", "company", "customer_id", "account_name", "company_name"),
    "position": ("seat", "position_id", "sales_agent"),
    "participant": ("employee", "person", "employee_id", "name", "rep"),
    "manager": ("manager_id", "reports_to", "boss"),
    "first": ("start", "start_date", "from_date", "valid_from"),
    "last": ("end", "end_date", "to_date", "valid_to"),
    "product": ("product_id", "item", "sku", "product_name"),
    "territory": ("territory_id", "region"),
}


@dataclass(frozen=True)
class Proposal:
    """A mapping's text, and what was seen of the file."""

    text: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class _Seen:
    """A column of the file as its first rows look."""

    name: str
    filled: tuple[str, ...]

    def all_match(self, pattern: str) -> bool:
        return bool(self.filled) and all(re.fullmatch(pattern, cell.strip()) for cell in self.filled)

    @property
    def looks_like_a_key(self) -> bool:
        named = re.search(r"(^|_)(id|key|number|no|nr)$", snake_case(self.name))
        return bool(named) and len(set(self.filled)) == len(self.filled) > 0

    @property
    def date_formats(self) -> list[str]:
        return [words for words, pattern in DATES.items() if self.all_match(pattern)]

    @property
    def number_signs(self) -> list[tuple[str, str]]:
        return [signs for signs, pattern in NUMBERS.items() if self.all_match(pattern)]


def propose(
    path: Path, table: str, scratch: Path, connection: duckdb.DuckDBPyConnection, sheet: str | None = None
) -> Proposal:
    """Look at a file and write a mapping for it. Raises Refused where the file cannot be opened at all."""
    texts, rows, encoding = _opened(path, scratch, connection, sheet)
    seen = [
        _Seen(name, tuple(row[at] for row in rows if row[at] and row[at].strip()))
        for at, name in enumerate(texts.header)
    ]
    return _written(path, declared(table, map(snake_case, texts.header)), texts, encoding, rows, seen)


def _opened(
    path: Path, scratch: Path, connection: duckdb.DuckDBPyConnection, sheet: str | None
) -> tuple[Texts, list[list[str]], str | None]:
    """The file opened, its first rows, and the encoding where it is a guess: the first that fits."""
    for encoding in (None, "utf-16-le", "cp1252", "iso8859-1"):
        try:
            form = FileForm(CsvForm(encoding=encoding), sheet)
            opened = open_file(path, path.name, form, scratch, connection)
            return *_sample(opened, connection), encoding
        except Refused as refused:
            problem = refused
            if refused.problems[0].code != "F102":
                raise
    raise problem


def _sample(opened: Opened, connection: duckdb.DuckDBPyConnection) -> tuple[Texts, list[list[str]]]:
    """The first rows by the first way to read the file that gives any."""
    failed: duckdb.Error | None = None
    for texts in opened:
        cells = ", ".join(f"_c{at + 1}" for at in range(len(texts.header)))
        try:
            rows = connection.execute(f"SELECT {cells} FROM {texts.relation} LIMIT {SAMPLE}").fetchall()
        except duckdb.Error as error:
            failed = error
        else:
            return texts, [[cell or "" for cell in row] for row in rows]
    raise refuse("F109", f"the file cannot be read: {failed}", "Export it again.", Place(str(opened.shown)))


def _written(
    path: Path,
    table: Table,
    texts: Texts,
    encoding: str | None,
    rows: Sequence[Sequence[str]],
    seen: list[_Seen],
) -> Proposal:
    doubts: list[str] = []
    lines = [f"mapping: {path.name} to {table.name}", f"table: {table.name}"]
    if encoding:
        lines.append(f"encoding: {encoding}  # the file does not say: look at letters beyond ASCII below")
        doubts.append(f"the encoding {encoding} is a guess")
    if texts.format == "csv":
        lines.append(f"separator: {_separator(texts.details['separator'])}")
    if texts.format == "xlsx" and texts.details.get("sheet"):
        lines.append(f"sheet: {_yaml(texts.details['sheet'])}")
    signs = _shared_signs(seen)
    if signs[0] != ".":
        lines.append(f"decimal sign: {_yaml(signs[0])}")
    if signs[1]:
        lines.append(f"thousands sign: {_yaml(signs[1])}")
    if any("hh" in words for column in seen for words in column.date_formats):
        lines.append("time zone: UTC  # the company's, such as Europe/Berlin")
        doubts.append("moments need the company's time zone")
    lines.append("columns:")
    used: set[str] = set()
    for name in table.columns:
        lines += _column(name, table, seen, used, doubts)
    rest = [
        column.name for column in seen if column.name not in used and not column.name.startswith("(column")
    ]
    for column in seen:
        if column.name in rest and (field := snake_case(column.name)):
            lines.append(f"  {field}: {_source(column, doubts)}")
    lines += ["", "# The first rows of the file:"]
    lines += [f"# {_csv_line(row)}" for row in (texts.header, *islice(rows, SHOWN_ROWS))]
    return Proposal("\n".join(lines) + "\n", tuple(doubts))


def _column(name: str, table: Table, seen: list[_Seen], used: set[str], doubts: list[str]) -> list[str]:
    wanted = (name, *SIMILAR.get(name, ()))
    for similar in wanted:
        for column in seen:
            if column.name not in used and snake_case(column.name) == similar:
                used.add(column.name)
                return [f"  {name}: {_source(column, doubts, table.kind(name) == 'date')}"]
    if name == "id" and (found := next((column for column in seen if column.looks_like_a_key), None)):
        used.add(found.name)
        return [f"  id: {_yaml(found.name)}"]
    if name in table.required or name in table.expected:
        doubts.append(f"no column looks like {name}")
        return [f"  # {name}: no column of the file looks like it; name one, or write {{constant: …}}"]
    return []


def _source(column: _Seen, doubts: list[str], is_date: bool = False) -> str:
    formats = column.date_formats
    if not formats or formats[0] == "YYYY-MM-DD" or (formats == ["YYYYMMDD"] and not is_date):
        return _yaml(column.name)
    if len(formats) > 1:
        doubts.append(f"{column.name} may be {' or '.join(formats)}")
        return f"{{from: {_yaml(column.name)}, date format: {formats[0]}}}  # or {' or '.join(formats[1:])}?"
    return f"{{from: {_yaml(column.name)}, date format: {formats[0]}}}"


def _shared_signs(seen: list[_Seen]) -> tuple[str, str]:
    """The decimal and the thousands sign by which most columns are numbers; plain ones where they do."""
    counts = {signs: sum(signs in column.number_signs for column in seen) for signs in NUMBERS}
    best = max(counts.values())
    return next(signs for signs, count in counts.items() if count == best)


def _separator(sign: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(sign, _yaml(sign))


def _yaml(text: str) -> str:
    plain = re.fullmatch(r"[A-Za-z_(][A-Za-z0-9_ ./()-]*", text) and not text.endswith(" ")
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([cell.replace("\n", " ")[:40] for cell in cells])
    return text.getvalue()
