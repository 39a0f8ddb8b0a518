"""What the caller should know of the values, although they are taken: facts of the procedures' records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from services.forms.definitions import Form
from services.forms.kinds.choices import is_conditional
from services.forms.values import Value

REGISTRATION_DAYS = 60  # Law on Civil Status, Art. 15
PENSION_AGE, POOR_AGE = 75, 70  # Law on Social Insurance 2024, Art. 21; poor and nearly poor households


class Notice(StrEnum):
    """Each has a prompt `form_notice_<notice>` (dialogs/prompts)."""

    BIRTH_LATE = "birth_late"
    UNDER_PENSION_AGE = "under_pension_age"
    CONDITIONAL_TRADE = "conditional_trade"


def notices(form: Form, values: Mapping[str, Value], today: date) -> list[Notice]:
    found = []
    if form.name == "form_khai_sinh" and _late(values.get("child_dob"), today):
        found.append(Notice.BIRTH_LATE)
    if form.name == "form_huu_tri_xa_hoi" and {"dob", "poor_household"} <= values.keys():
        least = PENSION_AGE if values["poor_household"] == "khong" else POOR_AGE
        if _age(values["dob"], today) < least:
            found.append(Notice.UNDER_PENSION_AGE)
    if form.name == "form_hkd" and is_conditional(values.get("industry") or {}):
        found.append(Notice.CONDITIONAL_TRADE)
    return found


def _late(born: str | None, today: date) -> bool:
    return born is not None and today - date.fromisoformat(born) > timedelta(days=REGISTRATION_DAYS)


def _age(born: str, today: date) -> int:
    """Age in whole years; where only year or month are known, as old as the person may be: nobody is told off."""
    year, month, day = (*(int(part) for part in born.split("-")), 1, 1)[:3]
    return today.year - year - ((today.month, today.day) < (month, day))
