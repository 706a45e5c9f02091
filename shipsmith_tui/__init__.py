"""The app: command line, dashboard, watching, ledger, reports."""
