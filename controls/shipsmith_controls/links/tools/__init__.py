"""Tools that a model may call: what it is told of them, what they do, who approves."""
