resource "aws_cloudwatch_metric_alarm" "redis_cpu" {
  alarm_name  = "redis-cpu"
  namespace   = "AWS/ElastiCache"
  metric_name = "CPUUtilization"
  threshold   = 80
}

resource "aws_cloudwatch_metric_alarm" "api_5xx" {
  alarm_name  = "api-5xx"
  namespace   = "AWS/ApplicationELB"
  metric_name = "HTTPCode_Target_5XX_Count"
  threshold   = 5
}

resource "aws_cloudwatch_metric_alarm" "api_slow" {
  alarm_name  = "api-slow"
  namespace   = "AWS/ApplicationELB"
  metric_name = "TargetResponseTime"
  threshold   = 5
}
