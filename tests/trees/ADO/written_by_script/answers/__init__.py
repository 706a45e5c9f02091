from answers.ask import ask

__all__ = ["ask"]
