import streamlit as st
from langfuse import Langfuse
from openai import OpenAI

client = OpenAI()
langfuse = Langfuse()

st.title("Ask the desk")
st.caption("You are talking to an AI. It may be wrong.")
question = st.chat_input("Your question")
if question:
    reply = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "user", "content": question}]
    )
    with st.chat_message("assistant"):
        st.write(reply.choices[0].message.content)
    value = st.feedback("thumbs", key=f"vote-{reply.id}")
    if value is not None:
        langfuse.create_score(trace_id=reply.id, name="vote", value=value)
if st.toggle("Expert mode"):
    st.caption("AI-generated.")
