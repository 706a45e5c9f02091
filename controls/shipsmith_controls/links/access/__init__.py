"""Who may call what, what a model may do, and what becomes of untrusted text."""
