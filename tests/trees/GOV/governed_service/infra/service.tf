module "desk" {
  source = "./modules/ecs-service"

  environment_variables = {
    PORT = "8000"
  }

  secrets = {
    OPENAI_API_KEY = "${data.aws_secretsmanager_secret.desk.arn}:OPENAI::"
  }
}
