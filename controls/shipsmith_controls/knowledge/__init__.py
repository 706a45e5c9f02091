"""What is known of SDKs, models, packages and key shapes: data, and its loader."""
