import openai
from openai import OpenAI

client = OpenAI()


def answer(question):
    reply = openai.ChatCompletion.create(model="gpt-5.2", messages=[{"role": "user", "content": question}])
    return reply["choices"][0]["message"]["content"]


def thread(question):
    return client.beta.threads.create(messages=[{"role": "user", "content": question}])


def chat(question, model):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
