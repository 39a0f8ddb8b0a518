"""What courtesy and care ask for in any turn: the form of address, condolence once, no codes read aloud."""

from __future__ import annotations

from dialogs.actions import address, hearing, repair
from dialogs.actions.turn import Turn
from services.tickets import tells_secrets
from voicebot.expectation import Expectation


def notice(turn: Turn) -> None:
    """A form that is asked for always counts; one that is merely heard, until there is one."""
    memory = turn.memory
    memory.address = address.requested(turn.text) or memory.address or address.heard(turn.text)
    if not memory.condoled and hearing.bereaved(turn.text):
        memory.condoled = True
        turn.say("condolence")
    if tells_secrets(turn.text):
        turn.say("no_codes")


def change_address(turn: Turn) -> None:
    """The caller wants to be called something else; `notice` has heard what, if it was said."""
    if not address.requested(turn.text):
        turn.memory.address = address.NEUTRAL
    turn.record("address", turn.memory.address or address.DEFAULT)
    turn.say("address_ok", form=turn.memory.address)
    if not repair.back_to_question(turn):
        turn.ask("yes_what", Expectation.OPEN)
