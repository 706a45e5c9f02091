import replicate
from lanarky.responses import StreamingResponse
from langchain import LLMChain, PromptTemplate
from langchain.chat_models import ChatOpenAI

prompt = PromptTemplate.from_template("Answer in {language}: {question}")
capped = LLMChain(llm=ChatOpenAI(max_tokens=500), prompt=prompt)
open_ended = LLMChain(llm=ChatOpenAI(), prompt=prompt)


def short(question: str) -> StreamingResponse:
    return StreamingResponse.from_chain(capped, {"question": question, "language": "English"})


def long(question: str) -> StreamingResponse:
    return StreamingResponse.from_chain(open_ended, {"question": question, "language": "English"})


def draw_image(wish: str) -> str:
    return replicate.run("stability-ai/sdxl", input={"prompt": wish})[0]


def describe(subject: str) -> str:
    return "".join(replicate.run("meta/meta-llama-3-8b-instruct", input={"prompt": subject, "max_tokens": 200}))
