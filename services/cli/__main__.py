"""The command without its installed script: `python -m services.cli`."""

from services.cli.app import main

if __name__ == "__main__":
    main()
