"""Checks: subjects, properties and evidence by name, and the forms that fold them into verdicts."""
