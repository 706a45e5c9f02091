CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE articles (
  slug text PRIMARY KEY,
  title text NOT NULL,
  body text NOT NULL,
  embedding vector(1536) NOT NULL
);
