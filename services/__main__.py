"""The entry: `python -m services`."""

from services.host.cli import main

if __name__ == "__main__":
    main()
