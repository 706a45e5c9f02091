"""What records calls to models: tracers, spans, logs, alerts."""
