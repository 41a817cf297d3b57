"""The entry, `python -m services`. Child processes load this file again, and need none of it."""

if __name__ == "__main__":
    from services.host.cli import main

    main()
