SELECT date_trunc('week', created_at) AS week, AVG(score) AS positive_feedback
FROM feedback
GROUP BY 1;
