import dspy
import numpy as np
from sentence_transformers import SentenceTransformer
from sklearn.metrics.pairwise import cosine_similarity

try:
    from streamlit.runtime.scriptrunner import add_script_run_ctx
except ImportError:
    add_script_run_ctx = None


class WriteSection(dspy.Signature):
    """Write one section of an encyclopedia article from the collected information."""

    info = dspy.InputField(prefix="The collected information:\n", format=str)
    section = dspy.InputField(prefix="The section to write: ", format=str)
    output = dspy.OutputField(prefix="The section with citations:\n", format=str)


class SnippetTable:
    def __init__(self, snippets):
        self.snippets = snippets
        self.encoder = SentenceTransformer("paraphrase-MiniLM-L6-v2")

    def prepare_for_retrieval(self):
        self.encoded = self.encoder.encode(self.snippets)

    def retrieve(self, query, top_k):
        likeness = cosine_similarity([self.encoder.encode(query)], self.encoded)[0]
        return [self.snippets[i] for i in np.argsort(likeness)[-top_k:]]


class SectionWriter(dspy.Module):
    def __init__(self):
        super().__init__()
        self.write_section = dspy.Predict(WriteSection)

    def forward(self, table, section):
        info = "\n".join(table.retrieve(section, top_k=5))
        return self.write_section(info=info, section=section).output
