resource "aws_secretsmanager_secret_rotation" "openai" {
  secret_id           = aws_secretsmanager_secret.openai.id
  rotation_lambda_arn = aws_lambda_function.mint.arn
  rotation_rules {
    automatically_after_days = 60
  }
}
