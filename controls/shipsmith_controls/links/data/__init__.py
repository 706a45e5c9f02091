"""Data on its way from a source into an index or a training run."""
