"""Writes articles."""

import prompty
import prompty.azure


def write(assignment: str) -> str:
    """A draft."""
    return prompty.execute("writer.prompty", inputs={"assignment": assignment})
