"""What does each page of the book show?

One module per notebook: functions from a view to the exhibits and findings of that page. They put analyses into words,
tables and charts, so that a notebook cell is one call. Every number in a sentence here is computed; none is typed.
"""
