"""The draft e-form on paper: a PDF in the layout of an official Vietnamese form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

HERE = Path(__file__).parent / "paper"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def pdf(eform: Mapping[str, Any]) -> bytes:
    """A4 pages of what `eform.build` gave. Everything in it is text, whatever it looks like; nothing is fetched."""
    from weasyprint import HTML  # takes half a second to import, and only those who print need it

    return bytes(HTML(string=html(eform), base_url=None, url_fetcher=_fetch_nothing).write_pdf(pdf_variant="pdf/ua-1"))


def html(eform: Mapping[str, Any]) -> str:
    code, made = eform["draft"]["code"], datetime.fromisoformat(eform["draft"]["createdAt"]).astimezone(HANOI)
    return _template().render(eform=eform, made=made, code=f"{code[:3]} {code[3:6]} {code[6:]}")


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("form.html")


def _fetch_nothing(url: str) -> Any:
    raise ValueError("a form refers to nothing outside itself")
