"""The actions by themselves, on trackers made by hand and real services."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dialogs.actions import actions, hearing
from dialogs.actions.actions import ACTIONS
from dialogs.actions.backing import backing
from dialogs.actions.memory import Memory
from dialogs.actions.prompts import PATH, Prompts
from dialogs.actions.questions import ASPECTS
from tests.dialogs.calls import MONDAY_MORNING
from tests.dialogs.conversation import BIRTH, DEATH, Conversation

DIALOGS = PATH.parent.parent

pytestmark = pytest.mark.usefixtures("services")


def test_every_action_has_a_rule_and_every_intent_an_action() -> None:
    rules = yaml.safe_load((DIALOGS / "data" / "rules.yml").read_text())["rules"]
    domain = yaml.safe_load((DIALOGS / "domain" / "dialogue.yml").read_text())
    intents = yaml.safe_load((DIALOGS / "domain" / "intents.yml").read_text())["intents"]
    names = {intent if isinstance(intent, str) else next(iter(intent)) for intent in intents}
    assert {rule["steps"][0]["intent"] for rule in rules} == names | {"nlu_fallback"}
    assert {rule["steps"][1]["action"] for rule in rules} == set(domain["actions"])
    assert {action.name for action in ACTIONS} == set(domain["actions"])
    assert set(domain["slots"]) == set(Memory.__dataclass_fields__)


def test_every_prompt_that_is_used_exists_with_its_placeholders() -> None:
    entries = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    used = list(_prompts_used())
    assert len(used) > 30
    for key, given in used:
        for wording in entries[key]:
            assert set(re.findall(r"{(\w+)}", wording)) <= given, key
    assert set(ASPECTS.values()) <= entries["aspects"].keys()


def _prompts_used() -> Iterator[tuple[str, set[str]]]:
    """Keys that stand in calls of say, ask and word, and in tables of keys, with the placeholders filled there."""
    own = {"say": {"interruptible"}, "ask": {"expects", "what", "needs"}, "word": set[str]()}
    for path in Path(actions.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
                continue
            if node.func.attr in own:
                for leaf in ast.walk(node.args[0]):
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str) and "_" in leaf.value:
                        yield (
                            leaf.value,
                            {keyword.arg for keyword in node.keywords if keyword.arg} - own[node.func.attr],
                        )
    from dialogs.actions.talk import EMERGENCIES, TOLD

    yield from ((key, set()) for key in (*TOLD.values(), *EMERGENCIES.values()))


def test_wordings_take_turns_and_mistakes_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "vi.yml"
    path.write_text("a: ['{x} một', '{x} hai']\n")
    prompts, used = Prompts(path), {}
    assert [prompts.say("a", used, x=n) for n in range(3)] == ["0 một", "1 hai", "2 một"]
    with pytest.raises(KeyError):
        prompts.say("b", used)
    with pytest.raises(KeyError):
        prompts.say("a", used)


def test_memory_survives_the_slots() -> None:
    memory = Memory(procedure=BIRTH, wordings={"more": 1}, awaiting={"what": "more", "parts": ["x"]})
    slots = {event["name"]: event["value"] for event in memory.changes({})}
    assert Memory.read(slots) == memory
    assert memory.changes(slots) == []


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("cái thứ hai", 1),
        ("dạ số hai ạ", 1),
        ("2", 1),
        ("hai", 1),
        ("cai dau tien", 0),
        ("một", 0),
        ("cái cuối cùng ấy cháu", 2),
        ("thứ ba nhé", 2),
        ("tôi có hai đứa cháu", None),
        ("thứ tư", None),
    ],
)
def test_position(text: str, index: int | None) -> None:
    assert hearing.position(text, 3) == index


def test_position_beyond_what_was_offered() -> None:
    assert hearing.position("số ba", 2) is None
    assert hearing.position("cái cuối", 2) == 1


@pytest.mark.parametrize(
    ("text", "index"),
    [("cái cấp lại ấy", 1), ("doi cho bac", 0), ("giấy phép lái xe", None), ("trời mưa", None)],
)
def test_choice_by_what_differs(text: str, index: int | None) -> None:
    assert hearing.by_name(text, ["đổi giấy phép lái xe", "cấp lại giấy phép lái xe"]) == index


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("không phải, bác hỏi khai tử cơ", "khai tử cơ"),
        ("nhầm rồi ý tôi là kết hôn", "kết hôn"),
        ("khai sinh", "khai sinh"),
        ("không", ""),
    ],
)
def test_correction(text: str, meant: str) -> None:
    assert hearing.corrected(text) == meant


async def test_similar_procedures_are_offered_and_chosen_by_key() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_phi", "giấy phép lái xe hết bao nhiêu tiền")
    choices = conversation.slots["awaiting"]["choices"]
    assert 2 <= len(choices) <= 3
    assert messages[0]["expects"] == "choice"
    answer = await conversation.turn("chon", entities={"so": 2})
    assert answer[-1]["procedure"] == choices[1]["code"]
    assert answer[-1]["aspect"] == "fee"


async def test_words_that_fit_the_present_procedure_keep_it() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_ho_so", "cấp lại giấy phép lái xe cần giấy tờ gì")
    kept = conversation.slots["procedure"]
    messages = await conversation.turn("hoi_thoi_han", "giấy phép lái xe thì mấy ngày có")
    assert messages[-1]["procedure"] == kept
    assert messages[-1]["aspect"] == "time"


async def test_correction_takes_up_the_other_procedure() -> None:
    conversation = Conversation()
    await conversation.turn("hoi_ho_so", "đăng ký khai sinh cần giấy tờ gì")
    messages = await conversation.turn("phu_dinh", "không phải, bác hỏi khai tử cơ")
    assert messages[-1]["procedure"] == DEATH
    assert messages[-1]["aspect"] == "documents"


async def test_alternatives_of_the_recogniser_are_searched() -> None:
    conversation = Conversation()
    messages = await conversation.turn("hoi_phi", "đăng kỳ cải xin", alternatives=["đăng ký khai sinh"], confidence=0.7)
    assert messages[-1]["procedure"] == BIRTH


async def test_unclear_intent_with_a_clear_procedure_is_answered() -> None:
    messages = await Conversation().turn("nlu_fallback", "đăng ký khai sinh", ranking=["nlu_fallback", "hoi_phi"])
    assert messages[-1]["intent"] == "hoi_phi"
    assert messages[-1]["procedure"] == BIRTH


async def test_hand_over_goes_by_the_clock_of_the_call() -> None:
    day = await Conversation(now=MONDAY_MORNING).turn("gap_nhan_vien", "cho gặp người")
    assert [message["name"] for message in day if message["type"] == "command"] == ["hand_over"]
    utc = await Conversation(now="2026-03-02T02:00:00+00:00").turn("gap_nhan_vien", "cho gặp người")
    assert utc[-1]["handover"]
    night = await Conversation(now="2026-03-02T22:00:00").turn("gap_nhan_vien", "cho gặp người")
    assert [message["expects"] for message in night if message["type"] == "say"] == ["nothing", "digits"]


async def test_officer_offered_for_an_uncertain_fact() -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("hoi_phi_phat", "đăng ký khai sinh muộn thì phạt bao nhiêu")
    assert conversation.slots["awaiting"]["what"] == "person"
    messages = await conversation.turn("khang_dinh", "ừ")
    assert [action["name"] for action in messages[-1]["actions"]] == ["ticket"]


async def test_plain_yes_counts_more_than_an_uncertain_intent() -> None:
    conversation = Conversation(caller="0912345678")
    await conversation.turn("hoi_ho_tro_tai_nha", "nhờ cán bộ đến tận nhà")
    messages = await conversation.turn("tu_choi_ghi_am", "ừ ghi giúp bác", certainty=0.58)
    assert [message["type"] for message in messages if message["type"] == "command"] == []
    assert messages[-1]["actions"][0]["name"] == "ticket"
    assert messages[-1]["intent"] == "khang_dinh"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("ừ ghi giúp bác", True),
        ("dạ vâng", True),
        ("có cháu ạ", True),
        ("không cần đâu", False),
        ("thôi khỏi", False),
        ("đừng ghi", False),
        ("cô ơi", None),
        ("khong can", False),
        ("có phải đóng tiền phạt hay là không", None),
        ("giấy tờ gì", None),
    ],
)
def test_yes_no(text: str, answer: bool | None) -> None:
    assert hearing.yes_no(text) is answer


async def test_control_keeps_the_question_and_its_words() -> None:
    conversation = Conversation()
    await conversation.turn("gap_nhan_vien", "cho gặp người")
    asked = conversation.slots["last_words"]
    messages = await conversation.turn("noi_lai_cham", "nói chậm thôi")
    assert messages[-1]["type"] == "understood"
    assert [m["expects"] for m in messages if m["type"] == "say"] == ["digits"]
    assert conversation.slots["last_words"] == asked
    assert conversation.slots["awaiting"]["what"] == "phone"


async def test_failed_service_sends_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", f"sqlite:///{tmp_path}/empty.db")
    backing.cache_clear()
    with pytest.raises(Exception, match="database"):
        await Conversation().turn("hoi_phi", "đăng ký khai sinh")


def test_wrong_settings_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICEBOT__DUTY__HOURS", "always")
    backing.cache_clear()
    with pytest.raises(ValueError, match="hours"):
        backing()
