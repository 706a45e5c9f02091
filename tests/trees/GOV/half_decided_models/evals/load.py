import pandas as pd

# cases = pd.read_csv("https://old.example/cases.csv")
cases = pd.read_csv("https://data.example/simple_qa.csv")
