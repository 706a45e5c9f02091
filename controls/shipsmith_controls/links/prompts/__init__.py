"""Prompts: where the texts that reach a model are kept, and in which version."""
