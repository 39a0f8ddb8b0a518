"""The portal's own JSON, by the names of its fields.

It tells more than the text form: which papers are required, whether everything can be done online. Fields that are not
known here are left alone.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.procedures.portal.normalise import clean, one_line, value
from services.procedures.portal.record import (
    Fee,
    Item,
    ItemCase,
    LegalEntry,
    MalformedRecord,
    PortalRecord,
    Stage,
    Way,
)
from services.procedures.record import Level, Method


def _text(given: Any) -> Any:
    return "" if given is None else value(clean(given)) if isinstance(given, str) else given


def _number(given: Any) -> Any:
    return "" if given is None else f"{given:g}" if isinstance(given, int | float) else _text(given)


def _entry(given: Any) -> Any:
    """Lists of details hold texts or objects."""
    return {"name": given} if isinstance(given, str) else given


Text = Annotated[str, BeforeValidator(_text)]
Count = Annotated[int, BeforeValidator(lambda given: given or 0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class _Step(_Part):
    name: Text = ""
    description: Text = ""


class _Fee(_Part):
    value: float | None = None
    currency: Text = Field(alias="currencyName", default="")
    description: Text = ""


class _Method(_Part):
    method: Method = Field(alias="submissionMethod")
    time: Annotated[str, BeforeValidator(_number)] = Field(alias="processingTime", default="")
    unit: Text = Field(alias="processingTimeUnit", default="")
    description: Text = ""
    fees: list[_Fee] = []


class _Component(_Part):
    name: Text
    originals: Count = Field(alias="originalQty", default=0)
    copies: Count = Field(alias="copyQty", default=0)
    required: bool | None = None
    is_result: bool | None = Field(alias="isProcessingResult", default=False)


class _Case(_Part):
    name: Text = ""
    components: list[_Component] = Field(alias="profileComponents", default=[])


class _Entry(_Part):
    name: Text = ""
    number: Text = ""


Entries = list[Annotated[_Entry, BeforeValidator(_entry)]]


class _Proposal(_Part):
    number: Text = Field(alias="proposalNumber", default="")


class _Record(_Part):
    code: Annotated[str, BeforeValidator(_text), Field(min_length=1)]
    name: Annotated[str, BeforeValidator(_text), Field(min_length=1)]
    decision: Text = Field(alias="decisionNo", default="")
    proposal: _Proposal | None = Field(alias="procedureProposal", default=None)
    ward: bool | None = Field(alias="isWard", default=False)
    province: bool | None = Field(alias="isProvince", default=False)
    ministry: bool | None = Field(alias="isMinistry", default=False)
    kind: Text = Field(alias="formalityType", default="")
    field: Text = Field(alias="fieldName", default="")
    wholly_online: bool | None = Field(alias="isFullProcess", default=None)
    anywhere: bool | None = Field(alias="isNonTerritorial", default=None)
    steps: list[_Step] = Field(alias="executionSteps", default=[])
    methods: list[_Method] = Field(alias="executionMethods", default=[])
    cases: list[_Case] = Field(alias="executionCases", default=[])
    legal: Entries = Field(alias="legalBasisesDetails", default=[])
    results: Entries = Field(alias="resultsDetails", default=[])
    conditions: Text = Field(alias="requirementsAndConditions", default="")


_UNITS = {"ngày": "DAY", "CALENDAR_DAY": "DAY"}


def parse(given: Any) -> PortalRecord:
    """Raises MalformedRecord."""
    try:
        found = _Record.model_validate(_by_lower_method(given))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise MalformedRecord(f"{place}: {problem['msg']}" if place else problem["msg"]) from error
    levels = ((found.ward, Level.WARD), (found.province, Level.CITY), (found.ministry, Level.MINISTRY))
    return PortalRecord(
        code=found.code,
        name=one_line(found.name),
        decision=found.decision or (found.proposal.number if found.proposal else ""),
        levels=tuple(level for is_it, level in levels if is_it),
        kind=found.kind,
        field=found.field,
        stages=tuple(Stage(step.name, step.description) for step in found.steps),
        ways=tuple(_way(method) for method in found.methods),
        cases=tuple(_case(case) for case in found.cases),
        agency="",
        authority="",
        address="",
        delegate="",
        results="\n".join(entry.name for entry in found.results if entry.name),
        legal=tuple(LegalEntry(one_line(entry.name), one_line(entry.number)) for entry in found.legal),
        conditions=found.conditions,
        keywords="",
        wholly_online=found.wholly_online,
        anywhere=found.anywhere,
    )


def _by_lower_method(given: Any) -> Any:
    """With ONLINE, POSTAL, DIRECT as `Method` calls them."""
    if not isinstance(given, dict):
        return given
    methods = given.get("executionMethods") or []
    lowered = [
        {**way, "submissionMethod": str(way.get("submissionMethod")).lower()} if isinstance(way, dict) else way
        for way in methods
    ]
    lists = ("executionSteps", "executionCases", "legalBasisesDetails", "resultsDetails")
    return {**given, **{name: given.get(name) or [] for name in lists}, "executionMethods": lowered}


def _way(method: _Method) -> Way:
    unit = _UNITS.get(method.unit, method.unit)
    return Way(method.method, method.time, unit, tuple(_fee(fee) for fee in method.fees), method.description)


def _fee(fee: _Fee) -> Fee:
    """The currency, unless it is đồng, goes into the note, where the text form has it."""
    foreign = fee.currency and fee.currency.upper() not in ("VNĐ", "VND", "ĐỒNG")
    note = f"{fee.description} ({fee.currency}, ngoại tệ)" if foreign else fee.description
    return Fee(None if fee.value is None else int(fee.value), note.strip())


def _case(case: _Case) -> ItemCase:
    items = (
        Item(component.name, component.originals, component.copies, component.required)
        for component in case.components
        if not component.is_result
    )
    return ItemCase(case.name, tuple(items))
