import os

import pytest

FLAG = "RUN_ANSWER_EVAL"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get(FLAG):
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason=f"set {FLAG}=1"))
