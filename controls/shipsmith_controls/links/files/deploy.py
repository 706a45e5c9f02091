"""How the tree is deployed: CI workflows and the jobs that deploy, infrastructure, platform files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from shipsmith_controls.facts import ci
from shipsmith_controls.facts.ci import Job, Workflow
from shipsmith_controls.facts.config import Config, Node
from shipsmith_controls.facts.families import is_dockerfile
from shipsmith_controls.links.production import is_production
from shipsmith_controls.links.tree import exists, family, files
from shipsmith_controls.queries import Database, query

DeployKind = Literal[
    "docker", "compose", "terraform", "bicep", "kubernetes", "cloudformation", "serverless", "platform"
]

_PLATFORM = frozenset(
    "azure.yaml vercel.json fly.toml render.yaml app.yaml netlify.toml railway.json railway.toml "
    "cloudbuild.yaml procfile wrangler.toml wrangler.jsonc apprunner.yaml captain-definition "
    "langgraph.json app.json amplify.yml firebase.json".split()
)
_SERVERLESS = re.compile(r"(?:^|/)(?:serverless|template|samconfig|sst\.config)\.(?:ya?ml|json|toml|ts)$")
_COMPOSE = re.compile(r"(?:^|/)(?:docker-)?compose[^/]*\.ya?ml$|(?:^|/)[^/]*docker-compose[^/]*\.ya?ml$")
_DEPLOYS = re.compile(
    r"\b(?:aws (?:ecs update-service|lambda update-function-code|cloudformation deploy|apprunner)"
    r"|kubectl (?:apply|set image|rollout)|helm upgrade|terraform apply|terragrunt apply|tofu apply"
    r"|azd (?:deploy|up|provision)|az (?:webapp|containerapp|functionapp) (?:up|deploy\w*|update|create)"
    r"|gcloud (?:run|app|functions) deploy|gcloud deploy|vercel (?:deploy|.*--prod)|fly(?:ctl)? deploy"
    r"|serverless deploy|sls deploy|sam deploy|cdk deploy|sst deploy|pulumi up|modal deploy"
    r"|wrangler (?:deploy|publish)|railway up|netlify deploy|docker (?:stack deploy|service update)"
    r"|docker[ -]compose\b[^\n]*\bup\b[^\n]*-d|eb deploy|heroku container:release|git push heroku"
    r"|dokku|cf push|argocd app sync|firebase deploy|supabase functions deploy|langgraph deploy"
    r"|\w*(?i:deploy(?:ment)?_(?:web)?hook)\w*)\b"
)
_DEPLOY_ACTIONS = (
    "aws-actions/amazon-ecs-deploy-task-definition",
    "aws-actions/aws-lambda-deploy",
    "azure/webapps-deploy",
    "azure/container-apps-deploy-action",
    "azure/k8s-deploy",
    "azure/functions-action",
    "azure/static-web-apps-deploy",
    "google-github-actions/deploy-",
    "amondnet/vercel-action",
    "akhileshns/heroku-deploy",
    "bervprojects/railway-deploy",
    "nwtgck/actions-netlify",
    "cloudflare/wrangler-action",
    "appleboy/ssh-action",
    "digitalocean/app_action",
    "johnbeynon/render-deploy-action",
    "serverless/github-action",
    "einaregilsson/beanstalk-deploy",
)
_SIDE_WORK = re.compile(r"\b(?:docs?|documentation|storybook|preview|test|tests|e2e|lint)\b", re.I)


class DeployJob(msgspec.Struct, frozen=True):
    """A CI job that deploys the app; `line` is the job's, `step_line` where it deploys."""

    path: str
    workflow: Workflow
    job: Job
    line: int
    step_line: int


def is_compose(path: str) -> bool:
    """Whether a file is a compose file, by its name."""
    return bool(_COMPOSE.search(path.lower()))


@query
def kind_of(db: Database, path: str) -> DeployKind | None:
    """What kind of deploy file this is; None when it is none."""
    low = path.lower()
    name = low.rsplit("/", 1)[-1]
    if is_dockerfile(path):
        return "docker"
    if is_compose(path):
        return "compose"
    if low.endswith((".tf", ".tf.json", ".tfvars")):
        return "terraform"
    if low.endswith((".bicep", ".bicepparam")) or name.endswith(".parameters.json"):
        return "bicep"
    if name in _PLATFORM and not (name == "app.yaml" and _by_content(db, path)):
        return "platform"
    if low.endswith((".yaml", ".yml", ".json")) and "/.github/" not in f"/{low}":
        return _by_content(db, path) or ("serverless" if _SERVERLESS.search(low) else None)
    return None


def _by_content(db: Database, path: str) -> DeployKind | None:
    if path.endswith(".json") and not _SERVERLESS.search(path.lower()):
        return None
    parts = frozenset(path.lower().split("/"))
    if "templates" in parts and ("charts" in parts or "helm" in parts or "chart" in parts):
        return "kubernetes"
    config = family(db, "config", path)
    if not isinstance(config, Config):
        return None
    for root in config.roots:
        if root.get("apiVersion") is not None and root.get("kind") is not None:
            return "kubernetes"
        if root.get("AWSTemplateFormatVersion") is not None or root.get("Resources") is not None:
            return "cloudformation"
    return None


@query
def deploy_files(db: Database) -> tuple[tuple[str, DeployKind], ...]:
    """Every production deploy file with its kind; infrastructure counts wherever it stands."""
    found = []
    for path in files(db):
        kind = kind_of(db, path) if _may_be(path) else None
        if kind is not None and (kind in ("terraform", "bicep") or is_production(db, _home(db, path))):
            found.append((path, kind))
    return tuple(found)


def _home(db: Database, path: str) -> str:
    """The chart that a Helm template belongs to: its folder `templates` holds no examples."""
    head, found, _ = path.partition("/templates/")
    chart = f"{head}/Chart.yaml"
    return chart if found and exists(db, chart) else path


def _may_be(path: str) -> bool:
    low = path.lower()
    ending = (".yaml", ".yml", ".tf", ".tfvars", ".bicep", ".bicepparam", ".json", ".toml", ".jsonc")
    return low.endswith(ending) or is_dockerfile(path) or low.rsplit("/", 1)[-1] in _PLATFORM


def configs(db: Database, *kinds: DeployKind) -> Iterator[tuple[str, Node]]:
    """(path, root) of every structured deploy file of these kinds."""
    for path, kind in deploy_files(db):
        if kind in kinds:
            config = family(db, "config", path)
            if isinstance(config, Config):
                yield from ((path, root) for root in config.roots)


@query
def hcl_resources(db: Database) -> tuple[tuple[str, str, str, Node], ...]:
    """(path, type, name, body) of every `resource` block in Terraform files."""
    found: list[tuple[str, str, str, Node]] = []
    for path, root in configs(db, "terraform"):
        for block in root.all("resource"):
            for kind, named in block.entries:
                found.extend((path, kind, name, body) for name, body in named.entries)
    return tuple(found)


def is_workflow_path(path: str) -> bool:
    """Whether CI reads a file: a GitHub workflow or a GitLab file."""
    name = path.rsplit("/", 1)[-1]
    return (path.startswith(".github/workflows/") and path.endswith((".yml", ".yaml"))) or (
        name.endswith((".gitlab-ci.yml", ".gitlab-ci.yaml"))
    )


@query
def workflow(db: Database, path: str) -> Workflow | None:
    """The CI workflow that a file describes."""
    config = family(db, "config", path)
    return ci.workflow(config) if isinstance(config, Config) else None


@query
def workflows(db: Database) -> tuple[tuple[str, Workflow], ...]:
    """(path, workflow) of every CI workflow of the tree."""
    pairs = ((path, workflow(db, path)) for path in files(db) if is_workflow_path(path))
    return tuple((path, found) for path, found in pairs if found is not None)


@query
def deploy_jobs(db: Database) -> tuple[DeployJob, ...]:
    """CI jobs that deploy the app; not those that publish packages, docs, previews or run tests."""
    found = []
    for path, flow in workflows(db):
        for job in flow.jobs:
            line = _deploying_line(job)
            named = f"{path.rsplit('/', 1)[-1]} {job.id}".replace("_", "-")
            if line and not _SIDE_WORK.search(named):
                found.append(DeployJob(path, flow, job, job.line, line))
    return tuple(found)


def _deploying_line(job: Job) -> int:
    for step in job.steps:
        if step.uses.lower().startswith(_DEPLOY_ACTIONS) or _DEPLOYS.search(step.run):
            return step.line
    return 0
