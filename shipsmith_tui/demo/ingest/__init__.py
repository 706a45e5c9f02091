"""Fills the search index."""
