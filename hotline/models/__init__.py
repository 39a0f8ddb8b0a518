"""Other recognisers than the shipped one: which there are, fetching them, putting one to use."""


class ModelError(Exception):
    """What the operator asked for cannot be done; one sentence that says why."""
