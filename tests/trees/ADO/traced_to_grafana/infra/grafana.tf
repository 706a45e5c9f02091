resource "grafana_folder_permission" "answers" {
  folder_uid = grafana_folder.answers.uid

  permissions {
    team_id    = grafana_team.ai.id
    permission = "View"
  }
}
