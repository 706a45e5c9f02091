resource "datadog_role" "ai_readers" {
  name = "AI on call"
}
