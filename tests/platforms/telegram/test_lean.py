"""What python-telegram-bot brings along that nobody needs here is not read."""

import subprocess
import sys


def test_the_command_line_of_httpx_is_not_read():
    program = (
        "import sys, bot.platforms.telegram.adapter\n"
        "assert 'httpx' in sys.modules\n"
        "print([name for name in ('rich', 'pygments', 'alembic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_no_library_for_xml_is_read_by_a_start():
    program = (
        "import sys, bot.cli.running, bot.app.bot, bot.web.health, bot.inspect.pages, bot.platforms.telegram.adapter\n"
        "print([name for name in sys.modules if name.startswith('xml')])"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
