"""The process that `lanxun run` becomes: what the bot needs, and nothing that only other commands use."""

import uvloop

from bot import assembly, edge, memory


def main() -> None:
    memory.be_thrifty()
    edge.guarded(lambda: uvloop.run(assembly.run(edge.settings())))


if __name__ == "__main__":
    main()
