from fastapi import FastAPI
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

app = FastAPI()
llm = ChatOpenAI(model="gpt-4o")


@app.post("/ask")
def ask(question: str, document: str) -> str:
    store = InMemoryVectorStore(OpenAIEmbeddings())
    store.add_texts(document.split("\n\n"))
    found = store.similarity_search(question, k=3)
    return llm.invoke(f"{question}\n\n{found}").content
