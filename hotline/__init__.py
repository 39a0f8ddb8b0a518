"""The front door: command line, configuration, starting and supervising the parts. Nothing imports it."""
