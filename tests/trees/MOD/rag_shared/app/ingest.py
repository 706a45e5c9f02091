from langchain_chroma import Chroma
from langchain_text_splitters import RecursiveCharacterTextSplitter

from app.embedding import embeddings


def index_documents(documents):
    splitter = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=80)
    Chroma.from_documents(splitter.split_documents(documents), embeddings, persist_directory="db")
