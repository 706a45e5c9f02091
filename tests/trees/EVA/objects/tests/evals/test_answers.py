"""The eval of the answers."""

import pytest

from app.main import answer
from tests.evals.answer_cases import CASES, Case


@pytest.mark.parametrize("case", CASES)
def test_answer(case: Case) -> None:
    assert case.expected in answer(case.question)
