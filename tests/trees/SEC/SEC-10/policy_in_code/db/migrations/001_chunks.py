from alembic import op


def upgrade() -> None:
    op.execute("create table chunks (id bigint primary key, owner uuid, embedding vector(1536))")
    op.execute("alter table chunks enable row level security")
    op.execute("""
        create policy "own chunks" on chunks for select using (owner = auth.uid());
        create or replace function match_chunks(query_embedding vector(1536), match_count int)
        returns setof chunks language sql as $$
          select * from chunks order by embedding <=> query_embedding limit match_count;
        $$;
    """)
