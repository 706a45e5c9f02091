from fastapi import FastAPI
from langchain_chroma import Chroma
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

app = FastAPI()
store = Chroma(embedding_function=OpenAIEmbeddings(model="text-embedding-3-small"))
model = ChatOpenAI(model="gpt-4o", timeout=20)


@app.post("/ask")
def ask(question: str) -> str:
    passages = store.similarity_search(question, k=4)
    return model.invoke(f"{passages}\n{question}").content
