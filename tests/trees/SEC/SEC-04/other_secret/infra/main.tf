resource "aws_secretsmanager_secret" "firecrawl" {
  name = "firecrawl"
}

resource "aws_ecs_task_definition" "api" {
  family = "api"
  container_definitions = jsonencode([{
    name    = "api"
    secrets = [{ name = "FIRECRAWL_API_KEY", valueFrom = aws_secretsmanager_secret.firecrawl.arn }]
  }])
}
