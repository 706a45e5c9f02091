import pandas as pd
from prophet import Prophet


def load_of_next_week(calls: pd.DataFrame) -> pd.DataFrame:
    model = Prophet().fit(calls)
    return model.predict(model.make_future_dataframe(periods=7))
