"""What cannot be decided at a point: quotas and divisors that cannot divide, and what the plan says of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from attain.engine.language.models.measures import Denominator

Role = Literal["name", "axis", "of"]
"""A number in a formula; what picks a band; or the measure that rates multiply without saying so."""

POLICIES = {
    "quota_missing": "missing",
    "quota_zero": "zero",
    "quota_negative": "negative",
    "ratio_zero": "zero",
    "ratio_negative": "negative",
}
ALWAYS_EXCEPTIONS = ("quota_goes_beyond", "target_incentive_missing")
SILENT = "window_short"


@dataclass(frozen=True)
class Use:
    """Something that a formula needs: SQL of the code of what is undefined of it (blank: nothing), what the plan
    says of each code, and what it is needed for."""

    status: str
    policies: tuple[tuple[str, str], ...]
    role: str = "name"

    def where(self, *policies: str) -> str:
        """The condition that it is undefined and one of these policies holds; blank where none ever does."""
        codes = [code for code, policy in self.policies if policy in policies]
        return f"({self.status}) IN ({_listed(codes)})" if codes else ""

    @property
    def nothing(self) -> str:
        """The condition that nothing is earned because of it. A lowest band helps only what picks a band."""
        lowest = ("lowest band",) if self.role == "name" else ()
        return self.where("no earning", "no earning and exception", "exception", *lowest)


def codes_of(denominator: Denominator) -> list[tuple[str, str]]:
    """Every code, with what a block says of it."""
    said = [(code, str(getattr(denominator, state))) for code, state in POLICIES.items()]
    return [*said, *((code, "exception") for code in ALWAYS_EXCEPTIONS), (SILENT, "no earning")]


def nothing_of(uses: Sequence[Use]) -> str:
    """The condition that one of several earns nothing; blank where none can."""
    return " OR ".join(use.nothing for use in uses if use.nothing)


def exception_of(uses: Sequence[Use]) -> str:
    """SQL of the exception of the first of several that is undefined; blank where the plan wants none."""
    cases = []
    for use in uses:
        if use.nothing:
            wanted = use.where("exception", "no earning and exception")
            code = f"CASE WHEN {wanted} THEN ({use.status}) ELSE '' END" if wanted else "''"
            cases.append(f"WHEN {use.nothing} THEN {code}")
    return f"CASE {' '.join(cases)} ELSE '' END" if cases else ""


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
