SYSTEM = [{"type": "text", "text": "Help the staff.", "cache_control": {"type": "ephemeral"}}]
