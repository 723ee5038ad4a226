"""What the report writer is asked and what it says: Markdown with tables, code and lists, in several scripts."""

from __future__ import annotations

from collections.abc import Mapping

WEEKLY_FIGURES = {"Mon": 182, "Tue": 164, "Wed": 171, "Thu": 203, "Fri": 248, "Sat": 310, "Sun": 96}
WEEKLY = """\
# Week 46: more orders, slower parcels

Orders rose by **9 %** to 1,374. Saturday was the best day since spring.

| Day | Orders | Returns | On time |
|:----|-------:|--------:|--------:|
| Mon | 182 | 7 | 97 % |
| Tue | 164 | 5 | 98 % |
| Wed | 171 | 9 | 91 % |
| Thu | 203 | 6 | 88 % |
| Fri | 248 | 11 | 86 % |
| Sat | 310 | 14 | 84 % |
| Sun | 96 | 2 | 95 % |

## What to look at

1. **Parcels to Norway** took 6.2 days, two more than usual.
   - The carrier moved its depot on Wednesday.
   - 41 customers wrote to us about it.
2. *Flights* sold out on Friday at 16:40; 23 people asked for it afterwards.
3. Refunds in dollars fail. See the trace of the refund agent.

## How it was counted

```sql
SELECT date_trunc('day', ordered_at) AS day,
       count(*)                      AS orders,
       count(*) FILTER (WHERE returned_at IS NOT NULL) AS returns
  FROM orders
 WHERE ordered_at >= DATE '2026-11-09'
   AND ordered_at <  DATE '2026-11-16'
 GROUP BY 1
 ORDER BY 1;
```

> Weeks begin on Monday, in the shop's own time zone (`Europe/Vienna`).
"""
NOTES = """\
Notes for week 46
-----------------
Depot of the carrier in Gothenburg closed on Wednesday; parcels go by Malmö until further notice.
Window display: Tokarczuk until 30 November, then winter books.
Ask Ewa about the library invoices that are open since September.
"""
WIDGET = """\
Put this where the shop window should stand:

```html
<div id="shop-window" data-shelf="winter"></div>
<script src="https://cdn.bookshop.example/window.js" defer></script>
```

The page must allow the script in its policy: `script-src https://cdn.bookshop.example`.
Without scripts a visitor sees the link inside: <a href="https://bookshop.example/winter">winter books</a>.
"""
BLURB = "A traveller tells an emperor of cities that may all be one. Short, clear, and different each time you read it."
BLURBS: Mapping[str, str] = {
    "Arabic": "رحّالة يحكي لإمبراطور عن مدن قد تكون كلها مدينة واحدة. كتاب قصير (١٦٥ صفحة) يختلف في كل قراءة.",
    "Hebrew": "נוסע מספר לקיסר על ערים שאולי כולן עיר אחת. ספר קצר (165 עמודים), בהיר, ואחר בכל קריאה.",
    "Japanese": "旅人が皇帝に語る都市は、すべて一つの都市かもしれない。短く、澄んでいて、読むたびに違う。",
    "Hindi": "एक यात्री सम्राट को उन नगरों के बारे में बताता है जो शायद सब एक ही हैं।",
    "Greek": "Ένας ταξιδιώτης μιλά σε έναν αυτοκράτορα για πόλεις που ίσως είναι όλες μία.",  # noqa: RUF001 it is Greek
    "Emoji": "🧳👨🏽‍🦱 ➡️ 👑 : 🏙️🌆🌃 = 🏙️❓ 📖✨ (👩‍🚀 🇦🇹 1️⃣)",
}
CHAPTERS = (
    "The traveller arrives at the court and is asked for news of the empire.",
    "A city of stairs, where each roof is somebody's street.",
    "A city that is remembered exactly, and therefore lost.",
    "The emperor plays chess and begins to doubt the board.",
    "A city on stilts whose people look down at the earth they left.",
    "Two cities that differ only in what their visitors hoped for.",
    "The traveller admits that he has always spoken of one city.",
    "A city that is thrown away each evening and bought anew.",
)
COVER = (
    "The upper right corner of the cover is **torn off**, about a third of its width. The spine and the title are "
    "intact. This looks like damage in transit: replace the copy, no return needed."
)
SHELVES = ("fiction", "essays", "poetry", "travel", "history", "science", "children", "comics")
