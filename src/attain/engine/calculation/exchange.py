"""Exchange rates by day: the latest rate of a pair on or before the day, within its greatest age."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa

from attain.engine.backends.numbers import Number, choose, literal
from attain.engine.calculation.formulas import text_literal
from attain.engine.calculation.known import Known
from attain.engine.calculation.sources import Source, times_rate
from attain.engine.language.models.plan import Plan
from attain.engine.language.models.spans import Length
from attain.engine.values.calendars import month_after


@dataclass
class Conversion:
    """How a plan's amounts come into its currency. `table` holds a rate for each currency and day."""

    known: Known
    plan: Plan
    currency: str
    name: str
    table: str = ""
    scale: int = 0
    bound: int = 1
    foreign: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if "currency" in self.known.columns("transactions"):
            view = self.known.view("transactions")
            rows = self.known.backend.fetch(f"SELECT DISTINCT COALESCE(currency, '') AS currency FROM {view}")
            self.foreign = frozenset(row["currency"] for row in rows.to_pylist()) - {"", self.currency}

    def needed(self, table: str) -> bool:
        """Whether amounts of that table can stand in another currency."""
        return bool(self.foreign) and "currency" in self.known.columns(table)

    def convert(self, amount: Number, source: Source) -> Number:
        """The amount in the plan's currency; NULL where there is no rate."""
        return times_rate(amount, self.rate(source)) if self.needed(source.table) else amount

    def rate(self, source: Source) -> Number:
        """What one unit of the row's currency is worth; NULL where that is not known."""
        currency = self.row_currency(source)
        own = f"{currency} IN ('', {text_literal(self.currency)})"
        exchange = self.plan.exchange
        if exchange is not None and exchange.on == "plan":
            cases = [(own, literal(1))]
            cases += [
                (f"{currency} = {text_literal(code)}", literal(rate)) for code, rate in exchange.fixed.items()
            ]
            return choose(cases, None)
        if not self.table:
            self._make_table()
        day = f"{'o' if source.returns else 't'}.date"
        join = f"LEFT JOIN {self.table} AS x ON x.currency = {currency} AND x.day = {day}"
        source.joins.setdefault("x", join)
        return choose([(own, literal(1))], Number("x.rate", self.scale, self.bound))

    def row_currency(self, source: Source) -> str:
        """The currency of the row as SQL, blank where it is the plan's."""
        if source.returns:
            return "COALESCE(NULLIF(t.currency, ''), o.currency, '')"
        return "COALESCE(t.currency, '')"

    def problem(self, source: Source) -> str:
        """The exception of a row whose currency has no rate, as SQL; blank where all is well."""
        if not self.needed(source.table):
            return "''"
        rate = self.rate(source)
        old = "x.too_old = 'yes'" if "x" in source.joins else "FALSE"
        return f"CASE WHEN {rate.sql} IS NOT NULL THEN '' WHEN {old} THEN 'exchange_rate_too_old' ELSE 'exchange_rate_missing' END"

    def _make_table(self) -> None:
        view = self.known.view("transactions")
        row = self.known.backend.fetch(
            f"SELECT MIN(date) AS first, MAX(date) AS last FROM {view}"
        ).to_pylist()[0]
        rows = self._rates_by_day(row["first"] or date(2000, 1, 1), row["last"] or date(2000, 1, 1))
        rates = [Decimal(str(each["rate"])) for each in rows if each["rate"] is not None]
        self.scale = max((-int(rate.as_tuple().exponent) for rate in rates), default=0)
        self.bound = int(max(rates, default=Decimal(1))) + 1
        self.table = f"{self.name}_rates"
        kind = pa.decimal128(len(str(self.bound)) + self.scale, self.scale)
        schema = [
            ("currency", pa.string()),
            ("day", pa.date32()),
            ("rate", kind),
            ("rate_day", pa.date32()),
            ("too_old", pa.string()),
        ]
        self.known.backend.load(self.table, pa.Table.from_pylist(rows, schema=pa.schema(schema)))

    def _rates_by_day(self, first: date, last: date) -> list[dict[str, object]]:
        exchange = self.plan.exchange
        by_pair: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in self.known.fetch("exchange_rates"):
            listed = str(row.get("table") or "")
            if exchange is not None and row["to"] == self.currency and listed in ("", exchange.rates):
                by_pair[str(row["from"])].append((row["date"], row["rate"]))  # type: ignore[arg-type]
        found: list[dict[str, object]] = []
        for currency, dated in by_pair.items():
            dated.sort()
            place = -1
            for offset in range((last - first).days + 1):
                day = first + timedelta(days=offset)
                while place + 1 < len(dated) and dated[place + 1][0] <= day:
                    place += 1
                if place < 0:
                    continue
                rate_day, rate = dated[place]
                old = (
                    exchange is not None
                    and exchange.at_most is not None
                    and day > after(rate_day, exchange.at_most)
                )
                found.append(
                    {
                        "currency": currency,
                        "day": day,
                        "rate": None if old else rate,
                        "rate_day": rate_day,
                        "too_old": "yes" if old else "",
                    }
                )
        return found


def after(day: date, length: Length) -> date:
    """The day that lies so long after another."""
    months = {"month": 1, "period": 1, "quarter": 3, "half": 6, "year": 12}.get(length.unit)
    if months:
        return month_after(day, months * length.count)
    return day + timedelta(days=length.count * (7 if length.unit == "week" else 1))
