"""How the call goes, and what the hotline says about itself."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.actions import dropped, guide, hand_over, hearing, questions, repair, survey
from dialogs.actions.turn import Turn
from services.procedures import Aspect, is_clear
from voicebot.expectation import Expectation

TOLD = {
    "hoi_ai": "who_am_i",
    "hoi_cuoc_goi": "call_cost",
    "hoi_ghi_am": "recording_notice",
    "hoi_gio_lam_viec": "hours",
    "ngoai_pham_vi": "off_topic",
    "tan_gau": "small_talk",
}
ASKS_BY_ITSELF = {"ngoai_pham_vi", "tan_gau"}
EMERGENCIES = {
    "fire": "emergency_fire",
    "medical": "emergency_medical",
    "police": "emergency_police",
    None: "emergency_any",
}


def greet(turn: Turn) -> None:
    """The notice that the call is recorded is not cut short; the question after it may be."""
    greeting = "greeting" if turn.backing.records else "greeting_unrecorded"
    if greeting in turn.memory.wordings:
        turn.say("greeting_again")
        return
    notice, _, question = turn.word(greeting).rpartition(". ")
    turn.tell(f"{notice}.", interruptible=False)
    if not dropped.offered(turn):
        turn.tell(question)


def tell(turn: Turn) -> None:
    """Answers a question about the hotline and comes back to what was open."""
    if turn.intent == "hoi_ghi_am" and not turn.backing.records:
        turn.say("recording_off")
    else:
        turn.say(TOLD[turn.intent])
    if repair.back_to_question(turn) or turn.intent in ASKS_BY_ITSELF:
        return
    if turn.memory.procedure:
        turn.anything_else()
    else:
        turn.ask("yes_what", Expectation.OPEN)


def insulted(turn: Turn) -> None:
    """Stays calm; the second time offers a person, the third time ends the call."""
    turn.memory.insults += 1
    turn.record("insult", str(turn.memory.insults))
    if turn.memory.insults == 1:
        turn.say("abuse_1")
    elif turn.memory.insults == 2:
        turn.ask("abuse_2", Expectation.YES_NO, "person", {"reason": "abuse"})
    else:
        survey.part(turn)


def emergency(turn: Turn) -> None:
    turn.memory.urgent = True
    kind = hearing.emergency(turn.text)
    turn.record("emergency", kind or "any")
    turn.say(EMERGENCIES[kind], interruptible=False)


def repeat(turn: Turn) -> None:
    """What was last said; the voicebot knows what of it was really heard, other clients take the words from here."""
    if not guide.named_step(turn):
        turn.command("repeat", text=" ".join(turn.memory.last_words))


def slower(turn: Turn) -> None:
    turn.command("slower")
    turn.say("slower_ok")
    repeat(turn)


def louder(turn: Turn) -> None:
    turn.command("louder")
    turn.say("louder_ok")
    repeat(turn)


def wait(turn: Turn) -> None:
    turn.say("wait_ok")
    turn.command("wait")


def refuse_recording(turn: Turn) -> None:
    turn.command("stop_recording")
    turn.say("recording_stopped")
    repair.back_to_question(turn)


CONTROLS: dict[str, Callable[[Turn], None]] = {
    "noi_lai": repeat,
    "noi_lai_cham": slower,
    "noi_to": louder,
    "cho_doi": wait,
    "tu_choi_ghi_am": refuse_recording,
}


def control(turn: Turn) -> None:
    """How the call goes; an open question stays open."""
    turn.passing = True
    CONTROLS[turn.intent](turn)


def not_yet(turn: Turn) -> None:
    """What the machine cannot do yet: says so and where it is done, and offers to leave it to an officer."""
    if turn.intent == "doi_ngon_ngu":
        turn.say("language_vi_only")
        turn.ask("offer_person", Expectation.YES_NO, "person", {"reason": "language"})
        return
    turn.record(turn.intent, "not_yet")
    turn.say("not_yet", what=turn.backing.prompts.name("services", turn.intent))
    hits = questions.search(turn)
    if is_clear(hits):
        turn.memory.procedure = hits[0].code
    if turn.memory.procedure:
        where = turn.backing.procedures.answer(turn.memory.procedure, Aspect.WHERE)
        if where.known:
            turn.tell(where.parts[0], where.source)
    needs = {"kind": turn.intent, "summary": hand_over.summary(turn)}
    turn.ask("offer_ticket", Expectation.YES_NO, "ticket", {**needs, "reason": None})
