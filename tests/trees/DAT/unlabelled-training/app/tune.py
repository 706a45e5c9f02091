from datasets import load_dataset
from trl import SFTTrainer


def tune() -> None:
    rows = load_dataset("acme/tickets", split="train")
    SFTTrainer(model="Qwen/Qwen2.5-0.5B", train_dataset=rows).train()


if __name__ == "__main__":
    tune()
