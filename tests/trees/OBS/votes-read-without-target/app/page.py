import streamlit as st
from openai import OpenAI

from app.feedback import save_feedback

client = OpenAI(timeout=20)
text = st.text_input("Question")
if text:
    st.write(client.responses.create(model="gpt-4o-mini", input=text).output_text)
    save_feedback(text, st.feedback("thumbs"))
