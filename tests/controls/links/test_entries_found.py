"""Where a tree is entered, and that the way from there to the model is found."""

from __future__ import annotations

from pathlib import Path

from shipsmith_controls.links.calls.reach import reach
from shipsmith_controls.links.values.graph import Node

from tests.controls.links.written import entries_in, tree

MODEL = """
    from openai import OpenAI

    client = OpenAI()


    def ask(text):
        return client.responses.create(model="gpt-5.2", input=text).output_text
    """


def test_a_decorator_of_the_tree_that_adds_a_url_rule_makes_a_route(tmp_path: Path) -> None:
    files = {
        "app/model.py": MODEL,
        "app/json_api.py": """
            from flask import Blueprint

            def json_api(blueprint: Blueprint, url_rule: str):
                def decorator(implementation):
                    def wrapper():
                        return implementation({})
                    blueprint.add_url_rule(url_rule, view_func=wrapper, methods=["POST"])
                    return implementation
                return decorator
            """,
        "app/main.py": """
            from flask import Blueprint
            from app.json_api import json_api
            from app.model import ask

            blueprint = Blueprint("app", __name__)

            @json_api(blueprint, "/v1/summary")
            def summary(data):
                return ask(data["text"])
            """,
    }
    assert entries_in(tmp_path, files) == {"http app/main.py summary"}


def test_a_task_reaches_the_model_through_an_override_two_classes_up(tmp_path: Path) -> None:
    files = {
        "app/model.py": MODEL,
        "app/pipeline.py": """
            import abc
            from typing import Generic, TypeVar

            Request = TypeVar("Request")

            class Step(abc.ABC, Generic[Request]):
                def invoke(self):
                    return self._invoke()

                @abc.abstractmethod
                def _invoke(self): ...

            class Chain(Step[Request]):
                def signal(self): ...
            """,
        "app/steps.py": """
            from app.pipeline import Chain

            class FixStep(Chain[dict]):
                def done(self): ...
            """,
        "app/coding.py": """
            from app.queue import celery_app
            from app.model import ask
            from app.steps import FixStep

            @celery_app.task(acks_late=True)
            def coding_task(request):
                return CodingStep().invoke()

            class CodingStep(FixStep):
                def _invoke(self):
                    return ask("fix it")
            """,
        "app/queue.py": """
            from celery import Celery

            celery_app = Celery("app")
            """,
    }
    assert entries_in(tmp_path, files) == {"consumer app/coding.py coding_task"}


def test_a_base_class_from_outside_calls_the_methods_of_its_heirs(tmp_path: Path) -> None:
    files = {
        "server.py": """
            from chatkit.server import ChatKitServer
            from openai import AsyncOpenAI

            client = AsyncOpenAI()

            class SupportServer(ChatKitServer[dict]):
                async def respond(self, thread, message, context):
                    yield await client.responses.create(model="gpt-5.2", input=message)
            """,
        "main.py": """
            from fastapi import Depends, FastAPI
            from server import SupportServer

            app = FastAPI()
            support = SupportServer()

            def get_server() -> SupportServer:
                return support

            @app.post("/chatkit")
            async def chatkit(body: str, server: SupportServer = Depends(get_server)):
                return await server.process(body, {})
            """,
    }
    assert entries_in(tmp_path, files) == {"http main.py chatkit"}


def test_a_record_calls_none_of_its_methods(tmp_path: Path) -> None:
    files = {
        "main.py": """
            from fastapi import FastAPI
            from openai import OpenAI
            from pydantic import BaseModel

            app = FastAPI()
            client = OpenAI()

            class Note(BaseModel):
                text: str

                def summary(self):
                    return client.responses.create(model="gpt-5.2", input=self.text)

            @app.post("/notes")
            def save(text: str):
                return Note(text=text).model_dump()

            @app.get("/notes/summary")
            def summary(text: str):
                return Note(text=text).summary()
            """,
    }
    assert entries_in(tmp_path, files) == {"http main.py summary"}


def test_a_service_comes_out_of_the_container_by_its_class(tmp_path: Path) -> None:
    files = {
        "app/model.py": MODEL,
        "app/service.py": """
            import asyncio
            from injector import inject, singleton
            from app.model import ask

            class Engine:
                def run(self, text):
                    return ask(text)

            @singleton
            class ChatService:
                @inject
                def __init__(self) -> None:
                    self.size = 1

                def build(self) -> Engine:
                    return Engine()

                async def chat(self, text):
                    engine = await asyncio.to_thread(self.build)
                    return engine.run(text)
            """,
        "app/router.py": """
            from fastapi import APIRouter, Request
            from app.service import ChatService

            router = APIRouter()

            @router.post("/messages")
            async def messages(request: Request, text: str):
                service = request.state.injector.get(ChatService)
                return await service.chat(text)
            """,
    }
    assert entries_in(tmp_path, files) == {"http app/router.py messages"}


def test_a_graph_is_served_as_langgraph_json_names_it(tmp_path: Path) -> None:
    files = {
        "langgraph.json": """{"graphs": {"agent": "./src/agent/graph.py:graph"}}""",
        "src/agent/graph.py": """
            from langchain.chat_models import init_chat_model
            from langgraph.graph import StateGraph

            model = init_chat_model("openai:gpt-5.2")

            def answer(state):
                return {"messages": model.invoke(state["messages"])}

            builder = StateGraph(dict)
            builder.add_node("answer", answer)
            graph = builder.compile()
            """,
    }
    assert entries_in(tmp_path, files) == {"graph src/agent/graph.py"}


def test_a_class_based_view_is_entered_by_its_methods(tmp_path: Path) -> None:
    files = {
        "chat/model.py": MODEL,
        "chat/views.py": """
            from django.views import View
            from chat.model import ask

            class ChatView(View):
                def post(self, request):
                    return ask(request.POST["text"])
            """,
        "chat/urls.py": """
            from django.urls import path
            from chat.views import ChatView

            urlpatterns = [path("chat/", ChatView.as_view())]
            """,
    }
    assert entries_in(tmp_path, files) == {"http chat/views.py ChatView.post"}


def test_a_decorated_resource_is_entered_by_its_methods(tmp_path: Path) -> None:
    files = {
        "app/model.py": MODEL,
        "app/routes.py": """
            from flask import request
            from flask_restx import Namespace, Resource
            from app.model import ask

            answers = Namespace("answers", path="/api")

            @answers.route("/answer")
            class Answer(Resource):
                @answers.doc(description="Answer a question")
                def post(self):
                    return {"answer": ask(request.get_json()["question"])}

                def helper(self):
                    return ask("nothing enters here")
            """,
    }
    assert entries_in(tmp_path, files) == {"http app/routes.py Answer.post"}


def test_a_function_handed_over_is_reached_where_the_parameter_is_called(tmp_path: Path) -> None:
    files = {
        "app/model.py": MODEL,
        "app/client.py": """
            from app.model import ask

            def generate(text):
                def once(model):
                    return ask(text)
                return in_turn(["a", "b"], once)

            def in_turn(models, operation):
                for model in models:
                    try:
                        return operation(model)
                    except TimeoutError:
                        continue
            """,
    }
    with tree(tmp_path, files) as db:
        assert Node("app/client.py", "in_turn") in reach(db).above(Node("app/model.py", "ask"))


def test_who_hands_over_another_function_does_not_lead_there(tmp_path: Path) -> None:
    files = {
        "app.py": """
            from fastapi import FastAPI
            from openai import OpenAI

            app = FastAPI()
            client = OpenAI()

            def in_turn(operation):
                return operation("a")

            @app.post("/answer")
            def answer(text: str):
                def ask(model):
                    return client.responses.create(model=model, input=text)
                return in_turn(ask)

            @app.post("/cache")
            def cache(text: str):
                def keep(model):
                    return len(text)
                return in_turn(keep)
            """,
    }
    assert entries_in(tmp_path, files) == {"http app.py answer"}
