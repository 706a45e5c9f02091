def test_marks() -> None:
    assert {"cache_control": {"type": "ephemeral"}}
