from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase): ...


class Source(Base):
    __tablename__ = "sources"

    name: Mapped[str] = mapped_column(primary_key=True)
    last_indexed_at: Mapped[datetime]
