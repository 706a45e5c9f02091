"""Calls to models, what leads to them, and the settings that hold there."""
