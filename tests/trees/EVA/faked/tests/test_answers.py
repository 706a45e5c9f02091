"""Answers over HTTP."""


def test_the_reply_is_handed_on(caller):
    assert caller.post("/answers", params={"question": "When?"}).json() == "In two days."
