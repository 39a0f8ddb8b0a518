"""One value of config.yml is set; everything else stays as the operator wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hotline.models import ModelError
from hotline.models.config_file import set_value


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "recognition:\n  model: a/b\n"),
        ("# nothing yet", "# nothing yet\nrecognition:\n  model: a/b\n"),
        ("web:\n  port: 1 # one\n", "web:\n  port: 1 # one\nrecognition:\n  model: a/b\n"),
        ("recognition: # which\nweb: {}\n", "recognition:\n  model: a/b # which\nweb: {}\n"),
        ("recognition:\n    workers: 3 # few\n", "recognition:\n    model: a/b\n    workers: 3 # few\n"),
        ("recognition:\r\n  model: 'x y' # old\r\n", "recognition:\r\n  model: a/b # old\r\n"),
        ("recognition: {model: x, workers: 3} # so\n", "recognition: {model: a/b, workers: 3} # so\n"),
        ("recognition:\n  model: >-\n    x\n    y\n  workers: 3\n", None),
        ("recognition: {workers: 3}\n", None),
        ("{recognition: {model: x}}\n", None),
    ],
)
def test_only_one_value_of_a_configuration_changes(tmp_path: Path, before: str, after: str | None) -> None:
    path = tmp_path / "config.yml"
    path.write_bytes(before.encode())
    path.chmod(0o640)
    if after is None:
        with pytest.raises(ModelError, match="set in it recognition: model: a/b"):
            set_value(path, "recognition", "model", "a/b")
    else:
        set_value(path, "recognition", "model", "a/b")
    assert path.read_bytes().decode() == (before if after is None else after)
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_yaml_would_misread_is_quoted(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    path.write_text("recognition:\n  model: x # old\n")
    for value in ("/var/mô hình: số 1 #2", "yes", "1.5", 'a "b"'):
        set_value(path, "recognition", "model", value)
        assert yaml.safe_load(path.read_text()) == {"recognition": {"model": value}}
        assert path.read_text().endswith(" # old\n")
