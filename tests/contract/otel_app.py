"""A LangChain application whose model is a fake: what LangChain's instrumentations see of a real one."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool

USAGE = {"input_tokens": 10, "output_tokens": 4, "total_tokens": 14, "input_token_details": {"cache_read": 6}}


class Library(BaseRetriever):
    """Finds the same page whatever is asked."""

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [Document(page_content=f"Paris, on {query}", metadata={"page": 1})]


@tool
def look(q: int) -> str:
    """Look something up."""
    return f"found {q}"


def run_app() -> str:
    """One operation: a tool, a retriever, and a chain of prompt, model and parser."""
    answer = AIMessage("Paris", usage_metadata=USAGE, response_metadata={"model_name": "gpt-4o-mini"})
    model = GenericFakeChatModel(messages=iter([answer]))
    prompt = ChatPromptTemplate.from_messages([("system", "be short"), ("user", "{question}")])
    chain = prompt | model | StrOutputParser()

    def agent(question: str) -> str:
        look.invoke({"q": 3})
        Library().invoke("cities")
        return chain.invoke({"question": question})

    said: str = RunnableLambda(agent).invoke("capital?", config={"run_name": "agent", "metadata": {"thread_id": "t1"}})
    return said
