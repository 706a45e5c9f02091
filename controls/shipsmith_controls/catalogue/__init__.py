"""The 115 controls as data, and their loader."""
