from enum import StrEnum


class MessageState(StrEnum):
    PENDING = "pending"
    SUCCESS = "success"
    ERROR = "error"
