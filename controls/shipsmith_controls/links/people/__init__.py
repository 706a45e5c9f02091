"""People: owners, documents, decisions, and the surfaces on which they meet a model."""
