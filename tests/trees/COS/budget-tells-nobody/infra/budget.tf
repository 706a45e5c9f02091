resource "aws_budgets_budget" "ai" {
  name         = "ai"
  limit_amount = "500"

  notification {
    comparison_operator = "GREATER_THAN"
    threshold           = 80
  }
}
