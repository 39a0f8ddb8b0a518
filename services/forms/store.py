"""Saved forms: broken off and to be taken up in a later call, or finished drafts for an officer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.database import Database
from services.forms import eform
from services.forms.codes import new_code
from services.forms.definitions import forms
from services.forms.filling import FormFilling
from services.forms.models import FormChangeRow, FormRow

CHECKS = 3  # wrong answers to the identity check; then the form is locked
LOCKED = timedelta(hours=1)
_TRIES = 5  # at a code that is free


class FormState(StrEnum):
    PAUSED = "paused"
    FINISHED = "finished"
    ACCEPTED = "accepted"  # an officer has taken it over
    RETURNED = "returned"  # an officer wants it changed
    WITHDRAWN = "withdrawn"  # by the caller, or erased after its time; nothing personal is left


_NEXT = {
    FormState.PAUSED: {FormState.FINISHED, FormState.WITHDRAWN},
    FormState.FINISHED: {FormState.ACCEPTED, FormState.RETURNED, FormState.WITHDRAWN},
    FormState.RETURNED: {FormState.FINISHED, FormState.ACCEPTED, FormState.WITHDRAWN},
    FormState.ACCEPTED: set[FormState](),
    FormState.WITHDRAWN: set[FormState](),
}


_OPEN = {FormState.PAUSED, FormState.RETURNED}  # for the caller to go on with


class FormNotFound(LookupError):
    """There is no such form, or none that can be taken up."""


class WrongIdentity(Exception):
    """The digits are not those of the form. `left`: how often they may still be tried."""

    def __init__(self, left: int) -> None:
        super().__init__(f"identity check failed, {left} left")
        self.left = left


class FormLocked(Exception):
    """Too many wrong digits; open again at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until.isoformat()}")
        self.until = until


@dataclass(frozen=True)
class FormChange:
    state: FormState
    at: datetime
    by: str
    note: str


@dataclass(frozen=True)
class SavedForm:
    """`code` is for the caller (see `codes.read_code`); `eform` is empty until the form is finished."""

    code: str
    form: str
    state: FormState
    phone: str | None
    call_id: str
    opened_by: Literal["identity", "phone", ""]  # number whose last digits open it again; "": nothing does
    eform: Mapping[str, Any]
    history: tuple[FormChange, ...]  # oldest first


class FormStore:
    """All methods raise DatabaseError when the database is away; then nothing has been stored."""

    def __init__(self, database: Database, make_code: Callable[[], str] = new_code) -> None:
        self._database = database
        self._make_code = make_code

    def pause(self, filling: FormFilling, call_id: str, phone: str | None, now: datetime, code: str = "") -> SavedForm:
        """Keeps a form for a later call. Saved again in the same call, or with the code that it has, it stays one.

        Raises FormNotFound for the code of another form, or of one that is finished.
        """

        def save(session: Session) -> FormRow:
            row = self._open(session, filling, call_id, code, _OPEN) or self._new(session, filling, call_id, phone, now)
            _keep(row, filling, call_id, now)
            if not row.changes:
                _change(row, FormState.PAUSED, now)
            return row

        return self._save(save)

    def finish(
        self,
        filling: FormFilling,
        call_id: str,
        phone: str | None,
        now: datetime,
        code: str = "",
        procedure_name: str = "",
    ) -> SavedForm:
        """The draft e-form. The same content of the same call is stored once, however often it is sent.

        With its code a form that was saved is finished, or, in the same call, corrected. Raises ValueError when it is
        not complete, FormNotFound for the code of another form, or of one that an officer has.
        """
        if not filling.complete:
            raise ValueError(f"{filling.form.name} is not complete")
        submission = _digest(filling, call_id)

        def save(session: Session) -> FormRow:
            sent = session.scalar(select(FormRow).where(FormRow.submission == submission))
            if sent:
                return sent
            row = self._open(session, filling, call_id, code, {*_OPEN, FormState.FINISHED})
            row = row or self._new(session, filling, call_id, phone, now)
            _keep(row, filling, call_id, now)
            row.submission = submission
            row.eform = eform.build(filling.form, filling.values, row.code, now, procedure_name)
            _change(row, FormState.FINISHED, now)
            return row

        return self._save(save)

    def paused(self, phone: str) -> list[SavedForm]:
        """What was broken off in calls from this number and can be opened by the last digits of the identity number,
        latest first. Others need the code that the caller was told."""
        query = select(FormRow).where(FormRow.phone == phone, FormRow.state == FormState.PAUSED)
        with self._database.session() as session:
            rows = session.scalars(query.order_by(FormRow.touched_at.desc(), FormRow.id.desc())).all()
            return [_saved(row) for row in rows if _identity(row)]

    def resume(self, code: str, last_four: str, call_id: str, now: datetime) -> FormFilling:
        """Opens a paused or returned form to whoever knows the last four digits of its identity number.

        While it has none, those of the telephone number that it came from. Raises FormNotFound, WrongIdentity,
        FormLocked.
        """
        with self._database.session(write=True) as session:
            row = session.scalar(select(FormRow).where(FormRow.code == code).with_for_update())
            if row is None or row.state not in _OPEN:
                raise FormNotFound(f"no open form {code}")
            failure = _check(row, last_four, now)
            if failure is None:
                row.wrong_checks, row.locked_until, row.call_id, row.touched_at = 0, None, call_id, now
            data = dict(row.filling)
        if failure:
            raise failure
        return FormFilling.from_json(data)

    def get(self, code: str) -> SavedForm | None:
        with self._database.session() as session:
            row = session.scalar(select(FormRow).where(FormRow.code == code))
            return _saved(row) if row else None

    def list(self, state: FormState | None = None, limit: int = 100) -> list[SavedForm]:
        """Latest first."""
        query = select(FormRow).order_by(FormRow.id.desc()).limit(limit)
        if state:
            query = query.where(FormRow.state == state)
        with self._database.session() as session:
            return [_saved(row) for row in session.scalars(query)]

    def move(self, code: str, state: FormState, by: str, now: datetime, note: str = "") -> SavedForm:
        """Raises FormNotFound, ValueError when that state cannot follow the present one."""
        with self._database.session(write=True) as session:
            row = session.scalar(select(FormRow).where(FormRow.code == code).with_for_update())
            if row is None:
                raise FormNotFound(f"there is no form {code}")
            if state not in _NEXT[FormState(row.state)]:
                raise ValueError(f"form {code} is {row.state} and cannot become {state}")
            if state is FormState.WITHDRAWN:
                _erase(row)
            _change(row, state, now, by, note)
            session.flush()
            return _saved(row)

    def erase_paused(self, before: datetime, now: datetime) -> int:
        """Erases what nobody has taken up since `before`; how many. Their codes are not given out again."""
        query = select(FormRow).where(FormRow.state == FormState.PAUSED, FormRow.touched_at < before)
        with self._database.session(write=True) as session:
            rows = session.scalars(query.with_for_update()).all()
            for row in rows:
                _erase(row)
                _change(row, FormState.WITHDRAWN, now, "retention")
            return len(rows)

    def _save(self, save: Callable[[Session], FormRow]) -> SavedForm:
        """In one transaction. Again when another one has just taken the code, or has sent the same form."""
        for last in (*[False] * (_TRIES - 1), True):
            try:
                with self._database.session(write=True) as session:
                    row = save(session)
                    session.flush()
                    return _saved(row)
            except IntegrityError:
                if last:
                    raise
        raise AssertionError("unreachable")

    def _open(
        self, session: Session, filling: FormFilling, call_id: str, code: str, states: Set[FormState]
    ) -> FormRow | None:
        """The form with this code, else the one of its kind that the call has paused."""
        query = select(FormRow).where(FormRow.form == filling.form.name).with_for_update()
        if not code:
            return session.scalar(query.where(FormRow.call_id == call_id, FormRow.state == FormState.PAUSED).limit(1))
        row = session.scalar(query.where(FormRow.code == code, FormRow.state.in_(states)))
        if row is None or (row.state == FormState.FINISHED and row.call_id != call_id):
            raise FormNotFound(f"no open form {code}")
        return row

    def _new(self, session: Session, filling: FormFilling, call_id: str, phone: str | None, now: datetime) -> FormRow:
        row = FormRow(
            code=self._make_code(), form=filling.form.name, state=FormState.PAUSED, phone=phone, call_id=call_id,
            submission=None, filling={}, eform={}, touched_at=now, wrong_checks=0, locked_until=None,
        )  # fmt: skip
        session.add(row)
        return row


def _keep(row: FormRow, filling: FormFilling, call_id: str, now: datetime) -> None:
    row.filling, row.call_id, row.touched_at = filling.to_json(), call_id, now


def _change(row: FormRow, state: FormState, at: datetime, by: str = "voicebot", note: str = "") -> None:
    row.state = state
    row.changes.append(FormChangeRow(state=state, at=at, by=by, note=note))


def _erase(row: FormRow) -> None:
    row.filling, row.eform, row.phone, row.submission = {}, {}, None, None


def _digest(filling: FormFilling, call_id: str) -> str:
    content = json.dumps([call_id, filling.form.name, filling.values], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _identity(row: FormRow) -> str:
    """Identity number in the form; "" while there is none."""
    slot = forms()[row.form].identity
    entry = row.filling.get("entries", {}).get(slot, {}) if slot else {}
    return str(entry.get("value") or "")


def _check(row: FormRow, last_four: str, now: datetime) -> WrongIdentity | FormLocked | None:
    if row.locked_until and now < row.locked_until:
        return FormLocked(row.locked_until)
    known = (_identity(row) or row.phone or "")[-4:]
    if known and last_four == known:
        return None
    row.wrong_checks += 1
    if row.wrong_checks < CHECKS:
        return WrongIdentity(CHECKS - row.wrong_checks)
    row.wrong_checks, row.locked_until = 0, now + LOCKED
    return FormLocked(row.locked_until)


def _saved(row: FormRow) -> SavedForm:
    return SavedForm(
        code=row.code,
        form=row.form,
        state=FormState(row.state),
        phone=row.phone,
        call_id=row.call_id,
        opened_by="identity" if _identity(row) else "phone" if row.phone else "",
        eform=row.eform,
        history=tuple(FormChange(FormState(c.state), c.at, c.by, c.note) for c in row.changes),
    )
