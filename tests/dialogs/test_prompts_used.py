"""Every prompt is said by something, and everything that is named has a name."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from typing import Any, get_args

import yaml

from dialogs import actions
from dialogs.actions.prompts import PATH
from dialogs.actions.questions import ASPECTS
from services.dossiers import DUE
from services.dossiers.reminders import TOLD
from services.forms.notices import Notice
from services.forms.values import Reason
from services.settings import Weekday
from services.tickets import Category, Kind
from tests.dialogs.conversation import DIALOGS
from voicebot.turn_actions import PromptName

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(actions.__path__, f"{actions.__name__}.")
    if not found.name.endswith("__main__")
]
NOT_BY_THE_TURN = {"hand_over", "hand_over_failed"}  # said by the line, when it hands over


class OnceEach(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping; YAML takes the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(set(keys)) == len(keys), sorted(key for key in keys if keys.count(key) > 1)
        return super().construct_mapping(node, deep)


PROMPTS: dict[str, Any] = yaml.load(PATH.read_text(encoding="utf-8"), OnceEach)
SAID = {
    node.value
    for path in (DIALOGS / "actions").rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
SAID |= {f"form_reason_{reason}" for reason in Reason} | {f"form_notice_{notice}" for notice in Notice}


def test_every_prompt_is_said() -> None:
    sentences = {key for key, value in PROMPTS.items() if isinstance(value, list)}
    assert sorted(key for key in sentences if key.removesuffix("_written") not in SAID) == []
    assert (
        sorted(key for key in sentences if key.endswith("_written") and key.removesuffix("_written") not in PROMPTS)
        == []
    )
    assert PROMPTS["line"].keys() == set(get_args(PromptName)) | NOT_BY_THE_TURN


def test_every_section_of_names_is_looked_up() -> None:
    sections = {key for key, value in PROMPTS.items() if isinstance(value, dict)} - {"line", "chat"}
    assert sections <= SAID


def test_every_task_has_a_name_and_every_name_a_task() -> None:
    own = ("TASK", "BOOKING", "CHANGING", "CANCELLING")
    tasks = {getattr(module, name) for module in MODULES for name in own if hasattr(module, name)}
    assert PROMPTS["tasks"].keys() == tasks


def test_names_are_those_of_what_there_is() -> None:
    rules = yaml.safe_load((DIALOGS / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    not_yet = {rule["steps"][0]["intent"] for rule in rules if rule["steps"][1]["action"] == "action_not_yet"}
    assert PROMPTS["services"].keys() == not_yet - {"doi_ngon_ngu"}
    assert PROMPTS["aspects"].keys() == set(ASPECTS.values())
    assert PROMPTS["categories"].keys() == {*Category, Kind.SCAM}
    assert PROMPTS["dossier_messages"].keys() == TOLD | {DUE}
    assert PROMPTS["weekdays"].keys() == set(get_args(Weekday))


def test_no_two_prompts_say_the_same() -> None:
    """In writing the greeting leaves the notice of the recording out, and so is the same with and without."""
    same = {"greeting_unrecorded_written"}
    wordings = [each for key, value in PROMPTS.items() if isinstance(value, list) and key not in same for each in value]
    assert sorted(each for each in wordings if wordings.count(each) > 1) == []
