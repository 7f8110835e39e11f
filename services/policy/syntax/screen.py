def screen(text, shell):
    pass
