from enum import StrEnum

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ReviewState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class Base(DeclarativeBase):
    pass


class Letter(Base):
    __tablename__ = "letters"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]
    state: Mapped[ReviewState]
