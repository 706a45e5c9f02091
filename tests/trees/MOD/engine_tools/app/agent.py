from llama_index.agent.openai import OpenAIAgent
from llama_index.core import Settings, VectorStoreIndex
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.tools import QueryEngineTool, ToolMetadata
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI

Settings.embed_model = OpenAIEmbedding()


def engine_of(index: VectorStoreIndex) -> BaseQueryEngine:
    return index.as_query_engine(similarity_top_k=3)


def answer(index: VectorStoreIndex, question: str) -> str:
    tool = QueryEngineTool(
        query_engine=engine_of(index),
        metadata=ToolMetadata(name="filings", description="Answers questions about the filings of a company."),
    )
    agent = OpenAIAgent.from_tools([tool], llm=OpenAI(model="gpt-4.1-2025-04-14"))
    return str(agent.chat(question))
