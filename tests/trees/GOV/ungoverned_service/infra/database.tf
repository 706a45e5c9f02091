resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  rotation_rules {
    automatically_after_days = 30
  }
}
