"""Manifests and lock files: what a project depends on, in which version."""

from __future__ import annotations

from shipsmith_controls.facts.locks import locked
from shipsmith_controls.facts.manifests import extract, kind_of, normalised, resolved_version

PYPROJECT = b"""
[project]
name = "app"
authors = [{ name = "Jo", email = "jo@corp.io" }]
dependencies = [
  "OpenAI[datalib]>=1.0,<2 ; python_version > '3.9'",
  "my_pkg @ git+https://x/y",
]
[project.optional-dependencies]
eval = ["deepeval"]
[project.scripts]
app = "app.cli:main"
[dependency-groups]
dev = ["pytest>=8", { include-group = "lint" }]
[tool.poetry.dependencies]
python = "^3.11"
langchain = { version = "^0.3", optional = true }
[tool.poetry.group.test.dependencies]
ragas = "*"
[tool.poe.tasks]
evals = { cmd = "promptfoo eval" }
all = ["lint", "evals"]
"""


def test_pyproject_with_groups_scripts_and_people() -> None:
    found = extract(PYPROJECT, "pyproject")
    assert [(one.name, one.spec, one.line, one.group) for one in found.packages] == [
        ("openai", ">=1.0,<2", 6, ""),
        ("my-pkg", "@ git+https://x/y", 7, ""),
        ("deepeval", "", 10, "eval"),
        ("pytest", ">=8", 14, "dev"),
        ("langchain", "^0.3", 17, "optional"),
        ("ragas", "", 19, "test"),
    ]
    assert [(one.name, one.target) for one in found.entry_points] == [("app", "app.cli:main")]
    assert [(one.name, one.command) for one in found.scripts] == [
        ("evals", "promptfoo eval"),
        ("all", "lint && evals"),
    ]
    assert (found.authors[0].email, found.name) == ("jo@corp.io", "app")


def test_requirements_with_includes_hashes_and_urls() -> None:
    source = (
        b"-r base.txt\n# note\nopenai==1.2.3 \\\n    --hash=sha256:abc\n-e .\n"
        b"https://x/y.whl\nLiteLLM[proxy] >= 1 # why\n"
    )
    found = extract(source, "requirements")
    assert [(one.name, one.spec, one.line) for one in found.packages] == [
        ("openai", "==1.2.3", 3),
        ("litellm", ">=1", 7),
    ]
    assert found.includes == ("base.txt",)


def test_setup_cfg_and_pipfile() -> None:
    cfg = (
        b"[metadata]\nname = x\nauthor = Jo\nauthor_email = jo@corp.io\n"
        b"[options]\ninstall_requires =\n  openai>=1\n  # c\n  tenacity\n"
        b"[options.entry_points]\nconsole_scripts =\n  x = x.cli:main\n"
    )
    found = extract(cfg, "setup.cfg")
    assert [(one.name, one.line) for one in found.packages] == [("openai", 7), ("tenacity", 9)]
    assert (found.entry_points[0].target, found.authors[0].email) == ("x.cli:main", "jo@corp.io")
    pip = extract(b'[packages]\nopenai = "==1.0"\n[dev-packages]\npytest = "*"\n', "pipfile")
    assert [(one.name, one.spec, one.group) for one in pip.packages] == [
        ("openai", "==1.0", ""),
        ("pytest", "", "dev"),
    ]


def test_package_json() -> None:
    source = b"""{
  "name": "web", "main": "dist/i.js", "author": "Jo <jo@corp.io>", "workspaces": ["packages/*"],
  "bin": {"x": "./x.js"},
  "exports": {".": {"import": "./dist/i.mjs"}},
  "scripts": {"test": "vitest"},
  "dependencies": {"@ai-sdk/openai": "^2.0.0"},
  "devDependencies": {"promptfoo": "latest"}
}"""
    found = extract(source, "package.json")
    assert [(one.name, one.spec, one.group) for one in found.packages] == [
        ("@ai-sdk/openai", "^2.0.0", ""),
        ("promptfoo", "latest", "dev"),
    ]
    assert [(one.name, one.target) for one in found.entry_points] == [
        ("main", "dist/i.js"),
        ("x", "./x.js"),
        (".", "./dist/i.mjs"),
    ]
    assert (found.workspaces, found.authors[0].email) == (("packages/*",), "jo@corp.io")


def test_a_broken_manifest_says_why() -> None:
    assert extract(b"[project", "pyproject").error
    assert extract(b"{", "package.json").error


def test_kinds_by_path() -> None:
    assert kind_of("a/pyproject.toml") == "pyproject"
    assert kind_of("backend/requirements/default.txt") == "requirements"
    assert kind_of("requirements-dev.in") == "requirements"
    assert kind_of("notes.txt") is None


class TestLockFiles:
    def test_each_format_gives_version_and_line(self) -> None:
        cases = {
            "uv.lock": b'[[package]]\nname = "openai"\nversion = "2.3.0"\n',
            "poetry.lock": b'[[package]]\nname = "OpenAI"\nversion = "2.3.0"\nname = "openai"\n',
            "package-lock.json": b'{"packages": {\n  "node_modules/openai": {\n    "version": "2.3.0",\n',
            "pnpm-lock.yaml": b"packages:\n\n  openai@2.3.0(zod@3.1.0):\n    resolution: {}\n",
            "yarn.lock": b'# v1\n"openai@^2.0.0":\n  version "2.3.0"\n',
            "bun.lock": b'{"packages": {\n\n    "openai": ["openai@2.3.0", "", {}],\n',
            "Pipfile.lock": b'{"default": {\n        "openai": {\n            "version": "==2.3.0"\n',
        }
        for name, source in cases.items():
            found = locked(source, name, ["openai"])
            assert [(one.name, one.version, one.line) for one in found] == [("openai", "2.3.0", 3)], name

    def test_scoped_names(self) -> None:
        source = b"packages:\n  '@ai-sdk/openai@2.0.1(zod@4.0.0)':\n"
        assert locked(source, "pnpm-lock.yaml", ["@ai-sdk/openai"])[0].version == "2.0.1"

    def test_only_the_names_asked_for(self) -> None:
        assert locked(b'name = "x"\nversion = "1"\n', "uv.lock", ["openai"]) == ()


def test_the_effective_version() -> None:
    assert resolved_version(">=1", "1.5.0") == "1.5.0"
    assert resolved_version("==1.2.3") == "1.2.3"
    assert resolved_version("4.1.0") == "4.1.0"
    assert resolved_version("^5.0.1") == "5.0.1"
    assert resolved_version(">=1,<2") is None
    assert resolved_version("") is None


def test_names_compare_as_their_registry_does() -> None:
    assert normalised("Azure_AI.Evaluation") == "azure-ai-evaluation"
    assert normalised("@Scope/Pkg_x", npm=True) == "@scope/pkg_x"
