import os


def rotate() -> None:
    print("put the new key into", os.environ["SECRET_FILE"])
