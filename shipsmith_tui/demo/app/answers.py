"""Answers a customer's question from the help articles."""

import logging

from openai import OpenAIError

from app.llm import openai_client
from app.prompts import load_prompt
from app.retrieval import find_articles
from app.settings import settings

logger = logging.getLogger(__name__)


class AnswerUnavailable(Exception):
    """No answer could be made; the desk offers to reach a person instead."""


def answer(question: str) -> str:
    """The answer to a question, with the titles of the articles it rests on."""
    articles = find_articles(question)
    text = "\n\n".join(f"## {title}\n{body}" for title, body in articles)
    try:
        completion = openai_client.chat.completions.create(
            model=settings.answer_model,
            messages=[
                {"role": "system", "content": load_prompt("answer.v3", articles=text)},
                {"role": "user", "content": question},
            ],
            max_completion_tokens=600,
            temperature=0.2,
        )
    except OpenAIError as error:
        logger.exception("answering failed")
        raise AnswerUnavailable from error
    return completion.choices[0].message.content or ""
