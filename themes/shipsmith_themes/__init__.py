"""Themes, one TOML file each, and the stylesheet of the dashboard."""
