"""Earning: figures of seats by rate table and steps, their differences, and the sum that is rounded once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number, exploring, literal
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation import rates, terms
from attain.engine.calculation.items import item_steps, make_items
from attain.engine.calculation.measures import Evaluation
from attain.engine.calculation.original_rates import at_original_rates
from attain.engine.calculation.placing import placed
from attain.engine.calculation.points import POINT
from attain.engine.calculation.steps import Acting, Applied, applied, arranged
from attain.engine.calculation.terms import DECIMALS, LARGEST, Numeric, Quotient
from attain.engine.calculation.undefined import Use, exception_of, nothing_of
from attain.engine.language.models.pays import Lookup
from attain.engine.language.models.steps import MultiplyBy, MultiplyByTable, StepPart


@dataclass
class Figures:
    """The figures of a component: a table with unit, seq, period, paid, `figure` (of at most the size `bound`), and
    `plain`, which only multipliers have changed; exception selects; the table of items where credits or deals are paid one by one, and of deals their credits;
    that of returns `taken` back at the rate of their original."""

    table: str
    bound: int
    evaluation: Evaluation
    measured: str
    exceptions: list[str] = field(default_factory=list)
    item_exceptions: list[str] = field(default_factory=list)
    items: str = ""
    item_credits: str = ""
    deals_walk: bool = False
    taken: str = ""


def figures_of(evaluation: Evaluation) -> Figures:
    """Calculates one component of one version, to the table of its figures."""
    pay, steps = evaluation.component.pay, evaluation.component.then
    own_items = item_steps(steps)
    rest: Sequence[StepPart] = steps[len(own_items) :]
    item_exceptions: list[str] = []
    returns = at_original_rates(evaluation)
    # measure and quota are shown beside the figure even where each credit is paid by itself
    evaluation.quota(evaluation.main)
    if pay.each or own_items or isinstance(pay, Lookup):
        with placed(evaluation.version.plan, pay.path):
            items = make_items(evaluation, own_items)
        item_exceptions = items.exceptions
        raw: Numeric = items.value
        plain: Numeric = items.value
        item_table, item_credits, walks = items.table, items.credits, items.walks
    else:
        with exploring():
            _ = _raw(evaluation)
        raw = plain = literal(0)
        item_table, item_credits, walks = "", "", False
    needed: list[Use] = []
    before, after = arranged(evaluation, rest)
    writer = _Writer(evaluation)
    with exploring():
        for acting in (*before, *after):
            _acts(evaluation, acting, writer.number("figure"), writer.number("plain"))
    measured = evaluation.make()
    evaluation.tighten(measured)
    if not item_table:
        raw, needed = _raw(evaluation)
        if returns is not None:
            measured, change = returns.corrected(measured, places_of(evaluation))
            raw = terms.plus(raw, change)
        plain = raw
    writer.begin(measured, raw, plain, needed)
    for acting in before:
        writer.act(acting)
    writer.difference()
    for acting in after:
        writer.act(acting)
    return Figures(
        writer.table,
        writer.bounds["figure"],
        evaluation,
        measured,
        writer.exceptions,
        item_exceptions,
        item_table,
        item_credits,
        walks,
        returns.table if returns is not None else "",
    )


def _acts(
    evaluation: Evaluation, acting: Acting, figure: Number, plain: Number
) -> tuple[Applied, Numeric | None]:
    """What a step makes of the figure, and of the plain figure that only multipliers change."""
    if acting.act == "keep":
        return Applied(acting, literal(0)), None
    with placed(evaluation.version.plan, acting.step.path):
        result = applied(evaluation, acting, figure)
        if not isinstance(acting.step, MultiplyBy | MultiplyByTable):
            return result, None
        return result, applied(evaluation, acting, plain).result


def _raw(evaluation: Evaluation) -> tuple[Numeric, list[Use]]:
    """The rate table's figure, with the policies for what cannot divide; and all that it needs."""
    with placed(evaluation.version.plan, evaluation.component.pay.path):
        return _read(evaluation)


def _read(evaluation: Evaluation) -> tuple[Numeric, list[Use]]:
    readings = readings_of(evaluation)
    pay = evaluation.component.pay
    cases = [(where, rates.figure(pay, place)) for where, place in readings.places if where]
    if readings.nothing:
        cases.insert(0, (readings.nothing, literal(0)))
    normal = rates.figure(pay, readings.normal)
    return (terms.chosen(cases, normal) if cases else normal), readings.uses


@dataclass(frozen=True)
class Readings:
    """Where a rate table is read: nowhere where `nothing` holds; else at the first place whose condition holds,
    the last of which has none. `uses` is what the table needs, in order."""

    places: list[tuple[str, rates.Place]]
    nothing: str
    uses: list[Use]

    @property
    def normal(self) -> rates.Place:
        """Where nothing is undefined."""
        return self.places[-1][1]


def readings_of(evaluation: Evaluation) -> Readings:
    """Where a component's rate table is read, by what its quota and divisors allow."""
    main, pay = evaluation.main, evaluation.component.pay
    normal = rates.Place(
        main.term,
        evaluation.scope,
        partial(_at, evaluation),
        evaluation.quota(main),
        lowest_at=partial(_lowest, evaluation),
    )
    with evaluation.noting() as uses:
        rates.figure(pay, normal)
        if rates.multiplies_the_measure(pay):
            evaluation.level(main, "of")
    places: list[tuple[str, rates.Place]] = []
    by = getattr(pay, "by", None)
    if by is not None:
        if lowest := _lowest(evaluation, by):
            places.append((lowest, replace(normal, quota=None, lowest=True)))
        whole = _axis(evaluation, by).where("100 %") if by == "attainment" else ""
        if whole:
            places.append((whole, replace(normal, quota=main.term)))
    return Readings([*places, ("", normal)], nothing_of(uses), uses)


def places_of(evaluation: Evaluation) -> list[tuple[str, rates.Place]]:
    """Where the rates are read, each under its condition; nowhere where nothing is earned."""
    readings = readings_of(evaluation)
    found: list[tuple[str, rates.Place]] = []
    others = [f"NOT ({readings.nothing})"] if readings.nothing else []
    for condition, place in readings.places:
        found.append((" AND ".join([f"({condition})", *others] if condition else others), place))
        others.append(f"NOT ({condition})")
    return found


def _axis(evaluation: Evaluation, by: str) -> Use:
    """What is undefined of what picks a band."""
    with evaluation.noting() as uses:
        _at(evaluation, by)
    return next((use for use in uses if use.role == "axis"), Use("''", ()))


def _lowest(evaluation: Evaluation, by: str) -> str:
    """The condition that the lowest band holds whatever is measured; blank where it never does."""
    return _axis(evaluation, by).where("lowest band")


def _at(evaluation: Evaluation, name: str) -> Numeric:
    if name == "measure":
        return evaluation.level(evaluation.main, "axis")
    if name == "attainment":
        return evaluation.attainment(evaluation.main, "axis")
    return evaluation.level(evaluation.named(name), "axis")


class _Writer:
    """Writes figures stage by stage, each stage a table with all columns of the points. `bounds` are the largest
    sizes that its figures can have: small ones are reckoned in 64 bits."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.stage, self.table = 0, ""
        self.columns: list[str] = []
        self.exceptions: list[str] = []
        self.nothing = ""
        self.bounds = dict.fromkeys(("figure", "plain"), LARGEST)

    def number(self, name: str) -> Number:
        """`figure` or `plain` as it stands."""
        return Number(f"p.{name}", DECIMALS, self.bounds[name])

    def begin(self, measured: str, raw: Numeric, plain: Numeric, needed: Sequence[Use]) -> None:
        """The raw figure, with 10 decimals."""
        names = [column.rsplit(" AS ", 1)[1] for column in self.evaluation.columns]
        self.columns = [*POINT, *self.evaluation.turn_dates, *dict.fromkeys(names)]
        self.nothing = nothing_of(needed)
        self._except(measured, exception_of(needed))
        self._write(measured, raw, plain)

    def _except(self, table: str, code: str) -> None:
        """Keeps what is an exception at the points of the turns themselves."""
        if code:
            self.exceptions.append(
                f"SELECT {code} AS code, unit, period, paid, until FROM {table} AS p WHERE p.eve = 0 AND p.own = 1 AND ({code}) <> ''"
            )

    def _unless_nothing(self, value: Numeric) -> Numeric:
        """A figure that is 0 where nothing is earned."""
        return terms.chosen([(self.nothing, literal(0))], value) if self.nothing else value

    def _write(self, source: str, value: Numeric, plain: Numeric | None) -> None:
        """A stage with the figure and the plain figure at 10 decimals."""
        wanted: dict[str, Numeric] = {"figure": value, "plain": plain or self.number("plain")}
        self.bounds = {name: min(terms.bound_of(number), LARGEST) for name, number in wanted.items()}
        goals = {name: Number("", DECIMALS, bound).type for name, bound in self.bounds.items()}
        zeros = {name: f"CAST('0' AS {goal})" for name, goal in goals.items()}
        kept = ", ".join(f"p.{name} AS {name}" for name in self.columns)
        plainly = {n: v for n, v in wanted.items() if isinstance(v, Number) and v.scale <= DECIMALS}
        divided = {n: v for n, v in wanted.items() if n not in plainly}
        same = divided.get("plain") is not None and divided.get("plain") == divided.get("figure")
        if same:
            del divided["plain"]
        exact = [f"COALESCE(CAST({v.sql} AS {goals[n]}), {zeros[n]}) AS {n}" for n, v in plainly.items()]
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
        made = rounded(inner, [*self.columns, *plainly], columns, max(self.bounds[name] for name in divided))
        names = {name: name for name in divided} | ({"plain": "figure"} if same else {})
        written = [
            f"COALESCE(CAST(p.{of}_made AS {goals[name]}), {zeros[name]}) AS {name}"
            for name, of in names.items()
        ]
        self._create(f"SELECT {', '.join([kept, *plainly, *written])} FROM ({made}) AS p")

    def act(self, acting: Acting) -> None:
        """One step. What is undefined in it makes the figure 0, as all that was undefined before."""
        if acting.act == "unit":
            self._sum_to_date(acting)
        step, plain = _acts(self.evaluation, acting, self.number("figure"), self.number("plain"))
        for code in step.exceptions:
            said = f"CASE WHEN {self.nothing} THEN '' ELSE {code} END" if self.nothing else code
            self._except(self.table, said)
        self.nothing = " OR ".join(each for each in (self.nothing, step.nothing) if each)
        if acting.act == "figure":
            self._write(self.table, self._unless_nothing(step.result), plain)
            return
        kept = ", ".join(f"p.{name} AS {name}" for name in (*self.columns, "plain"))
        if acting.act == "keep":
            order = "ORDER BY p.seq, p.eve DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
            chain = ", p.chain" if self.evaluation.window.to_date else ""
            most = f"MAX(p.figure) OVER (PARTITION BY p.unit{chain} {order})"
            figure = self._unless_nothing(replace(self.number("figure"), sql=most))
            assert isinstance(figure, Number)
            self._create(f"SELECT {kept}, {figure.sql} AS figure FROM {self.table} AS p")
            return
        self._write(self.table, step.result, plain)
        self._lag(f"{_of_unit(acting)} ORDER BY p.seq", ("figure",))
        if not self.evaluation.window.to_date:
            self._write(self.table, self._unless_nothing(self.number("figure")), None)

    def _sum_to_date(self, acting: Acting) -> None:
        """The figure of each turn becomes what its unit of time has earned so far."""
        kept = ", ".join(f"p.{name} AS {name}" for name in (*self.columns, "plain"))
        over = f"{_of_unit(acting)} ORDER BY p.seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
        turns = 4 * len(self.evaluation.turns)  # a participant's own years cut a turn into at most three
        self.bounds["figure"] = min(self.bounds["figure"] * turns, LARGEST)
        summed = Number(f"SUM(p.figure) OVER ({over})", DECIMALS, self.bounds["figure"])
        self._create(f"SELECT {kept}, {summed.cast()} AS figure FROM {self.table} AS p")

    def difference(self) -> None:
        """The earning of each turn: its figure less the one before in its chain. Eves have done their work, and
        so have turns that neither the seat nor a credit touches."""
        over = "PARTITION BY p.unit, p.chain ORDER BY p.seq, p.eve DESC"
        self._lag(over, ("figure", "plain"), "WHERE p.eve = 0 AND p.own = 1")

    def _lag(self, over: str, names: tuple[str, ...], where: str = "") -> None:
        every = [*self.columns, *(name for name in ("figure", "plain") if name not in names)]
        lags = [f"p.{name} AS {name}, LAG(p.{name}) OVER ({over}) AS {name}_before" for name in names]
        inner = f"SELECT {', '.join([f'p.{name} AS {name}' for name in every] + lags)} FROM {self.table} AS p"
        changes = []
        for name in names:
            before = numbers.or_zero(Number(f"p.{name}_before", DECIMALS, self.bounds[name]))
            change = numbers.subtract(self.number(name), before)
            self.bounds[name] = min(change.bound, LARGEST)
            changes.append(f"CAST({change.sql} AS {self.number(name).type}) AS {name}")
        kept = ", ".join([f"p.{name} AS {name}" for name in every] + changes)
        self._create(f"SELECT {kept} FROM ({inner}) AS p {where}")

    def _create(self, select: str) -> None:
        self.stage += 1
        table = f"{self.evaluation.name}_figures{self.stage}"
        self.evaluation.backend.create(table, select)
        self.table = table


def _of_unit(acting: Acting) -> str:
    return f"PARTITION BY p.unit, p.{acting.column}"


def round_once(source: str, keep: Sequence[str], figure: Number, decimals: int, half_even: bool) -> str:
    """A select that rounds the column `figure` of a source to a currency's minor unit as `amount`."""
    column = Rounded("amount", figure, None, decimals, "half-even" if half_even else "half-up")
    return rounded(source, keep, [column], LARGEST)
