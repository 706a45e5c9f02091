resource "aws_iam_role_policy" "api" {
  role = "api"
  policy = jsonencode({
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:RotateSecret"]
      Resource = ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai"]
    }]
  })
}
