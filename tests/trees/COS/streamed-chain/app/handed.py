from langchain import LLMChain, PromptTemplate

prompt = PromptTemplate.from_template("Sum up: {text}")


def sum_up(model, text: str) -> str:
    return LLMChain(llm=model, prompt=prompt).run({"text": text})


def from_settings(settings, text: str) -> str:
    return sum_up(settings.build_model(), text)
