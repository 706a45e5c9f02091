import sys

import mlflow
from trl import SFTTrainer


def train(model, data, digest, champion_score):
    mlflow.log_params({"seed": 7, "dataset_sha256": digest, "epochs": 3})
    trainer = SFTTrainer(model=model, train_dataset=data)
    trainer.train()
    score = evaluate(trainer)
    if score <= champion_score:
        sys.exit("the candidate is no better; not promoted")
    mlflow.transformers.log_model(trainer.model, name="model", registered_model_name="support")


def evaluate(trainer):
    return trainer.evaluate()["eval_accuracy"]


if __name__ == "__main__":
    train("base", [], "abc", 0.9)
