from langchain_core.vectorstores import InMemoryVectorStore, VectorStore


class Memory:
    """Keeps what was read in a store that users of the library hand in."""

    def __init__(self, store: VectorStore | None = None) -> None:
        self.store = store

    def keep(self, texts: list[str]) -> None:
        if self.store:
            self.store.add_texts(texts)


def research(texts: list[str], store: VectorStore | None = None) -> None:
    Memory(store).keep(texts)


def scratch(texts: list[str]) -> InMemoryVectorStore:
    found = InMemoryVectorStore(None)
    found.add_texts(texts)
    return found


if __name__ == "__main__":
    research(["a"])
    scratch(["a"])
