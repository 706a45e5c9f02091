"""The judge: a tree in, a scorecard out, and again for only what changed."""
