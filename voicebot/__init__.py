"""Live audio to words to an answer to audio. Knows no transport, no web page, no database."""
