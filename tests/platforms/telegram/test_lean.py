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
