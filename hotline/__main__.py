"""`python -m hotline` is `voicebot`."""

from hotline.cli import app

app()
