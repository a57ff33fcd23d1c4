"""What is published, in the formats that others read. Pure: editions, a site and an instant in, text out.

Nothing of the time at which it is made stands in any of them: when nothing has changed, they are the same to the byte.
"""
