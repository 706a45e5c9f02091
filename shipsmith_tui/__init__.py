"""The app: command line, dashboard, watching, ledger, reports."""

__version__ = "0.1.0"
