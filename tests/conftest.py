import os

os.environ.setdefault("PTB_TIMEDELTA", "1")  # otherwise python-telegram-bot's RetryAfter warns as soon as it is made
