"""Judges a tree against the controls; knows no screen."""
