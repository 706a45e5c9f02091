resource "aws_cloudwatch_metric_alarm" "redis_cpu" {
  alarm_name  = "redis-cpu"
  namespace   = "AWS/ElastiCache"
  metric_name = "CPUUtilization"
  threshold   = 80
}
