"""The draft e-form: what was filled in, under the portal's names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.forms import kinds
from services.forms.definitions import Form, Slot
from services.forms.values import Value

SCHEMA = "eform/1"


def build(
    form: Form, values: Mapping[str, Value], code: str, now: datetime, procedure_name: str = ""
) -> dict[str, Any]:
    """The e-form as JSON: `fields` for the portal, `groups` with titles and texts for paper.

    `code` and `name` are the procedure's, as in the portal's records; `draft.code` is the form's own.
    """
    return {
        "schema": SCHEMA,
        "code": form.procedure,
        "name": procedure_name,
        "form": {"id": form.name, "title": form.title},
        "draft": {"code": code, "createdAt": now.isoformat(timespec="seconds"), "channel": "voice"},
        "fields": {
            name: value
            for slot in form.slots.values()
            if slot.slot in values
            for name, value in fields(form, slot, values[slot.slot]).items()
        },
        "groups": [
            {
                "title": form.group_titles[group],
                "fields": [
                    {"title": form.wordings[slot.slot].title, "text": kinds.show(form, slot, values[slot.slot])}
                    for slot in slots
                    if slot.slot in values
                ],
            }
            for group, slots in form.groups.items()
        ],
    }


def fields(form: Form, slot: Slot, value: Value) -> dict[str, Any]:
    """The portal's fields of one slot: dates as dd/MM/yyyy, numbers and truths as such, keys beside the texts."""
    name, shown = slot.field, kinds.show(form, slot, value)
    match slot.kind:
        case "enum" | "ethnic":
            return {name: shown, f"{name}Ma": value}
        case "address_hn" | "service_point_or_address":
            return {name: shown, f"{name}ChiTiet": value["detail"], f"{name}MaXa": value.get("code", "")}
        case "service_point":
            return {name: shown, f"{name}MaXa": value["code"]}
        case "procedure":
            return {name: value["code"], f"{name}Ten": value["name"]}
        case "industry_vsic4":
            return {name: value["code"], f"{name}Ten": value["name"], f"{name}MoTa": value["said"]}
        case "date" | "date_partial":
            return {name: shown}
        case _:
            return {name: value}
