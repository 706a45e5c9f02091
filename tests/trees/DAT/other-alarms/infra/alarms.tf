resource "aws_cloudwatch_metric_alarm" "redis_memory" {
  alarm_name          = "redis-memory"
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  evaluation_periods  = 3
  period              = 60
  statistic           = "Average"
  dimensions          = { CacheClusterId = "state" }
}
