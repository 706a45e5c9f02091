"""Textual widgets that show a scorecard; they know no tree and no file."""
