from abc import ABC, abstractmethod
from pathlib import Path

from langchain_core.documents import Document


class Processor(ABC):
    def process(self, path: Path) -> list[Document]:
        documents = self.split(path.read_text())
        for document in documents:
            document.metadata = {"source": str(path), **document.metadata}
        return documents

    @abstractmethod
    def split(self, text: str) -> list[Document]: ...


class Lines(Processor):
    def split(self, text: str) -> list[Document]:
        documents = [Document(page_content=line) for line in text.splitlines()]
        for document in documents:
            document.metadata = {"chunk_size": len(document.page_content)}
        return documents
