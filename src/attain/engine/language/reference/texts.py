"""The words of the reference that no model holds: the forms of values, and what an expression may say."""

FORMS = (
    (
        "number",
        "`-?digits[.digits]`, no grouping, no exponent; an amount is in the plan's currency",
        "`40000`, `12.50`",
    ),
    ("percent", "number, one space, `%`", "`4 %`"),
    (
        "length",
        "digits, space, unit (`day week month period quarter half year`, plural allowed)",
        "`90 days`",
    ),
    ("amount per time", "a number or the name of a value, ` per `, unit", "`2000 per month`"),
    ("range", "`A to B`, both days included; `from A`; `to B`", "`2026-01-01 to 2026-12-31`"),
    ("title", "what people read: plans, components, tables", "`New business`"),
    ("name", "snake_case, what can be calculated with: fields, measures, values", "`new_logos`"),
    ("expression", "one scalar SQL expression, see [expressions](expressions.md)", "`least(amount, 500000)`"),
)

OPERATORS = (
    ("`+ - * /`", "exact; multiply before dividing. A quotient stays a pair of numbers until it is written."),
    (
        "`= <> < <= > >=`",
        "compare two values of one kind; text by code point, a day with a text `'2026-01-31'`.",
    ),
    ("`and`, `or`, `not`", "join conditions."),
    ("`in (…)`, `between … and …`, `like '…'`", "as in SQL; each with `not` as well."),
    ("`is null`, `is not null`", "whether a field is blank."),
    (
        "`case when … then … else … end`",
        "the first branch that holds; `case field when value then …` as well.",
    ),
    ("`4 %`", "a number of hundredths; there is no remainder."),
)

FUNCTIONS = {
    "least": "the smallest of two or more values",
    "greatest": "the largest of two or more values",
    "abs": "a number without its sign",
    "coalesce": "the first of its values that is not blank",
    "complete_months": "whole months from one day to another",
    "complete_years": "whole years from one day to another",
    "days_between": "days from one day to another",
    "month_of_quarter": "1, 2 or 3",
    "start_of_quarter": "the first day of the quarter of a day",
    "attainment": 'of a component, by its title: `attainment("New business")`',
    "measure": "of a component, by its title",
    "earning": "of a component, by its title",
    "sum": "in a measure: the sum over credits; a sum takes each at its split share",
    "count": "in a measure: `count(*)`, or `count(distinct account)`; a count takes each credit whole",
    "avg": "in a measure: the sum divided by the count, as a ratio",
}

OWN_WORDS = {
    "credit": "in a measure: what a credit counts",
    "measure": "the component's measure",
    "attainment": "measure ÷ quota",
    "quota": "the component's quota",
    "target_incentive": "the target incentive times the weight",
    "earning": "what has been earned up to this step",
    "days_in_team": "the days that a member of a team was in it",
}

SEES = (
    (
        "`where`, `counts`, `credited on`, `owner on` of a credit rule; `fields`",
        "the fields of the transaction (`amount`) and of what it refers to (`booking.date`, "
        "`account.region`, `owner.team`), and `values`",
    ),
    (
        "`rate`; `of` and steps with `each`",
        "the same fields, `recipient.role` (the credited position), measures, values and own words",
    ),
    (
        "`of` and steps without `each`, `to take part`, `shared by`",
        "measures, values and own words, `position.…` and `participant.…`",
    ),
    ("`measure`", "`credit` and the fields of the credited transactions, within `sum`, `count`, `avg`"),
    ("`where` of `for`", "`position.…` and `participant.…`"),
)

OPENING = """\
A plan is a document that a compensation admin reads aloud and is right about what it pays. It follows the
money: `credit → measure → over → quota → pay → then → payment`. Lists act from top to bottom.

- One thing is said one way. Thresholds are bands at rate 0, a manager's override is a credit, a guarantee is
  a non-recoverable draw, "pays on attainment" is `of: target_incentive * attainment`.
- What changes pay is written down: where a choice matters, its key is required.
- Words of the language have spaces (`target incentive`). *Titles* are what people read. *snake_case* names
  are what can be calculated with.
- Every value is text until its key reads it; nothing is ever a float, a null or a boolean. Duplicate keys,
  tabs, anchors, aliases, tags and merge keys are errors.
- `# comments` are for admins. `about:` is plain words for who is paid, and is allowed in every map.

`attain check PLAN` says what is wrong, with line, column and cure, and runs the tests inside the document;
`attain check --schema` prints the JSON Schema for editors; `attain format PLAN` writes the canonical layout.
"""
