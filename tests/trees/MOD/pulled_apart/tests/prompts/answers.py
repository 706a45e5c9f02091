CANNED = """The handbook says in section four that leave is booked two weeks ahead, in section five that it is
confirmed within three days, and in section six that it can be withdrawn until the day before it begins."""
