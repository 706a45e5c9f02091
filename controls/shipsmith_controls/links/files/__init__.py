"""What files other than code tell: documents, settings, infrastructure, commands."""
