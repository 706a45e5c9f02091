from langchain_chroma import Chroma
from langchain_openai import OpenAIEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter


def index_documents(documents):
    splitter = RecursiveCharacterTextSplitter(chunk_size=800)
    embeddings = OpenAIEmbeddings(model="text-embedding-3-small")
    Chroma.from_documents(splitter.split_documents(documents), embeddings, persist_directory="db")
