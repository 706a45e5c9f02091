from fastapi import FastAPI
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

app = FastAPI()
model = ChatOpenAI(model="gpt-4o")
prompt = ChatPromptTemplate.from_messages(
    [
        ("system", "You answer questions about {product}. Use this context: {context}"),
        ("human", "{question}"),
    ]
)
chain = prompt | model


@app.post("/ask")
def ask(context: str, question: str) -> str:
    return chain.invoke({"product": "our ships", "context": context, "question": question}).content
