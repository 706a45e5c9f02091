"""Declared tables that speak of conversations, in the languages that declare tables."""

from __future__ import annotations

import pytest
from shipsmith_controls.facts.conversations import Erasing, Table, extract


def table(source: str, path: str) -> Table:
    return next(fact for fact in extract(source.encode(), path) if isinstance(fact, Table))


SQL = """
CREATE TABLE IF NOT EXISTS messages (
    id UUID PRIMARY KEY,
    chat_id UUID NOT NULL REFERENCES chats(id) ON DELETE CASCADE,
    content TEXT NOT NULL CHECK (char_length(content) <= 1000)
);
"""
PRISMA = """
model Message {
  id      String @id
  chat_id String
  chat    Chat   @relation(fields: [chat_id], references: [id], onDelete: Cascade)
  content String
}
"""
MAPPED = """
class Message(Base):
    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chats.id", ondelete="CASCADE")
    )
    content: Mapped[str] = mapped_column(Text)
"""
DRIZZLE = """
export const message = pgTable("messages", {
  id: uuid("id").primaryKey(),
  chat_id: uuid("chat_id").references(() => chats.id, { onDelete: "cascade" }),
  content: json("content").notNull(),
});
"""


@pytest.mark.parametrize(
    ("source", "path"),
    [(SQL, "db/1.sql"), (PRISMA, "schema.prisma"), (MAPPED, "models.py"), (DRIZZLE, "lib/schema.ts")],
)
def test_columns_and_cascades_are_read(source: str, path: str) -> None:
    found = table(source, path)
    assert {"id", "chat_id", "content"} <= set(found.columns)
    assert [(r.column.removesuffix("_id"), r.cascade) for r in found.references] == [("chat", True)]


def test_a_table_has_the_names_of_symbol_and_table() -> None:
    assert table(DRIZZLE, "lib/schema.ts").names == ("message", "messages")
    assert table(MAPPED, "models.py").names == ("Message", "messages")


def test_a_schema_of_a_request_is_no_table() -> None:
    assert (
        extract(b'class Message(BaseModel):\n    content: str = Field(description="text")\n', "api.py")
        == ()
    )


def test_a_declaration_may_let_its_rows_expire() -> None:
    source = "const schema = new Schema({ messages: [String], at: { type: Date, expires: '90d' } });"
    assert table(source, "models/chat.js").expires


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("await db.delete(message).where(eq(message.chatId, id))", True),
        ("cursor.execute('DELETE FROM messages WHERE user_id = %s')", True),
        ("window.removeEventListener('resize', settled)", False),
        ("messages.append(text)", False),
    ],
)
def test_files_that_may_delete_conversations_are_marked(line: str, there: bool) -> None:
    assert (Erasing() in extract(line.encode(), "lib/queries.ts")) == there
