"""Languages as they are spoken. Pure Python; imports nothing of the rest of the project."""
