from anthropic import Anthropic

client = Anthropic()
RULES = """
1. When a customer asks about parcel rules of region 1, quote the paragraph of the tariff that holds there.
2. When a customer asks about parcel rules of region 2, quote the paragraph of the tariff that holds there.
3. When a customer asks about parcel rules of region 3, quote the paragraph of the tariff that holds there.
4. When a customer asks about parcel rules of region 4, quote the paragraph of the tariff that holds there.
5. When a customer asks about parcel rules of region 5, quote the paragraph of the tariff that holds there.
6. When a customer asks about parcel rules of region 6, quote the paragraph of the tariff that holds there.
7. When a customer asks about parcel rules of region 7, quote the paragraph of the tariff that holds there.
8. When a customer asks about parcel rules of region 8, quote the paragraph of the tariff that holds there.
9. When a customer asks about parcel rules of region 9, quote the paragraph of the tariff that holds there.
10. When a customer asks about parcel rules of region 10, quote the paragraph of the tariff that holds there.
11. When a customer asks about parcel rules of region 11, quote the paragraph of the tariff that holds there.
12. When a customer asks about parcel rules of region 12, quote the paragraph of the tariff that holds there.
13. When a customer asks about parcel rules of region 13, quote the paragraph of the tariff that holds there.
14. When a customer asks about parcel rules of region 14, quote the paragraph of the tariff that holds there.
15. When a customer asks about parcel rules of region 15, quote the paragraph of the tariff that holds there.
16. When a customer asks about parcel rules of region 16, quote the paragraph of the tariff that holds there.
17. When a customer asks about parcel rules of region 17, quote the paragraph of the tariff that holds there.
18. When a customer asks about parcel rules of region 18, quote the paragraph of the tariff that holds there.
19. When a customer asks about parcel rules of region 19, quote the paragraph of the tariff that holds there.
20. When a customer asks about parcel rules of region 20, quote the paragraph of the tariff that holds there.
21. When a customer asks about parcel rules of region 21, quote the paragraph of the tariff that holds there.
22. When a customer asks about parcel rules of region 22, quote the paragraph of the tariff that holds there.
23. When a customer asks about parcel rules of region 23, quote the paragraph of the tariff that holds there.
24. When a customer asks about parcel rules of region 24, quote the paragraph of the tariff that holds there.
25. When a customer asks about parcel rules of region 25, quote the paragraph of the tariff that holds there.
26. When a customer asks about parcel rules of region 26, quote the paragraph of the tariff that holds there.
27. When a customer asks about parcel rules of region 27, quote the paragraph of the tariff that holds there.
28. When a customer asks about parcel rules of region 28, quote the paragraph of the tariff that holds there.
29. When a customer asks about parcel rules of region 29, quote the paragraph of the tariff that holds there.
30. When a customer asks about parcel rules of region 30, quote the paragraph of the tariff that holds there.
31. When a customer asks about parcel rules of region 31, quote the paragraph of the tariff that holds there.
32. When a customer asks about parcel rules of region 32, quote the paragraph of the tariff that holds there.
33. When a customer asks about parcel rules of region 33, quote the paragraph of the tariff that holds there.
34. When a customer asks about parcel rules of region 34, quote the paragraph of the tariff that holds there.
35. When a customer asks about parcel rules of region 35, quote the paragraph of the tariff that holds there.
36. When a customer asks about parcel rules of region 36, quote the paragraph of the tariff that holds there.
37. When a customer asks about parcel rules of region 37, quote the paragraph of the tariff that holds there.
38. When a customer asks about parcel rules of region 38, quote the paragraph of the tariff that holds there.
39. When a customer asks about parcel rules of region 39, quote the paragraph of the tariff that holds there.
40. When a customer asks about parcel rules of region 40, quote the paragraph of the tariff that holds there.
41. When a customer asks about parcel rules of region 41, quote the paragraph of the tariff that holds there.
42. When a customer asks about parcel rules of region 42, quote the paragraph of the tariff that holds there.
43. When a customer asks about parcel rules of region 43, quote the paragraph of the tariff that holds there.
44. When a customer asks about parcel rules of region 44, quote the paragraph of the tariff that holds there.
45. When a customer asks about parcel rules of region 45, quote the paragraph of the tariff that holds there.
"""


def answer(text: str) -> str:
    reply = client.messages.create(
        model="claude-sonnet-4-5",
        max_tokens=800,
        system=[{"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": text}],
    )
    return reply.content[0].text
