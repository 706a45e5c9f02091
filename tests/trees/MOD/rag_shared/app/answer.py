from langchain_chroma import Chroma
from langchain_openai import ChatOpenAI

from app.embedding import embeddings

model = ChatOpenAI(model="gpt-4.1-2025-04-14")
store = Chroma(embedding_function=embeddings, persist_directory="db")


def answer(question):
    retriever = store.as_retriever(
        search_type="similarity_score_threshold", search_kwargs={"k": 8, "score_threshold": 0.5}
    )
    passages = retriever.invoke(question)
    return model.invoke(f"Answer {question} from these passages: {passages}")
