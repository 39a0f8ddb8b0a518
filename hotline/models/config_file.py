"""Setting one value in config.yml and leaving everything else in it as it is, comments and all."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from hotline.models import ModelError

PLAIN = re.compile(r"(?=.*/)[A-Za-z./][\w./-]*")  # a path that needs no quotes


def set_value(path: Path, section: str, key: str, value: str) -> None:
    """The file is replaced in one step. Raises ModelError when it cannot be edited, OSError."""
    target = path.resolve()  # behind a link
    before = target.read_bytes().decode() if target.exists() else ""
    wanted = yaml.safe_load(before) or {}
    wanted[section] = (wanted.get(section) or {}) | {key: value}
    after = edited(before, section, key, value)
    if after is None or _loaded(after) != wanted:
        raise ModelError(f"{path} is laid out in a way that cannot be edited; set in it {section}: {key}: {value}")
    if after != before:
        _replace(target, after)


def edited(text: str, section: str, key: str, value: str) -> str | None:
    """None where the layout is too unusual."""
    quoted = value if PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    pair = f"{key}: {quoted}"
    root = yaml.compose(text, yaml.SafeLoader)
    if root is not None and (not isinstance(root, yaml.MappingNode) or root.flow_style):
        return None
    held = _value(root, section)
    if held is None:
        return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{section}:\n  {pair}\n"
    if isinstance(held, yaml.ScalarNode):  # nothing in it
        return f"{text[: held.start_mark.index]}\n  {pair}{text[held.end_mark.index :]}"
    old = _value(held, key)
    if old is not None:
        return f"{text[: old.start_mark.index]}{quoted}{text[old.end_mark.index :]}"
    start = held.value[0][0].start_mark if held.value else held.start_mark
    if held.flow_style:
        return None
    return f"{text[: start.index]}{pair}\n{' ' * start.column}{text[start.index :]}"


def _value(mapping: Any, key: str) -> Any:
    """The last node of that key, which is the one that counts."""
    found = [value for name, value in (mapping.value if mapping else ()) if name.value == key]
    return found[-1] if found else None


def _loaded(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None


def _replace(target: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, name)
        else:
            os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
