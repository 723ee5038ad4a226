"""The filter language: text → expression → does this run match, and which rows are worth reading.

lexer.py       text → tokens, each with its place
parse.py       tokens → expression; errors point at their place and say what was expected
hints.py       what people write who know another language → what to write here
correlate.py   which conditions inside one and(…) speak of the same entry
fields.py      every field: what it holds and what it may be compared by
expression.py  the expression, as data
evaluate.py    expression and what is known of a run → true, false, or not known from this alone
plan.py        expression → the rows that hold every match
"""
