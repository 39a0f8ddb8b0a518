"""The bot's wordings, from dialogs/prompts/vi.yml."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parent.parent / "prompts" / "vi.yml"


class Prompts:
    """Key → wordings with {placeholders}. Raises KeyError for a key or placeholder that is missing."""

    def __init__(self, path: Path = PATH) -> None:
        self._entries: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def say(self, key: str, used: MutableMapping[str, int], **values: object) -> str:
        """The wording after the one last used in this call, which `used` holds by key and is brought up to date."""
        wordings: list[str] = self._entries[key]
        used[key] = (used.get(key, -1) + 1) % len(wordings)
        return wordings[used[key]].format_map(values)

    def name(self, section: str, key: str) -> str:
        """A name to put into a placeholder, e.g. that of an aspect."""
        found: str = self._entries[section][key]
        return found

    def known_name(self, section: str, key: str) -> str | None:
        """The name if there is one: data that was imported may hold other keys than the prompts."""
        names: dict[str, str] = self._entries[section]
        return names.get(key)
