"""Rate tables: what is paid for what was measured."""

from typing import Any

from hypothesis import strategies as st

Pay = dict[str, Any]

MONEY, COUNT = "money", "count"
LIMITS = {
    MONEY: (["0", "1000"], ["0", "500", "2000"], ["0", "100.50", "1000", "3000"]),
    COUNT: (["0", "2"], ["0", "1", "3"], ["0", "2", "4", "5"]),
    "attainment": (["0 %", "100 %"], ["0 %", "50 %", "100 %"], ["0 %", "33.3 %", "80 %", "120 %"]),
    "margin_rate": (["0 %", "10 %"], ["0 %", "5 %", "25 %"]),
}
RATES = {
    MONEY: ("5 %", "8 %", "10 %", "0 %", "3.25 %", "12.5 %"),
    COUNT: ("10", "12.50", "0", "7.333", "20"),
}
EXPRESSIONS = {
    MONEY: ("base_rate", "case when product = 'A' then 10 % else 5 % end", "5 % * units"),
    COUNT: ("case when product = 'A' then 10 else 5 end", "2 * units"),
}


def pays(kind: str, quota: bool, target: bool, named: tuple[str, ...]) -> st.SearchStrategy[Pay]:
    """A rate table for a measure of a kind; `quota`: there is an attainment; `named`: other measures."""
    by = ["measure", "measure", *(["attainment"] * 3 if quota else []), *named]
    found = [
        _flat(kind, quota, target),
        LOOKUP,
        _banded(kind, by, quota, target),
        _banded(kind, by, quota, target),
    ]
    return st.one_of(*found, _stepped(kind, by, target), _curve(kind, by, target), _matrix(kind, by, target))


@st.composite
def limits(draw: st.DrawFn, kind: str, by: str) -> list[str]:
    """Bounds of bands for what picks them."""
    named = {"measure": kind, "deals": COUNT, "units_sold": COUNT}
    return list(draw(st.sampled_from(LIMITS[named.get(by, by)])))


@st.composite
def _flat(draw: st.DrawFn, kind: str, quota: bool, target: bool) -> Pay:
    each = draw(st.sampled_from((None, None, "credit")))
    if target and quota and not each:
        return {"how": "flat", "rate": "100 %", "of": draw(st.sampled_from(_of(quota)))}
    if quota and not each and draw(st.booleans()):
        return {"how": "flat", "rate": draw(st.sampled_from(RATES[kind])), "of": "measure * attainment"}
    choices = (*RATES[kind], *(EXPRESSIONS[kind] if each else ("base_rate",) if kind == MONEY else ()))
    return _said({"how": "flat", "each": each, "rate": draw(st.sampled_from(choices))})


def _of(quota: bool) -> tuple[str, ...]:
    return ("target_incentive * attainment", "target_incentive") if quota else ("target_incentive",)


def _said(pay: Pay) -> Pay:
    return {key: value for key, value in pay.items() if value is not None}


LOOKUP = st.just({"how": "lookup", "table": "Rates", "each": "credit"})


@st.composite
def _banded(draw: st.DrawFn, kind: str, by: list[str], quota: bool, target: bool) -> Pay:
    how = draw(st.sampled_from(("marginal", "whole amount")))
    each = draw(st.sampled_from((None, None, None, "credit", "deal")))
    axis = "measure" if each else draw(st.sampled_from(by))
    of = draw(st.sampled_from((None, *_of(quota)))) if target and not each else None
    rates = RATES[MONEY] if of else RATES[kind]
    bands = [{"from": bound, "rate": draw(st.sampled_from(rates))} for bound in draw(limits(kind, axis))]
    if how == "marginal" and not each and len(bands) > 2 and draw(st.booleans()):
        bands[-1]["back to"] = bands[draw(st.integers(0, len(bands) - 2))]["from"]
        if draw(st.booleans()):
            bands[1]["back to"] = bands[0]["from"]
    include = draw(st.sampled_from((None, None, "upper bound")))
    returns = None
    if how == "marginal" and not each and of is None and axis in ("measure", "attainment"):
        returns = draw(st.sampled_from((None, None, "at the original rate")))
    said = {"how": how, "by": axis, "of": of, "each": each, "bands include": include}
    return _said({**said, "returns": returns, "bands": bands})


@st.composite
def _stepped(draw: st.DrawFn, kind: str, by: list[str], target: bool) -> Pay:
    axis = draw(st.sampled_from(by))
    of = draw(st.sampled_from((None, "target_incentive"))) if target else None
    figures = st.sampled_from(("10 %", "50 %", "133.3 %") if of else ("25", "100", "75.55"))
    bounds = draw(limits(kind, axis))[draw(st.integers(0, 1)) :]
    bands = [{"from": bound, "pay": draw(figures)} for bound in bounds]
    include = draw(st.sampled_from((None, "upper bound")))
    return _said({"how": "stepped amount", "by": axis, "of": of, "bands include": include, "bands": bands})


@st.composite
def _curve(draw: st.DrawFn, kind: str, by: list[str], target: bool) -> Pay:
    axis = draw(st.sampled_from(by))
    of = "target_incentive" if target else None
    word = "pay" if of else draw(st.sampled_from(("pay", "rate") if kind == MONEY else ("pay",)))
    figures = (
        ("0 %", "50 %", "100 %", "210 %") if of else RATES[MONEY] if word == "rate" else ("0", "40", "99.99")
    )
    bounds = draw(limits(kind, axis))
    points = [{"at": bound, word: draw(st.sampled_from(figures))} for bound in bounds]
    outside = st.sampled_from(("nothing", "flat", "extend"))
    pay = {"how": "interpolated", "by": axis, "of": of, "before": draw(outside), "beyond": draw(outside)}
    return _said({**pay, "points": points})


@st.composite
def _matrix(draw: st.DrawFn, kind: str, by: list[str], target: bool) -> Pay:
    axes = {}
    for side in ("down", "across"):
        axis = draw(st.sampled_from(by))
        axes[side] = {"by": axis, "from": draw(limits(kind, axis))}
    figures = st.sampled_from(("0 %", "20 %", "100 %", "175 %") if target else ("0", "15", "33.33", "120"))
    cells = [[draw(figures) for _ in axes["across"]["from"]] for _ in axes["down"]["from"]]
    read = draw(st.sampled_from(("stepped", "bilinear")))
    return _said(
        {"how": "matrix", "read": read, "of": "target_incentive" if target else None, **axes, "cells": cells}
    )
