"""What does the product say about itself: a page of help for every screen, an entry for every term?

`book` answers; the other files hold the words, a few screens or terms each. They are told for people who run money,
and say only what the product does.
"""
