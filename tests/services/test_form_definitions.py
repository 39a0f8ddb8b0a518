"""The bundled forms, and what is said when definitions are wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from language import vi
from services.forms.definitions import HERE, Form, FormError, forms, load_forms
from services.forms.kinds import KINDS
from services.forms.kinds.choices import ethnic_groups, trades
from services.forms.kinds.digits import PROVINCES
from services.forms.kinds.wards import wards
from services.forms.notices import Notice
from services.forms.values import Reason

QUESTION_SYLLABLES = 20
PROMPTS = yaml.safe_load(
    (Path(__file__).parents[2] / "dialogs" / "prompts" / "vi.yml").read_text(encoding="utf-8")
)  # fmt: skip
every_form = pytest.mark.parametrize("form", forms().values(), ids=list(forms()))


def test_the_seven_forms_and_the_identity_check_with_all_their_slots() -> None:
    counts = {name: len(form.slots) for name, form in forms().items()}
    assert counts == {
        "form_khai_sinh": 13,
        "form_huu_tri_xa_hoi": 11,
        "form_ct01": 9,
        "form_hkd": 10,
        "form_so_thu_tu": 6,
        "form_phan_anh": 7,
        "form_tra_cuu": 2,
        "form_danh_tinh": 2,
    }


@every_form
def test_questions_are_polite_short_and_varied(form: Form) -> None:
    for slot, wording in form.wordings.items():
        said = (*wording.ask, wording.gently, *wording.offer)
        assert len(set(said)) == len(said), slot
        for text in said:
            assert text.startswith("Dạ"), text
            assert text.endswith(" ạ?"), text
            spoken = vi.speak(text.format(value="không chín một hai"))
            assert re.fullmatch(r"[^\W\d_](?:[^\W\d_]|[ ,.?])*", spoken), text
            question = max(spoken.split(". "), key=len)
            assert len(re.findall(r"\w+", question)) <= QUESTION_SYLLABLES, text


@every_form
def test_options_are_told_apart(form: Form) -> None:
    for slot, wording in form.wordings.items():
        heard = [phrase for option in wording.options.values() for phrase in option.heard]
        assert len(set(heard)) == len(heard), slot
        assert [vi.normalise(phrase) for phrase in heard] == heard, slot


@every_form
def test_field_names_are_unique(form: Form) -> None:
    assert len({slot.field for slot in form.slots.values()}) == len(form.slots)


def test_every_kind_of_slot_can_be_understood() -> None:
    assert {slot.kind for form in forms().values() for slot in form.slots.values()} <= KINDS.keys()


def test_every_reason_and_notice_has_a_prompt() -> None:
    assert {f"form_reason_{reason}" for reason in Reason} <= PROMPTS.keys()
    assert {f"form_notice_{notice}" for notice in Notice} <= PROMPTS.keys()


def test_lists_are_whole() -> None:
    assert len(ethnic_groups()) == 54
    assert len(PROVINCES) == 63
    assert len(wards()) == 126
    assert len({trade.code for trade in trades()}) == len(trades())
    assert all(re.fullmatch(r"\d{4}", trade.code) and trade.name and trade.heard for trade in trades())


def _wrong(path: Path, change: Any) -> Path:
    entries = yaml.safe_load((HERE / "forms.yml").read_text(encoding="utf-8"))
    change(entries[0])
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda form: form["groups"]["child"][0].update(kind="colour"), "groups.child.0.kind"),
        (lambda form: form["groups"]["child"].append(form["groups"]["birth"][0]), "at most 3"),
        (lambda form: form["groups"]["child"][0].update(colour="red"), "colour"),
        (lambda form: form["groups"].update(more=[{"slot": "x", "kind": "text", "field": "x"}]), "wording"),
        (lambda form: form["groups"]["requester"][0].update(asked_if={"copies": [1]}), "before"),
        (lambda form: form["groups"]["requester"][1].update(person={"dob": "nothing"}), "not there"),
        (lambda form: form["groups"]["child"][2].update(options=["nam"]), "options"),
        (lambda form: form["groups"]["child"][0].update(prefill="line"), "offer"),
        (lambda form: form.update(identity="nothing"), "identity"),
        (lambda form: form.update(form="form_la"), "form_la is missing"),
    ],
)
def test_what_is_wrong_with_a_definition_is_said(tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(FormError, match=said):
        load_forms(_wrong(tmp_path / "forms.yml", change))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(FormError, match="No such file"):
        load_forms(tmp_path / "away.yml")
    (tmp_path / "broken.yml").write_text("- form: [")
    with pytest.raises(FormError, match="not YAML"):
        load_forms(tmp_path / "broken.yml")
