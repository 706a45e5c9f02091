"""Links: what crosses files, computed from facts alone."""
