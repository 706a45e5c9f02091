"""Dockerfiles and compose files."""

from __future__ import annotations

from shipsmith_controls.facts.containers import Variable, compose_services, extract
from shipsmith_controls.facts.structured import extract as structured

DOCKERFILE = b"""# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM python:3.12-slim AS base
ARG VERSION=1.2
ENV PORT=8080 NAME="my app" \\
    # a comment inside
    MODE=prod
ENV OLD style value
RUN <<EOF
pip install x
CMD no instruction
EOF
HEALTHCHECK --interval=5s CMD curl -f http://localhost/
FROM base
CMD ["sh", "-c", "uvicorn app:app --port $PORT"]
"""


class TestDockerfile:
    def test_images_and_stages(self) -> None:
        found = extract(DOCKERFILE)
        assert [(one.reference, one.stage, one.line) for one in found.images] == [
            ("python:3.12-slim", "base", 2),
            ("base", "", 13),
        ]

    def test_variables_of_both_forms(self) -> None:
        found = extract(DOCKERFILE)
        assert found.arguments == (Variable("VERSION", "1.2", 3),)
        assert [(one.name, one.value) for one in found.environment] == [
            ("PORT", "8080"),
            ("NAME", "my app"),
            ("MODE", "prod"),
            ("OLD", "style value"),
        ]

    def test_the_command_is_what_the_shell_runs(self) -> None:
        found = extract(DOCKERFILE)
        assert (found.command, found.command_line) == ("uvicorn app:app --port $PORT", 14)
        assert found.healthcheck == 12

    def test_a_heredoc_belongs_to_its_instruction(self) -> None:
        run = next(one for one in extract(DOCKERFILE).instructions if one.name == "RUN")
        assert "CMD no instruction" in run.arguments


COMPOSE = b"""
x-env: &env
  LOG_LEVEL: info
services:
  api:
    build: {context: ./api, dockerfile: Dockerfile.dev}
    command: ["python", "-m", "app", "a b"]
    environment:
      <<: *env
      OPENAI_API_KEY: ${OPENAI_API_KEY}
      DEBUG: true
    env_file: [.env, {path: .env.local, required: false}]
    ports: ["8080:80", {published: 1, target: 2}]
    healthcheck: {test: [CMD, curl]}
  worker:
    image: app:1
    environment: [A=1, PASSED]
    healthcheck: {disable: true}
"""


class TestCompose:
    def test_a_service_with_merged_variables(self) -> None:
        api, worker = compose_services(structured(COMPOSE, "yaml"))
        assert [(one.name, one.value) for one in api.environment] == [
            ("LOG_LEVEL", "info"),
            ("OPENAI_API_KEY", "${OPENAI_API_KEY}"),
            ("DEBUG", "true"),
        ]
        assert (api.build, api.dockerfile, api.env_files) == (
            "./api",
            "Dockerfile.dev",
            (".env", ".env.local"),
        )
        assert (api.command, api.ports, api.healthcheck) == (
            "python -m app 'a b'",
            ("8080:80", "1:2"),
            14,
        )
        assert worker.environment == (Variable("A", "1", 17), Variable("PASSED", None, 17))
        assert (worker.image, worker.healthcheck) == ("app:1", 0)
