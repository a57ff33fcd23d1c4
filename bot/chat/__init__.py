"""What is said in chat: pure. A request and its context in, an answer and its effects out, once for all platforms."""
