"""Facts: what one file says, as pure functions of its bytes."""
