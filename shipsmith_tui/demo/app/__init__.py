"""The help desk's service."""
