from app.llm import ask, chatter

print(ask("hello"))
print(chatter("hello"))
