"""What depends on what, from paragraph to page, made from the code (F1.4(a), (b), (d))."""
