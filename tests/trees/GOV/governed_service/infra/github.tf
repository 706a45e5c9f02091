resource "github_repository_environment" "production" {
  environment = "production"
  repository  = "help-desk"
  reviewers {
    teams = [data.github_team.ai.id]
  }
}
