"""`python -m shipsmith_tui`."""

from shipsmith_tui.cli import main

main()
