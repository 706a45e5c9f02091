TONE = """You rewrite what a support agent wrote about {ticket} so that it sounds calm."""
