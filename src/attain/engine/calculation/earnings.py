"""Earning: figures of seats by rate table and steps, their differences, and the sum that is rounded once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from attain.engine.backends import numbers
from attain.engine.backends.division import Rounded, rounded
from attain.engine.backends.numbers import Number, exploring, literal
from attain.engine.calculation import rates, terms
from attain.engine.calculation.credits import DECIMALS
from attain.engine.calculation.formulas import number_of
from attain.engine.calculation.items import item_steps, make_items
from attain.engine.calculation.measures import Evaluation, Measured
from attain.engine.calculation.points import POINT
from attain.engine.calculation.steps import Acting, applied, arranged
from attain.engine.calculation.terms import Numeric, Quotient, Term
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.steps import MultiplyBy, MultiplyByTable, StepPart

LARGEST = 10**18
POLICIES = {
    "quota_missing": "missing",
    "quota_zero": "zero",
    "quota_negative": "negative",
    "ratio_zero": "zero",
    "ratio_negative": "negative",
}


@dataclass
class Figures:
    """The figures of a component: a table with unit, seq, period, paid, `figure`, and `plain`, which only multipliers
    have changed; exception selects; the table of items where credits or deals are paid one by one, and of deals their credits."""

    table: str
    evaluation: Evaluation
    measured: str
    exceptions: list[str] = field(default_factory=list)
    item_exceptions: list[str] = field(default_factory=list)
    items: str = ""
    item_credits: str = ""
    deals_walk: bool = False

    @property
    def earning(self) -> str:
        """The figures that are earned: not those of the days that opening credits cover."""
        opened = self.evaluation.opened()
        if not opened:
            return self.table
        days = ", ".join(f"({unit}, CAST('{day}' AS DATE))" for unit, day in sorted(opened.items()))
        covered = f"(SELECT * FROM (VALUES {days}) AS v(unit, day))"
        return f"(SELECT f.* FROM {self.table} AS f LEFT JOIN {covered} AS o ON o.unit = f.unit WHERE o.day IS NULL OR f.start > o.day)"


def figures_of(evaluation: Evaluation) -> Figures:
    """Calculates one component of one version, to the table of its figures."""
    pay, steps = evaluation.component.pay, evaluation.component.then
    own_items = item_steps(steps)
    rest: Sequence[StepPart] = steps[len(own_items) :]
    item_exceptions: list[str] = []
    # the measure is shown beside the figure even where each credit is paid by itself
    _ = evaluation.main
    if pay.each or own_items or isinstance(pay, Lookup):
        items = make_items(evaluation, own_items)
        item_exceptions = items.exceptions
        raw: Numeric = items.value
        plain: Numeric = items.value
        of: Numeric = items.value
        item_table, item_credits, walks = items.table, items.credits, items.walks
    else:
        with exploring():
            raw = plain = _raw(evaluation)
            of = _of(evaluation)
        item_table, item_credits, walks = "", "", False
    before, after = arranged(evaluation, rest)
    writer = _Writer(evaluation)
    with exploring():
        for acting in (*before, *after):
            _acts(evaluation, acting, of)
    measured = evaluation.make()
    evaluation.tighten(measured)
    if not item_table:
        raw = plain = _raw(evaluation)
        of = _of(evaluation)
    first_steps = [(acting, *_acts(evaluation, acting, of)) for acting in before]
    last_steps = [(acting, *_acts(evaluation, acting, of)) for acting in after]
    writer.begin(measured, raw, plain)
    for step in first_steps:
        writer.act(*step)
    writer.difference()
    for step in last_steps:
        writer.act(*step)
    exceptions = [*_undefined(evaluation, measured), *writer.exceptions]
    return Figures(
        writer.table, evaluation, measured, exceptions, item_exceptions, item_table, item_credits, walks
    )


def _acts(evaluation: Evaluation, acting: Acting, of: Numeric) -> tuple[Numeric, Numeric | None, str]:
    """What a step makes of the figure, and of the plain figure that only multipliers change; and its exception."""
    if acting.act == "keep":
        return literal(0), None, "''"
    result, problem = applied(evaluation, acting, Number("p.figure", DECIMALS, LARGEST), of)
    if not isinstance(acting.step, MultiplyBy | MultiplyByTable):
        return result, None, problem
    plain, _ = applied(evaluation, acting, Number("p.plain", DECIMALS, LARGEST), of)
    return result, plain, problem


def _of(evaluation: Evaluation) -> Numeric:
    of = getattr(evaluation.component.pay, "of", None)
    return number_of(of, evaluation.scope) if of is not None else evaluation.main.term


def _raw(evaluation: Evaluation) -> Numeric:
    """The rate table's figure, with the policies for what cannot divide."""
    pay = evaluation.component.pay
    at = place_at(evaluation)
    assert at is not None
    normal = rates.figure(pay, at)
    cases: list[tuple[str, Numeric]] = [
        (case.condition, rates.figure(pay, place) if (place := place_at(evaluation, case)) else literal(0))
        for case in policy_cases(evaluation)
    ]
    if short := short_window(evaluation):
        cases.insert(0, (short, literal(0)))
    return terms.chosen(cases, normal) if cases else normal


def short_window(evaluation: Evaluation) -> str:
    """The condition that a rolling window is not full and earns nothing; blank where there is none."""
    unfull = evaluation.window.last is not None and evaluation.block.short_window in (None, "no earning")
    return "p.begun > p.span" if unfull else ""


@dataclass(frozen=True)
class PolicyCase:
    """A condition on a point under which a quota or divisor cannot divide, and what the plan says then."""

    condition: str
    measured: Measured
    policy: str


def policy_cases(evaluation: Evaluation) -> list[PolicyCase]:
    """Of every quota and divisor that a figure needs the cases in which it cannot divide, the first that holds."""
    return [
        PolicyCase(f"{_status(measured)} = '{status}'", measured, policy)
        for measured in _dividing(evaluation)
        for status, policy in _policies(measured)
    ]


def place_at(evaluation: Evaluation, case: PolicyCase | None = None) -> rates.Place | None:
    """Where a rate table is read; None where a policy says that nothing is earned."""
    main = evaluation.main
    at = partial(_at, evaluation)
    if case is None:
        return rates.Place(main.term, evaluation.scope, at, evaluation.quota(main))
    if case.policy == "lowest band":
        return rates.Place(main.term, evaluation.scope, at, None, lowest=True)
    if case.policy != "100 %" or not case.measured.asked:
        return None

    def scope(name: str) -> Term:
        return literal(1) if name == "attainment" else evaluation.scope(name)

    def whole(name: str) -> Numeric:
        return literal(1) if name == "attainment" else _at(evaluation, name)

    return rates.Place(main.term, scope, whole, main.term)


def _dividing(evaluation: Evaluation) -> list[Measured]:
    """The measures whose quota or divisor the figure needs."""
    return [m for m in evaluation.measured.values() if (m.asked and m.status) or m.ratio_status]


def _status(measured: Measured) -> str:
    if measured.asked and measured.status and measured.ratio_status:
        return (
            f"CASE WHEN ({measured.status}) <> '' THEN ({measured.status}) ELSE ({measured.ratio_status}) END"
        )
    return measured.status if measured.asked and measured.status else measured.ratio_status


def _policies(measured: Measured) -> list[tuple[str, str]]:
    denominator = measured.block.denominator
    found = [(status, getattr(denominator, name)) for status, name in POLICIES.items()]
    return [*found, ("quota_goes_beyond", "exception")]


def _at(evaluation: Evaluation, name: str) -> Numeric:
    if name == "measure":
        return evaluation.main.term
    if name == "attainment":
        return evaluation.attainment(evaluation.main)
    return evaluation.named(name).term


def _undefined(evaluation: Evaluation, measured_table: str) -> list[str]:
    """Selects of exceptions: code, unit, period, for quotas and divisors that the policy calls exceptions."""
    selects = []
    for measured in _dividing(evaluation):
        named = [status for status, policy in _policies(measured) if policy.endswith("exception")]
        if named:
            listed = ", ".join(f"'{status}'" for status in named)
            status = _status(measured)
            selects.append(
                f"SELECT {status} AS code, unit, period, paid, until FROM {measured_table} AS p WHERE p.eve = 0 AND p.own = 1 AND {status} IN ({listed})"
            )
    if evaluation.missing:
        status = evaluation.missing
        where = f"WHERE p.eve = 0 AND p.own = 1 AND {status} <> ''"
        selects.append(
            f"SELECT {status} AS code, unit, period, paid, until FROM {measured_table} AS p {where}"
        )
    return selects


class _Writer:
    """Writes figures stage by stage, each stage a table with all columns of the points."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.stage, self.table = 0, ""
        self.columns: list[str] = []
        self.exceptions: list[str] = []

    def begin(self, measured: str, raw: Numeric, plain: Numeric) -> None:
        """The raw figure, with 10 decimals."""
        names = [column.rsplit(" AS ", 1)[1] for column in self.evaluation.columns]
        self.columns = [*POINT, *self.evaluation.turn_dates, *dict.fromkeys(names)]
        self._write(measured, raw, plain)

    def _write(self, source: str, value: Numeric, plain: Numeric | None) -> None:
        """A stage with the figure and the plain figure at 10 decimals."""
        wanted: dict[str, Numeric] = {"figure": value, "plain": plain or Number("p.plain", DECIMALS, LARGEST)}
        goal = Number("", DECIMALS, LARGEST)
        zero = f"CAST('0' AS {goal.type})"
        kept = ", ".join(f"p.{name} AS {name}" for name in self.columns)
        divided = {n: v for n, v in wanted.items() if not (isinstance(v, Number) and v.scale <= DECIMALS)}
        plainly = {n: v for n, v in wanted.items() if n not in divided}
        same = divided.get("plain") is not None and divided.get("plain") == divided.get("figure")
        if same:
            del divided["plain"]
        exact = [f"COALESCE(CAST({v.sql} AS {goal.type}), {zero}) AS {n}" for n, v in plainly.items()]  # type: ignore[union-attr]
        if not divided:
            self._create(f"SELECT {', '.join([kept, *exact])} FROM {source} AS p")
            return
        tops, columns = [], []
        for name, number in divided.items():
            top, bottom = (
                (number.numerator, number.denominator) if isinstance(number, Quotient) else (number, None)
            )
            tops.append(f"{top.cast()} AS {name}_top")
            if bottom:
                tops.append(f"{bottom.cast()} AS {name}_bottom")
            divisor = Number(f"{name}_bottom", bottom.scale, bottom.bound) if bottom else None
            columns.append(
                Rounded(f"{name}_made", Number(f"{name}_top", top.scale, top.bound), divisor, DECIMALS)
            )
        inner = f"(SELECT {', '.join([kept, *exact, *tops])} FROM {source} AS p)"
        made = rounded(inner, [*self.columns, *plainly], columns, LARGEST)
        names = {name: name for name in divided} | ({"plain": "figure"} if same else {})
        written = [
            f"COALESCE(CAST(p.{of}_made AS {goal.type}), {zero}) AS {name}" for name, of in names.items()
        ]
        self._create(f"SELECT {', '.join([kept, *plainly, *written])} FROM ({made}) AS p")

    def act(self, acting: Acting, result: Numeric, plain: Numeric | None, problem: str) -> None:
        """One step."""
        if problem != "''":
            self.exceptions.append(
                f"SELECT {problem} AS code, unit, period, paid, until FROM {self.table} AS p WHERE p.eve = 0 AND p.own = 1 AND ({problem}) <> ''"
            )
        if acting.act == "figure":
            self._write(self.table, result, plain)
            return
        kept = ", ".join(f"p.{name} AS {name}" for name in (*self.columns, "plain"))
        if acting.act == "keep":
            order = "ORDER BY p.seq, p.eve DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            chain = ", p.chain" if self.evaluation.window.to_date else ""
            most = f"MAX(p.figure) OVER (PARTITION BY p.unit{chain} {order})"
            self._create(f"SELECT {kept}, {most} AS figure FROM {self.table} AS p")
            return
        part = f"PARTITION BY p.unit, p.{acting.column}"
        order = "ORDER BY p.seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        summed = numbers.total(Number("p.figure", DECIMALS, LARGEST), 1, f"{part} {order}")
        self._create(f"SELECT {kept}, {summed.sql} AS figure FROM {self.table} AS p")
        self._write(self.table, result, plain)
        self._lag(f"{part} ORDER BY p.seq", ("figure",))

    def difference(self) -> None:
        """The earning of each turn: its figure less the one before in its chain. Eves have done their work, and
        so have turns that neither the seat nor a credit touches."""
        over = "PARTITION BY p.unit, p.chain ORDER BY p.seq, p.eve DESC"
        self._lag(over, ("figure", "plain"), "WHERE p.eve = 0 AND p.own = 1")

    def _lag(self, over: str, names: tuple[str, ...], where: str = "") -> None:
        every = [*self.columns, *(name for name in ("figure", "plain") if name not in names)]
        goal = Number("", DECIMALS, LARGEST)
        lags = [f"p.{name} AS {name}, LAG(p.{name}) OVER ({over}) AS {name}_before" for name in names]
        inner = f"SELECT {', '.join([f'p.{name} AS {name}' for name in every] + lags)} FROM {self.table} AS p"
        changes = []
        for name in names:
            before = numbers.or_zero(Number(f"p.{name}_before", DECIMALS, LARGEST))
            change = numbers.subtract(Number(f"p.{name}", DECIMALS, LARGEST), before)
            changes.append(f"CAST({change.sql} AS {goal.type}) AS {name}")
        kept = ", ".join([f"p.{name} AS {name}" for name in every] + changes)
        self._create(f"SELECT {kept} FROM ({inner}) AS p {where}")

    def _create(self, select: str) -> None:
        self.stage += 1
        table = f"{self.evaluation.name}_figures{self.stage}"
        self.evaluation.backend.create(table, select)
        self.table = table


def round_once(source: str, keep: Sequence[str], decimals: int, half_even: bool) -> str:
    """A select that rounds the column `figure` of a source to a currency's minor unit as `amount`."""
    column = Rounded(
        "amount",
        Number("figure", DECIMALS, LARGEST * 100),
        None,
        decimals,
        "half-even" if half_even else "half-up",
    )
    return rounded(source, keep, [column], LARGEST)


def item_total(table: str) -> str:
    """How many items a table holds."""
    return f"SELECT COUNT(*) AS n FROM {table}"
