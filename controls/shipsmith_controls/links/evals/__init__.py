"""Eval runs, their cases and metrics, and what tests stand in for a model."""
