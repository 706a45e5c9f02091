import pickle

from langchain_community.vectorstores import FAISS
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from sentence_transformers import SentenceTransformer

llm = ChatOpenAI(model="gpt-4o")


def encoder(name: str, trust_remote_code: bool = True) -> SentenceTransformer:
    return SentenceTransformer(name, trust_remote_code=trust_remote_code)


def index(folder: str) -> FAISS:
    return FAISS.load_local(folder, OpenAIEmbeddings(), allow_dangerous_deserialization=True)


def artefact(path: str) -> object:
    with open(path, "rb") as file:
        return pickle.load(file)


def ask(question: str) -> str:
    return str(llm.invoke(question).content)
