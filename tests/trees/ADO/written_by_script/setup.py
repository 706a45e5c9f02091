from setuptools import find_packages, setup

setup(
    name="answers",
    version="1.0.0",
    author="Ada Reed",
    author_email="ada@answers.example.org",
    packages=find_packages(),
    install_requires=["openai"],
)
