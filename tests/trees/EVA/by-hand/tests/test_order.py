def test_order() -> None:
    assert 1 + 1 == 2
