from abc import ABC, abstractmethod

from openai import OpenAI


class BaseLLM(ABC):
    def answer(self, question: str) -> str:
        return self._with_retry("_raw_answer", question)

    def _with_retry(self, method_name: str, question: str) -> str:
        method = getattr(self, method_name)
        return method(question)

    @abstractmethod
    def _raw_answer(self, question: str) -> str: ...


class ChatLLM(BaseLLM):
    def _raw_answer(self, question: str) -> str:
        raise NotImplementedError


class OpenAILLM(ChatLLM):
    def __init__(self) -> None:
        self.client = OpenAI(timeout=20)

    def _raw_answer(self, question: str) -> str:
        reply = self.client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": question}]
        )
        return reply.choices[0].message.content
