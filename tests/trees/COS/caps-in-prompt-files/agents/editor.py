"""Edits articles."""

import prompty
import prompty.azure

def edit(article: str) -> str:
    """The editor's opinion."""
    return prompty.execute("editor.prompty", inputs={"article": article})
