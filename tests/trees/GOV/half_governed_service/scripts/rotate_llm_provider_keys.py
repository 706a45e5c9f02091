def main() -> None:
    print("Mint a key, store it, restart.")
