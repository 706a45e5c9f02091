"""CI workflows of GitHub and GitLab in one shape."""

from __future__ import annotations

from shipsmith_controls.facts.ci import Workflow, workflow
from shipsmith_controls.facts.structured import extract


def read(source: str) -> Workflow:
    found = workflow(extract(source.encode(), "yaml"))
    assert found is not None
    return found


GITHUB = """
name: Evals
on:
  push: {branches: [main]}
  pull_request:
    paths: ["prompts/**"]
    paths-ignore: ["**.md"]
  schedule:
    - cron: "0 3 * * *"
env: {REGION: eu}
defaults: {run: {working-directory: backend}}
jobs:
  eval:
    runs-on: ubuntu-latest
    continue-on-error: true
    environment: {name: prod}
    services: {db: {image: postgres}}
    env: {KEY: "${{ secrets.KEY }}"}
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - name: Run
        if: always()
        run: |
          pip install .
          promptfoo eval
        shell: bash
  deploy:
    needs: eval
    uses: ./.github/workflows/deploy.yml
"""


class TestGitHub:
    def test_triggers_with_their_filters(self) -> None:
        push, pull, cron = read(GITHUB).triggers
        assert (push.event, push.branches, push.line) == ("push", ("main",), 4)
        assert (pull.paths, pull.paths_ignore) == (("prompts/**",), ("**.md",))
        assert (cron.event, cron.cron, cron.line) == ("schedule", "0 3 * * *", 9)

    def test_short_forms_of_on(self) -> None:
        assert [one.event for one in read("on: push\njobs: {}\n").triggers] == ["push"]
        assert [one.event for one in read("on: [push, pull_request]\njobs: {}\n").triggers] == [
            "push",
            "pull_request",
        ]
        assert [one.event for one in read("on:\n  workflow_dispatch:\njobs: {}\n").triggers] == [
            "workflow_dispatch"
        ]

    def test_jobs_and_steps(self) -> None:
        job, deploy = read(GITHUB).jobs
        checkout, run = job.steps
        assert (job.continue_on_error, job.environment, job.services) == (True, "prod", ("db",))
        assert [one.name for one in job.env] == ["REGION", "KEY"]
        assert (checkout.uses, checkout.inputs[0].name) == ("actions/checkout@v4", "fetch-depth")
        assert run.run == "pip install .\npromptfoo eval\n"
        assert (run.run_line, run.condition, run.working_directory) == (25, "always()", "backend")
        assert (deploy.needs, deploy.uses) == (("eval",), "./.github/workflows/deploy.yml")

    def test_a_composite_action_is_one_job_without_triggers(self) -> None:
        found = read("name: x\nruns:\n  using: composite\n  steps:\n    - run: make\n      shell: bash\n")
        assert (found.triggers, found.jobs[0].steps[0].run) == ((), "make")

    def test_other_yaml_is_no_workflow(self) -> None:
        assert workflow(extract(b"services:\n  a: {image: b}\n", "yaml")) is None


GITLAB = """
stages: [test, deploy]
variables: {A: "1"}
default: {before_script: [setup]}
.base: {stage: test, allow_failure: true}
eval:
  extends: .base
  script: [promptfoo eval]
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
      changes: [prompts/**/*]
    - if: $CI_PIPELINE_SOURCE == "schedule"
ship:
  stage: deploy
  environment: production
  script: deploy.sh
  when: manual
"""


class TestGitLab:
    def test_rules_become_triggers_of_the_job(self) -> None:
        job = read(GITLAB).jobs[0]
        assert [(one.event, one.paths) for one in job.triggers] == [
            ("pull_request", ("prompts/**/*",)),
            ("schedule", ()),
        ]
        assert job.continue_on_error

    def test_scripts_become_steps(self) -> None:
        assert [one.run for one in read(GITLAB).jobs[0].steps] == ["setup", "promptfoo eval"]

    def test_a_stage_needs_the_stages_before_it(self) -> None:
        ship = read(GITLAB).jobs[1]
        assert (ship.id, ship.needs, ship.manual, ship.environment) == (
            "ship",
            ("eval",),
            True,
            "production",
        )
