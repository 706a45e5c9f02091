from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Answer(DeclarativeBase):
    text: Mapped[str] = mapped_column()


session = Session()
