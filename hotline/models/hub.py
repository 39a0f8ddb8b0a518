"""Checkpoints from the Hugging Face hub, or a mirror that HF_ENDPOINT names."""

from __future__ import annotations

import os
from pathlib import Path

from huggingface_hub import HfApi, ModelInfo
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.hf_api import RepoSibling

from hotline.models import ModelError
from hotline.models.catalogue import Entry
from hotline.models.checkpoint import weights
from hotline.models.store import sha256

TIMEOUT = 20.0  # s for the hub's first answer
SMALL = (".json", ".txt")  # configuration, vocabulary


def download(entry: Entry, folder: Path) -> str:
    """Puts the checkpoint into `folder` and says which commit it is. Raises ModelError; OSError for a full disk."""
    api = HfApi(endpoint=os.environ.get("HF_ENDPOINT"), token=False)
    try:
        info = api.model_info(entry.repository, revision=entry.revision, files_metadata=True, timeout=TIMEOUT)
    except Exception as error:
        raise _explained(error, entry, api.endpoint) from error
    for file in _wanted(info, entry):
        try:
            api.hf_hub_download(entry.repository, file.rfilename, revision=info.sha, local_dir=folder)
        except Exception as error:
            raise _explained(error, entry, api.endpoint) from error
        _check(folder, file)
    return str(info.sha)


def _wanted(info: ModelInfo, entry: Entry) -> list[RepoSibling]:
    files = {file.rfilename: file for file in info.siblings or []}
    heavy = weights(files)
    if not heavy:
        raise ModelError(f"{entry.repository} has no weights at revision {entry.revision}")
    return [file for name, file in files.items() if name in heavy or ("/" not in name and name.endswith(SMALL))]


def _check(folder: Path, file: RepoSibling) -> None:
    if file.lfs and sha256(folder / file.rfilename) != file.lfs.sha256:
        raise ModelError(f"{file.rfilename} did not arrive whole: its checksum is not the one that the hub states")


def _explained(error: Exception, entry: Entry, endpoint: str) -> Exception:
    """One sentence for the operator; what the disk has to say stays as it is."""
    if isinstance(error, HfHubHTTPError):
        status = error.response.status_code
        return ModelError(f"{endpoint} answers {status} for {entry.repository} at revision {entry.revision}")
    if isinstance(error, OSError) and error.errno:
        return error
    cause = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelError(
        f"no connection to {endpoint} ({cause}): on a machine that has one, fetch {entry.repository} from the hub, "
        f"copy the folder here and give it with --from"
    )
