"""Questions with expected answers, and their runner."""
