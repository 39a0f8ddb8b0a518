"""When the caller was silent, or was not understood."""

from __future__ import annotations

from dialogs.actions import hand_over
from dialogs.actions.turn import Turn
from voicebot.expectation import Expectation

HEARD_BADLY = 0.55  # below it the words are not acted upon
FAILURES = 3  # turns not understood in one call; then a person


def misunderstood(turn: Turn) -> None:
    """Asks again in other words, then offers a person; the third time in a call the caller gets one."""
    memory = turn.memory
    memory.misses += 1
    memory.failures += 1
    turn.record("fallback", str(memory.failures))
    if memory.failures >= FAILURES:
        hand_over.hand_over(turn, "not_understood")
    elif memory.misses > 1:
        turn.ask("fallback_2", Expectation.YES_NO, "person", {"reason": "not_understood"})
    elif not back_to_question(turn):
        turn.say("low_confidence" if turn.hearing < HEARD_BADLY else "fallback_1")


def silent(turn: Turn) -> None:
    """`buoc` says how often in a row: ask again, offer a person, say goodbye."""
    step = min(max(int(turn.entities.get("buoc", 1)), 1), 3)
    turn.record("no_input", str(step))
    if step == 1:
        if not back_to_question(turn):
            turn.say("no_input_1")
    elif step == 2:
        turn.ask("no_input_2", Expectation.YES_NO, "person", {"reason": "silence"})
    else:
        turn.say("no_input_3")
        turn.command("hang_up")
        turn.end()


def back_to_question(turn: Turn) -> bool:
    """The open question stays open, and is asked in other words unless it was as open as "anything else?"."""
    turn.memory.awaiting = turn.asked
    if not turn.asked or turn.asked["what"] == "anything" or turn.hearing < HEARD_BADLY:
        return False
    if "task" in turn.asked:
        turn.memory.paused = None
    turn.ask_again()
    return True
