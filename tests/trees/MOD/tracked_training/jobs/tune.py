import mlflow
from datasets import load_dataset
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments

SEED = 7


def main() -> None:
    mlflow.autolog()
    rows = load_dataset("json", data_files="data/pairs.jsonl", split="train", revision="3f1c2a9")
    mlflow.log_input(mlflow.data.from_huggingface(rows))
    model = AutoModelForCausalLM.from_pretrained("Qwen/Qwen2.5-0.5B", revision="060db6499f32faf8b98477b0a26969ef7d8b9987")
    arguments = TrainingArguments("out", seed=SEED, eval_strategy="epoch")
    Trainer(model=model, args=arguments, train_dataset=rows).train()


if __name__ == "__main__":
    main()
