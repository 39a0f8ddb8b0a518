"""The citizen register: asked after an identity check and with consent. Contract: docs/citizen-register.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Protocol

import requests
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.forms.consents import Consent, Consents
from services.forms.definitions import Prefill
from services.forms.filling import FormFilling
from services.forms.state import Entry
from services.forms.values import Value
from services.settings import RegisterSettings


class RegisterError(Exception):
    """The register has not told anything. Messages hold no personal data."""


class RegisterUnavailable(RegisterError):
    """Away, too slow, overloaded, or its answer makes no sense; it may work later."""


class IdentityMismatch(RegisterError):
    """Number and birth date are not those of one person; nothing else is told."""


class RegisterForbidden(RegisterError):
    """The register does not let us ask: credentials, or our consent is not accepted."""


class NoConsent(RegisterError):
    """The caller has not agreed, or no longer does. Nothing was asked."""


class Address(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)

    detail: str = Field(max_length=300)
    ward: str = Field(max_length=100)
    code: str = Field(alias="wardCode", pattern=r"^\d{5}$")


class Citizen(BaseModel):
    """What the register tells of a person."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    name: str = Field(alias="fullName", min_length=1, max_length=100)
    born: date = Field(alias="dateOfBirth")
    sex: Literal["male", "female"]
    address: Address | None = Field(None, alias="permanentAddress")


class CitizenRegister(Protocol):
    def look_up(self, citizen_id: str, born: date, consent: Consent) -> Citizen:
        """Raises RegisterError."""


class HttpCitizenRegister:
    """The register behind a REST service. `settings.url` must be set."""

    def __init__(self, settings: RegisterSettings) -> None:
        if settings.url is None:
            raise ValueError("citizen_register.url is not set")
        self._url = f"{settings.url.rstrip('/')}/v1/persons/lookup"
        self._headers = {"Authorization": f"Bearer {settings.token}"}
        self._timeout = settings.timeout

    def look_up(self, citizen_id: str, born: date, consent: Consent) -> Citizen:
        body: dict[str, Any] = {
            "citizenId": citizen_id,
            "dateOfBirth": born.isoformat(),
            "purpose": "form",
            "consent": _proof(consent),
        }
        try:
            response = requests.post(
                self._url, json=body, headers=self._headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            raise RegisterUnavailable(type(error).__name__) from None
        if response.status_code in (403, 404):  # not told apart: numbers must not be tried out
            raise IdentityMismatch("no such person")
        if response.status_code in (401, 409):
            raise RegisterForbidden(f"status {response.status_code}")
        if response.status_code != 200:
            raise RegisterUnavailable(f"status {response.status_code}")
        try:
            return Citizen.model_validate(response.json()["person"])
        except (ValidationError, ValueError, KeyError, TypeError):
            raise RegisterUnavailable("answer not understood") from None


def prefill(
    filling: FormFilling, register: CitizenRegister, consents: Consents, call_id: str, citizen_id: str, born: date
) -> list[str]:
    """Fills in what the register knows of the caller, who has said number and birth date. Which slots.

    Raises NoConsent before anything is asked, RegisterError, DatabaseError.
    """
    consent = consents.of_call(call_id)
    if consent is None:
        raise NoConsent("no consent in this call")
    citizen = register.look_up(citizen_id, born, consent)
    filled = filling.prefill(_values(citizen))
    identity = filling.form.identity
    if identity and filling.entry(identity).value is None:
        filling.state.entries[identity] = Entry(value=citizen_id, source="register")
        filled.append(identity)
    return filled


def _values(citizen: Citizen) -> Mapping[Prefill, Value]:
    known: dict[Prefill, Any] = {"register.name": citizen.name, "register.dob": citizen.born.isoformat()}
    if citizen.address:
        known["register.address"] = citizen.address.model_dump()
    return known


def _proof(consent: Consent) -> dict[str, str]:
    return {
        "id": str(consent.id),
        "callId": consent.call_id,
        "givenAt": consent.given_at.isoformat(),
        "wordingVersion": consent.wording_version,
        "wordingDigest": consent.wording_digest,
    }
