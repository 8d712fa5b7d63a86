"""One rule over one table of facts, as a select of credits: who is credited with how much on which day, in which
currency it came, and what could not be credited."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attain.engine.backends import numbers
from attain.engine.backends.division import rounded
from attain.engine.backends.numbers import Number
from attain.engine.backends.rounding import Rounded
from attain.engine.calculation.formulas import day_of, text_literal, text_literals
from attain.engine.calculation.reaching import names_by_seat, reach_of
from attain.engine.calculation.sources import Source
from attain.engine.calculation.terms import DECIMALS, Blank, Quotient, Term
from attain.engine.calculation.uncredited import FIXED, SHARE

if TYPE_CHECKING:
    from attain.engine.calculation.credits import Branch, CreditSet

EMPTY = "''"
FEW_NAMES = 500
"""Names up to which facts are looked for by name, before they meet those who are credited."""


def credited(
    credits: "CreditSet", branch: "Branch", seated: bool, problems: bool, extras: bool, people: Sequence[str]
) -> str:
    """The credits of one branch: those with a seat, those with a problem, or both; of some people, or of all.

    With `extras` the columns that formulas asked for stand behind the fixed ones.
    """
    source, rule = branch.source, branch.rule
    credit = credits.credit_of(branch)
    owner_day = day_of(rule.owner_on, source.subject) if rule.owner_on else _day(source.subject("date"))
    credit_day = day_of(rule.credited_on, source.own) if rule.credited_on else _day(source.own("date"))
    condition = credits.conditions(branch)
    problem = _problem(credits, branch, credit_day, owner_day)
    columns = _columns(credits, branch, credit, owner_day, credit_day, problem) + (
        branch.extra if extras else []
    )
    splits = credits.split_join(branch)
    reach = f" INNER JOIN {reach_of(credits, branch)} AS r ON r.name = {credits.name_of(branch)} AND {owner_day} >= r.first AND {owner_day} < r.next"
    seats = credits.fields.join()
    filters = source.filters() + condition + credits.dates(credit_day)
    if _tailed(credits, branch):
        filters.append(_in_tail(credits, credit_day))
    if credits.splits(rule):
        filters.append("COALESCE(st.total, CAST('1' AS DECIMAL(1, 0))) = CAST('1' AS DECIMAL(1, 0))")
    if not problems:
        filters.append("r.seat >= 0")
    if people:
        filters += _of_people(credits, branch, people)
    if not seated:
        filters.append(f"({problem}) <> ''")
    select = f"SELECT {', '.join(columns)} FROM {source.from_clause()}{splits}{reach}{seats} WHERE {' AND '.join(filters)}"
    if credits.splits(rule):
        select = _once(credits, select, credit, branch, extras)
    return _written(credits, select, credit, branch, extras)


def _once(
    credits: "CreditSet", select: str, credit: Number | Quotient, branch: "Branch", extras: bool
) -> str:
    """One credit for a seat that a split names several times, with all its shares."""
    goal = credits.credit if isinstance(credit, Number) else credit.numerator
    amount = "credit" if isinstance(credit, Number) else "credit_top"
    names = [*FIXED, *(part.rsplit(" AS ", 1)[1] for part in (branch.extra if extras else []))]
    names += [] if isinstance(credit, Number) else ["credit_bottom"]
    kept = ", ".join(name for name in names if name not in ("share", "name", "credit"))
    summed = numbers.total(Number(amount, goal.scale, goal.bound), 1)
    return (
        f"SELECT {kept}, CAST(SUM(share) AS {SHARE}) AS share, MIN(name) AS name, {summed.sql} AS {amount} "
        f"FROM ({select}) AS named GROUP BY {kept}, CASE WHEN seat < 0 THEN name ELSE '' END"
    )


def _of_people(credits: "CreditSet", branch: "Branch", people: Sequence[str]) -> list[str]:
    """The conditions that a credit is some people's: by their seats, and by the names that lead to these."""
    seats = {seat.index for person in people for seat in credits.roster.held.get(person, ())}
    names = {name for seat in seats for name in names_by_seat(credits, branch).get(seat, ())}
    found = [f"r.seat IN ({', '.join(map(str, sorted(seats)))})"] if seats else ["1 = 0"]
    if not names:
        return [*found, "1 = 0"]
    name = credits.name_of(branch)
    if "" not in names and (column := credits.column_of(branch)):
        # over the column itself whole groups of rows are passed over, where a file is in the order of names
        name = column
        found += [f"{name} >= {text_literal(min(names))}", f"{name} <= {text_literal(max(names))}"]
    if len(names) <= FEW_NAMES:
        found.append(f"{name} IN ({text_literals(sorted(names))})")
    return found


def _columns(
    credits: "CreditSet",
    branch: "Branch",
    credit: Number | Quotient,
    owner_day: str,
    credit_day: str,
    problem: str,
) -> list[str]:
    source = branch.source
    amount = credits.known.term(source.table, "amount", "t")
    money = (
        f"CAST({amount.sql} AS DECIMAL(18, 6))"
        if isinstance(amount, Number)
        else "CAST(NULL AS DECIMAL(18, 6))"
    )
    foreign = credits.conversion.needed(source.table)
    rate = credits.conversion.rate(source) if foreign else None
    fixed = "x" not in source.joins
    shares = credits.share(branch)
    fact = ("o.type" if source.returns else "t.type") if source.types else f"'{source.table}'"
    columns = [
        f"CAST({branch.number} AS INT) AS rule",
        f"{fact} AS fact",
        f"{'t.id' if 'id' in credits.known.columns(source.table) else EMPTY} AS id",
        f"CASE WHEN ({problem}) = '' THEN r.seat ELSE CAST(-1 AS INT) END AS seat",
        "r.position AS position",
        f"{owner_day} AS owner_date",
        f"{credit_day} AS credit_date",
        f"CAST({shares.sql} AS {SHARE}) AS share",
        f"{money} AS original_amount",
        f"{_shown_currency(credits, source, foreign)} AS original_currency",
        f"{_shown_rate(credits, source, rate)} AS exchange_rate",
        f"{'CAST(NULL AS DATE)' if fixed or not rate else 'x.rate_day'} AS exchange_date",
        f"{credits.name_of(branch)} AS name",
        f"{problem} AS problem",
    ]
    if isinstance(credit, Quotient):
        columns += [f"{credit.numerator.sql} AS credit_top", f"{credit.denominator.sql} AS credit_bottom"]
    else:
        goal = credits.credit
        columns.append(f"{credit.at(goal.scale, goal.bound)} AS credit")
    return columns


def _shown_currency(credits: "CreditSet", source: Source, foreign: bool) -> str:
    own = text_literal(credits.conversion.currency)
    return f"COALESCE(NULLIF({credits.conversion.row_currency(source)}, ''), {own})" if foreign else own


def _shown_rate(credits: "CreditSet", source: Source, rate: Number | None) -> str:
    """The rate that was used; NULL in the plan's own currency."""
    if rate is None:
        return "CAST(NULL AS DECIMAL(24, 10))"
    own = f"{credits.conversion.row_currency(source)} IN ('', '{credits.conversion.currency}')"
    return f"CASE WHEN {own} THEN NULL ELSE CAST({rate.sql} AS DECIMAL(24, 10)) END"


def _written(
    credits: "CreditSet", select: str, credit: Number | Quotient, branch: "Branch", extras: bool
) -> str:
    names = [*FIXED, *(part.rsplit(" AS ", 1)[1] for part in (branch.extra if extras else []))]
    if isinstance(credit, Number):
        return f"SELECT {', '.join(names)} FROM ({select}) AS credited"
    top = Number("credit_top", credit.numerator.scale, credit.numerator.bound)
    bottom = Number("credit_bottom", credit.denominator.scale, credit.denominator.bound)
    goal = credits.credit
    keep = [name for name in names if name != "credit"]
    made = rounded(
        f"({select})",
        [*keep, "credit_bottom"],
        [Rounded("credit_made", top, bottom, DECIMALS)],
        credit.numerator.bound + 1,
    )
    value = Number("credit_made", DECIMALS, goal.bound).at(goal.scale, goal.bound)
    kept = ", ".join(n for n in keep if n not in ("problem", "seat"))
    lost = "CASE WHEN problem = '' AND seat >= 0 AND credit_bottom IS NULL THEN 'credit_not_computable' ELSE problem END AS problem"
    seat = "CASE WHEN credit_bottom IS NULL THEN CAST(-1 AS INT) ELSE seat END AS seat"
    ordered = ", ".join(names)
    return f"SELECT {ordered} FROM (SELECT {kept}, {lost}, {seat}, {value} AS credit FROM ({made}) AS quotient) AS credited"


def _tailed(credits: "CreditSet", branch: "Branch") -> bool:
    return branch.source.returns or branch.rule.owner_on is not None or branch.rule.credited_on is not None


def _in_tail(credits: "CreditSet", credit_day: str) -> str:
    """A credit later than the tail allows is forfeited silently where the plan says a length."""
    if credits.plan.leavers is None or credits.plan.leavers.credit_until is None:
        return "1 = 1"
    return f"(r.seat < 0 OR {credit_day} <= r.tail)"


def _problem(credits: "CreditSet", branch: "Branch", credit_day: str, owner_day: str) -> str:
    cases = []
    if branch.source.returns:
        cases.append("WHEN o.id IS NULL THEN 'original_missing'")
    cases.append("WHEN r.problem <> '' THEN r.problem")
    if _tailed(credits, branch) and not (credits.plan.leavers and credits.plan.leavers.credit_until):
        cases.append(f"WHEN r.seat >= 0 AND {credit_day} > r.tail THEN 'tail_not_said'")
    rate = credits.conversion.problem(branch.source) if credits.converts(branch.rule) else "''"
    if rate != "''":
        # what nobody under the plan is credited with needs no rate
        cases.append(f"WHEN r.seat >= 0 AND ({rate}) <> '' THEN {rate}")
    return f"CASE {' '.join(cases)} ELSE '' END"


def _day(term: Term) -> str:
    return "CAST(NULL AS DATE)" if isinstance(term, Blank) else term.sql  # type: ignore[union-attr]
