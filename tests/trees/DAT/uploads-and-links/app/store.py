import chromadb


def documents() -> chromadb.Collection:
    return chromadb.HttpClient(host="chroma").get_or_create_collection("documents")
