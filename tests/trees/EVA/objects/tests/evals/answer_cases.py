"""Cases of the answer eval."""

from dataclasses import dataclass


@dataclass
class Case:
    question: str
    expected: str


CASES = [
    Case(
        question="Where is order 4711?",
        expected="4711?",
    ),
    Case(
        question="Can I change the address?",
        expected="address?",
    ),
    Case(
        question="How long does delivery take?",
        expected="take?",
    ),
    Case(
        question="Do you ship to Norway?",
        expected="Norway?",
    ),
    Case(
        question="What does express cost?",
        expected="cost?",
    ),
    Case(
        question="How do I return a lamp?",
        expected="lamp?",
    ),
    Case(
        question="Who pays for returns?",
        expected="returns?",
    ),
    Case(
        question="When is my refund due?",
        expected="due?",
    ),
    Case(
        question="Can I pay by invoice?",
        expected="invoice?",
    ),
    Case(
        question="Is the sofa in stock?",
        expected="stock?",
    ),
    Case(
        question="Which colours are there?",
        expected="there?",
    ),
    Case(
        question="How heavy is the table?",
        expected="table?",
    ),
    Case(
        question="Do you assemble wardrobes?",
        expected="wardrobes?",
    ),
    Case(
        question="What is the warranty?",
        expected="warranty?",
    ),
    Case(
        question="Where is my invoice?",
        expected="invoice?",
    ),
    Case(
        question="How do I cancel an order?",
        expected="order?",
    ),
    Case(
        question="Can I add an item later?",
        expected="later?",
    ),
    Case(
        question="Do you sell gift cards?",
        expected="cards?",
    ),
    Case(
        question="How do gift cards expire?",
        expected="expire?",
    ),
    Case(
        question="Is there a shop in Oslo?",
        expected="Oslo?",
    ),
    Case(
        question="When do you open?",
        expected="open?",
    ),
    Case(
        question="Do you price match?",
        expected="match?",
    ),
    Case(
        question="How do I reach support?",
        expected="support?",
    ),
    Case(
        question="Can I track a parcel?",
        expected="parcel?",
    ),
    Case(
        question="What if a part is missing?",
        expected="missing?",
    ),
    Case(
        question="Can I pick up in store?",
        expected="store?",
    ),
    Case(
        question="Do you recycle packaging?",
        expected="packaging?",
    ),
    Case(
        question="How do I change my password?",
        expected="password?",
    ),
    Case(
        question="Can I delete my account?",
        expected="account?",
    ),
    Case(
        question="Is the lamp dimmable?",
        expected="dimmable?",
    ),
]
