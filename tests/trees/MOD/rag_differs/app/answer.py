from langchain_chroma import Chroma
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

model = ChatOpenAI(model="gpt-4.1-2025-04-14")


def answer(question):
    embeddings = OpenAIEmbeddings(model="text-embedding-3-large")
    retriever = Chroma(embedding_function=embeddings, persist_directory="db").as_retriever()
    return model.invoke(f"Answer {question} from these passages: {retriever.invoke(question)}")
