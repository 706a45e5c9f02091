SELECT AVG(score) FROM feedback GROUP BY week;
