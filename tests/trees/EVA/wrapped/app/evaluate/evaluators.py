"""Evaluators of answers."""

from azure.ai.evaluation import FluencyEvaluator, GroundednessEvaluator, evaluate


class AnswerEvaluator:
    """Scores the rows of a file."""

    def __init__(self, model_config: dict) -> None:
        self.evaluators = {
            "fluency": FluencyEvaluator(model_config),
            "groundedness": GroundednessEvaluator(model_config),
        }

    def __call__(self, data_path: str) -> dict:
        return evaluate(data=data_path, evaluators=self.evaluators)
