"""The shape of a CI workflow, whichever system runs it."""

from __future__ import annotations

from typing import Literal

from shipsmith_controls.facts.code import Fact
from shipsmith_controls.facts.containers import Variable


class Trigger(Fact, frozen=True):
    """What starts a workflow.

    `event` is GitHub's name (`push`, `pull_request`, `schedule`, `workflow_dispatch`, …); GitLab's
    pipeline sources are given GitHub's names. One `schedule` trigger for each cron line.
    """

    event: str
    line: int
    branches: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    paths_ignore: tuple[str, ...] = ()
    cron: str = ""
    branches_ignore: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()


class Step(Fact, frozen=True):
    """A step of a job: a script (`run`, its first line at `run_line`) or an action (`uses`)."""

    name: str
    line: int
    run: str = ""
    uses: str = ""
    inputs: tuple[Variable, ...] = ()
    """What stands under `with`."""
    continue_on_error: bool = False
    condition: str = ""
    env: tuple[Variable, ...] = ()
    shell: str = ""
    working_directory: str = ""
    run_line: int = 0


class Job(Fact, frozen=True):
    """A job.

    `env` includes the workflow's; `uses` names a reusable workflow; `manual`: a person starts it.
    """

    id: str
    line: int
    needs: tuple[str, ...] = ()
    continue_on_error: bool = False
    environment: str = ""
    condition: str = ""
    env: tuple[Variable, ...] = ()
    uses: str = ""
    steps: tuple[Step, ...] = ()
    inputs: tuple[Variable, ...] = ()
    services: tuple[str, ...] = ()
    manual: bool = False
    triggers: tuple[Trigger, ...] = ()
    """Where the system binds triggers to jobs (GitLab rules); empty: the workflow's."""


class Workflow(Fact, frozen=True):
    """A CI workflow."""

    name: str
    system: Literal["github", "gitlab"]
    triggers: tuple[Trigger, ...]
    jobs: tuple[Job, ...]
