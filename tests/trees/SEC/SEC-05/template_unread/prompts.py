from pathlib import Path

from jinja2 import Environment, FileSystemLoader

PROMPTS = Environment(loader=FileSystemLoader(Path(__file__).parent / "prompts"), autoescape=False)
