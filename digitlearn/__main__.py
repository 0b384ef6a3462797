"""The command line, as `digitlearn` and as `python -m digitlearn`."""


def run() -> int:
    """Run the command line; Ctrl-C leaves no traceback, even while its modules are loaded."""
    try:
        from digitlearn.cli import main

        return main()
    except KeyboardInterrupt:
        return 130  # as the command line itself, once it is loaded


if __name__ == "__main__":
    raise SystemExit(run())
