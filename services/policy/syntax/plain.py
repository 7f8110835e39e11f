def plain(text):
    pass
