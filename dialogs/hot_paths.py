"""Two paths of Rasa that every turn takes many times over, with their results kept.

`Event.resolve_by_type` walks all subclasses for each stored event, and `RemoteAction._validate_action_result` compiles
its JSON schema anew for each action. Whatever the short way does not accept goes the long way, so that unknown events
and invalid answers meet Rasa's own handling and error messages. Seen with Rasa 3.6.21.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

_resolve_slowly = Event.resolve_by_type
_validate_slowly = RemoteAction._validate_action_result


@cache
def _events() -> dict[str, type[Event]]:
    return {event.type_name: event for event in reversed(all_subclasses(Event))}  # the first of a name counts


@cache
def _validator() -> Any:
    schema = RemoteAction.action_response_format_spec()
    return validator_for(schema)(schema)


def _resolve(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
    return _events().get(type_name) or _resolve_slowly(type_name, default)


def _validate(self: RemoteAction, result: dict[str, Any]) -> bool:
    return _validator().is_valid(result) or _validate_slowly(self, result)


def install() -> None:
    """Take the short ways in this process; may be called again."""
    Event.resolve_by_type = staticmethod(_resolve)
    RemoteAction._validate_action_result = _validate
