def main() -> None:
    print("Encrypt the columns anew.")
