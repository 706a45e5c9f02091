"""What happens when a call to a model fails, is late or is cut short."""
