from langchain_chroma import Chroma
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

model = ChatOpenAI(model="gpt-4.1-2025-04-14")


def answer(question):
    embeddings = OpenAIEmbeddings(model="openai/text-embedding-3-small")
    store = Chroma(embedding_function=embeddings, persist_directory="db")
    passages = store.similarity_search(question, k=6)
    return model.invoke(f"Answer {question} from these passages: {passages}")
